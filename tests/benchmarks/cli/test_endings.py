"""How the command ends where something comes between: its exit code says what, and 1 is a regression alone."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from crossover.benchmarks.runs import load

START = "from crossover.benchmarks.cli import main; main()"

COMMANDS = [
    ["table", "."],
    ["machines", "."],
    ["check", ".", "--baseline", "."],
    ["pin", "."],
    ["plot", ".", "-o", "x.svg"],
    ["report", ".", "-o", "x.html"],
]


@pytest.fixture
def heeded():
    """Gives the signals their meaning back, to which a command that was stopped is deaf."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # they may be ignored around the tests
    before = [signal.signal(number, signal.SIG_DFL) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


@pytest.mark.usefixtures("heeded")
@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_is_one_line(crossover, monkeypatch, words, name, code):
    monkeypatch.setattr(load, "read_all", lambda places: signal.raise_signal(signal.Signals[name]))
    run = crossover(*words)

    assert (code, "", f"crossover: stopped by {name}\n") == (run.returncode, run.stdout, run.stderr)


def test_ctrl_c_is_one_line_while_the_command_is_still_being_loaded():
    in_import = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
class Interrupt:
    def find_spec(self, name, path, target=None):
        if name == "crossover.benchmarks.cli.commands":
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Interrupt())
"""
    run = subprocess.run([sys.executable, "-c", in_import + START, "--help"], capture_output=True, text=True)

    assert (130, "", "crossover: stopped by SIGINT\n") == (run.returncode, run.stdout, run.stderr)


@pytest.mark.parametrize("words", COMMANDS)
def test_a_fault_of_its_own_is_no_regression_and_can_be_reported(crossover, monkeypatch, words):
    monkeypatch.setattr(load, "read_all", lambda places: 1 / 0)
    run = crossover(*words)

    assert (70, "") == (run.returncode, run.stdout)
    assert run.stderr.startswith("Traceback")
    assert "ZeroDivisionError" in run.stderr
    assert "crossover: this is a fault of Crossover itself" in run.stderr.splitlines()[-1]


@pytest.fixture
def files(save, tmp_path):
    """A run, and one that is three times as slow."""
    for name, seconds in (("before", 1.0), ("now", 3.0)):
        save(f"{name}.json", {"cpu": {1: [seconds * share for share in (0.99, 0.995, 1.0, 1.005, 1.01)]}})
    return tmp_path


def started(folder, *words, stdout):
    command = [sys.executable, "-c", START, *words]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3]), "PYTHONUNBUFFERED": ""}
    run = subprocess.run(command, cwd=folder, env=environment, stdout=stdout, stderr=subprocess.PIPE, text=True)
    return run.returncode, run.stderr


@pytest.fixture
def closed_pipe():
    """A pipe of which nobody reads the other end."""
    reading, writing = os.pipe()
    os.close(reading)
    yield writing
    os.close(writing)


def test_a_reader_who_has_gone_changes_no_verdict(files, closed_pipe):
    assert (0, "") == started(files, "table", "now.json", stdout=closed_pipe)
    assert (1, "") == started(files, "check", "now.json", "--baseline", "before.json", stdout=closed_pipe)


def test_a_reader_who_has_gone_before_there_is_a_verdict_is_no_pass(files, closed_pipe, save):
    save("many.json", {"cpu": {scale: [1.0] for scale in range(1, 200)}})

    assert (141, "") == started(files, "table", "many.json", "--format", "json", stdout=closed_pipe)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
def test_a_full_disk_is_one_line(files):
    with Path("/dev/full").open("w") as full:
        found = started(files, "check", "now.json", "--baseline", "before.json", stdout=full)

    assert (2, "crossover: the answer cannot be written: No space left on device\n") == found
