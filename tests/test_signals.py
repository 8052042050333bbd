"""What a process does at the first signal that should end it, and at those after it."""

import os
import signal
import subprocess
import sys
import time

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGHUP")

START = "import signal, sys, time; from crossover import signals; "

ENDED = """
signals.end_by_signals({options})
try:
    print("ready", flush=True)
    time.sleep(60)
except signals.Interrupted as end:
    print(end, flush=True)
    sys.stdin.readline()
    print("cleaned up")
"""


@pytest.fixture
def started(pytestconfig):
    """Starts a process that waits for a signal and, once that has come, for a line; some signals may be ignored."""
    processes = []

    def start(options="", ignored=()):
        def heed():
            for name in ("SIGINT", "SIGTERM", "SIGHUP"):
                signal.signal(signal.Signals[name], signal.SIG_IGN if name in ignored else signal.SIG_DFL)

        process = subprocess.Popen(
            [sys.executable, "-c", START + ENDED.format(options=options)],
            env=os.environ | {"PYTHONPATH": str(pytestconfig.rootpath)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, preexec_fn=heed,
        )  # fmt: skip
        processes.append(process)
        assert "ready\n" == process.stdout.readline()
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(("name", "words"), [("SIGINT", "by Ctrl-C"), ("SIGTERM", "SIGTERM came"),
                                             ("SIGHUP", "SIGHUP came")])  # fmt: skip
def test_the_first_signal_ends_the_process_and_those_after_it_are_ignored(started, name, words):
    process = started()
    process.send_signal(signal.Signals[name])
    assert f"{words}\n" == process.stdout.readline()
    for again in ("SIGINT", "SIGTERM", "SIGHUP"):
        process.send_signal(signal.Signals[again])

    assert ("cleaned up\n", None) == process.communicate("\n", timeout=10)
    assert 0 == process.returncode


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_another_ctrl_c_may_end_what_is_ending(started, name):
    process = started("second_ctrl_c=signal.default_int_handler")
    process.send_signal(signal.Signals[name])
    process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    process.send_signal(signal.SIGINT)

    assert ("", None) == process.communicate(timeout=10)
    assert process.returncode


@pytest.mark.parametrize("other", ["SIGINT", "SIGTERM"])
def test_a_signal_that_was_ignored_before_stays_so(started, other):
    """As SIGHUP under nohup, and Ctrl-C in what a shell's script started in the background."""
    ignored = {"SIGHUP", "SIGINT"} - {other}
    process = started("second_ctrl_c=signal.default_int_handler", ignored)
    for name in ignored:
        process.send_signal(signal.Signals[name])
    time.sleep(0.2)
    assert process.poll() is None
    process.send_signal(signal.Signals[other])
    assert process.stdout.readline() in ("by Ctrl-C\n", "SIGTERM came\n")
    for name in ignored:
        process.send_signal(signal.Signals[name])

    assert ("cleaned up\n", None) == process.communicate("\n", timeout=10)
