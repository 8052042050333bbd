"""What tests of whole runs share."""

import gc
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from functools import partial

import pytest
from hypothesis import settings

settings.register_profile("quick", max_examples=15, deadline=None)
settings.register_profile("fuzz", max_examples=20_000, deadline=None)
settings.load_profile("quick")


def pytest_configure(config):
    """What goes wrong unseen fails a test here, but must not end a user's run."""
    config.getini("filterwarnings").insert(0, "error::pytest.PytestUnraisableExceptionWarning")


def pytest_collection_finish():
    """What is there now stays: looking for garbage in it takes half a second, which a round does before it begins."""
    gc.collect()
    gc.freeze()


def heed_signals():
    """What started the tests may have had signals ignored (nohup, a shell's background), and that is inherited."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


@pytest.fixture(scope="session")
def start_pytest_into(pytestconfig):
    """Starts `pytest` as a user would, on one thread, to save into a folder.

    Its temporary files lie beside that folder: a session that a user runs meanwhile is none of the tests' business.
    """
    started = []
    # In a worker of pytest-xdist, pytest-benchmark measures nothing: what is started here must not look like one.
    around = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_XDIST", "PYTEST_ADD"))}

    def start(results, *arguments, **environment):
        command = [sys.executable, "-m", "pytest", f"--benchmark-storage={results}", *map(str, arguments)]
        environment = {"OMP_NUM_THREADS": "1", "COLUMNS": "120", "TMPDIR": str(results.parent)} | environment
        process = subprocess.Popen(
            command,
            cwd=pytestconfig.rootpath,
            env=around | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # a group of its own, for what a terminal sends to all of a group
            preexec_fn=heed_signals if os.name == "posix" else None,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()  # what an interrupted test has left
        process.wait()


@pytest.fixture(scope="session")
def run_pytest_into(start_pytest_into):
    """Runs `pytest` to its end."""

    def run(results, *arguments, **environment):
        process = start_pytest_into(results, *arguments, **environment)
        stdout, stderr = process.communicate()
        return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)

    return run


@pytest.fixture
def start_pytest(start_pytest_into, tmp_path):
    """Starts `pytest`, to save into a folder of the test's own."""
    return partial(start_pytest_into, tmp_path / "results")


@pytest.fixture
def run_pytest(run_pytest_into, tmp_path):
    """Runs `pytest` as a user would, on one thread, and saves into a folder of the test's own."""
    return partial(run_pytest_into, tmp_path / "results")


@pytest.fixture
def file_limit():
    """Lets no file grow beyond some bytes within a block, as a full disk does."""
    import resource  # is POSIX's

    @contextmanager
    def at_most(size):
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    return at_most


@pytest.fixture
def begin(pytestconfig):
    """Starts a subcommand as a user would: `begin("ab", "HEAD", folder=…, TMPDIR=…)`, with variables of its own.

    What a failed test leaves running is ended: later tests count this process's children.
    """
    started = []

    def run(*arguments, folder=None, **variables):
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", "from crossover.benchmarks.cli import main; main()", *arguments],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(pytestconfig.rootpath)} | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=heed_signals,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.wait()
