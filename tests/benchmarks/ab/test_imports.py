"""The commands that compare sides start fast, and need torch in these only."""

import subprocess
import sys


def test_neither_a_comparison_nor_a_search_imports_torch():
    modules = "crossover.benchmarks.find.finding, crossover.benchmarks.harness.option_types"
    code = f"import sys, {modules}; print('torch' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "False\n" == run.stdout
