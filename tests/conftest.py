"""What tests of whole runs share."""

import os
import subprocess
import sys
from functools import partial

import pytest
from hypothesis import settings

settings.register_profile("quick", max_examples=25, deadline=None)
settings.register_profile("fuzz", max_examples=20_000, deadline=None)
settings.load_profile("quick")


@pytest.fixture(scope="session")
def run_pytest_into(pytestconfig):
    """Runs `pytest` as a user would, on one thread, and saves into a folder.

    Its temporary files lie beside that folder: a session that a user runs meanwhile is none of the tests' business.
    """

    def run(results, *arguments, **options):
        command = [sys.executable, "-m", "pytest", f"--benchmark-storage={results}", *arguments]
        environment = os.environ | {"OMP_NUM_THREADS": "1", "COLUMNS": "120", "TMPDIR": str(results.parent)}
        return subprocess.run(
            command, capture_output=True, text=True, cwd=pytestconfig.rootpath, env=environment, check=False, **options
        )

    return run


@pytest.fixture
def run_pytest(run_pytest_into, tmp_path):
    """Runs `pytest` as a user would, on one thread, and saves into a folder of the test's own."""
    return partial(run_pytest_into, tmp_path / "results")
