"""The command starts fast, and needs torch in its sides only."""

import subprocess
import sys


def test_the_command_imports_no_torch():
    modules = "crossover.benchmarks.ab.comparison, crossover.benchmarks.harness.option_types"
    code = f"import sys, {modules}; print('torch' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "False\n" == run.stdout
