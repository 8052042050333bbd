"""What tests of whole runs share."""

import os
import subprocess
import sys

import pytest


@pytest.fixture
def run_pytest(pytestconfig, tmp_path):
    """Runs `pytest` as a user would, on one thread, and saves into a folder of the test's own."""

    def run(*arguments, **options):
        command = [sys.executable, "-m", "pytest", f"--benchmark-storage={tmp_path / 'results'}", *arguments]
        environment = os.environ | {"OMP_NUM_THREADS": "1", "COLUMNS": "120"}
        return subprocess.run(
            command, capture_output=True, text=True, cwd=pytestconfig.rootpath, env=environment, check=False, **options
        )

    return run
