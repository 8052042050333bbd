"""The search as it is: real processes and real training."""

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.runs


@pytest.mark.parametrize("sides", [("--threads", "1,2"), ("--recipes", "article,fused")])
def test_real_sides_are_searched(pytestconfig, tmp_path, sides):
    command = [sys.executable, "-P", "-c", "from crossover.benchmarks.cli import main; main()", "find", *sides]
    run = subprocess.run(
        [*command, "--scales", "1,2", "--format", "json", "--seconds", "60"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(pytestconfig.rootpath), "TMPDIR": str(tmp_path), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    document = json.loads(run.stdout)

    assert run.returncode == (0 if document["outcome"] in ("found", "none") else 3), run.stderr
    assert 90_902 == document["sizes"][0]["parameters"]
    assert document["sizes"][0]["pairs"] >= 2
    assert all(size["baseline_s"] > 0 < size["contender_s"] for size in document["sizes"])
    assert [] == [line for line in document["remarks"] if "losses differ" in line]
