"""What other processes use of the machine: with numbers that are made up, and with a process that really works."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from crossover.benchmarks.machine import contention
from crossover.benchmarks.machine.contention import Contention, ProcessorTime


def test_what_others_use_is_what_is_left_of_the_time_that_all_used():
    found = Contention.between(ProcessorTime(10, 100, 50, 0), ProcessorTime(20, 125, 66, 1))

    assert Contention(other_cores=0.9, stolen_cores=0.1) == found
    assert found.is_busy


def test_a_quiet_machine_is_not_busy():
    """Clocks that are read one after the other may differ by a tick: less than nothing is nothing."""
    found = Contention.between(ProcessorTime(10, 100, 50, 0), ProcessorTime(20, 119.9, 70, 0))

    assert Contention(0.0, 0.0) == found
    assert not found.is_busy


def test_a_machine_that_slept_was_disturbed():
    found = Contention.between(ProcessorTime(10, 100, 50, 0, 5), ProcessorTime(20, 100, 50, 0, 3605))

    assert 3600 == found.slept_s
    assert found.is_busy


def test_in_too_short_a_time_nothing_is_known_of_others():
    found = Contention.between(ProcessorTime(10, 100, 50, 0), ProcessorTime(10.1, 100.2, 50, 0))

    assert (False, False) == (found.is_told, found.is_busy)


def test_the_clocks_that_tell_of_sleep_agree_while_the_machine_is_awake():
    before = contention.asleep_s()
    time.sleep(0.05)

    assert before == pytest.approx(contention.asleep_s(), abs=contention.SLEEP_S / 2)


@pytest.fixture
def busy_process():
    """A process that works all the while, and that is not one of this process's own."""
    loop = f"{sys.executable} -c 'while True: pass' >/dev/null 2>&1 & echo $!"
    number = int(subprocess.run(["sh", "-c", loop], stdout=subprocess.PIPE, text=True, timeout=10).stdout)
    yield number
    os.kill(number, signal.SIGKILL)


@pytest.mark.skipif(sys.platform == "win32", reason="starts it by a POSIX shell")
def test_a_busy_process_is_seen_and_named(busy_process):
    """Others may be busy too, and it shares the cores with them: its own part is known from the system."""
    neighbour = psutil.Process(busy_process)
    before, start_s = ProcessorTime.now(), neighbour.cpu_times().user
    time.sleep(1)
    after, used_s = ProcessorTime.now(), neighbour.cpu_times().user - start_s
    found = Contention.between(before, after)

    assert found.other_cores > 0.8 * used_s / (after.clock_s - before.clock_s) > 0
    assert "-c while True: pass" in contention.describe(neighbour)
    assert busy_process in {process.pid for process in contention.times_by_process(set())}


def test_what_this_process_and_its_children_use_is_its_own():
    before = ProcessorTime.now()
    loop = "import time\nwhile time.process_time() < 0.3: pass"
    child = subprocess.Popen([sys.executable, "-c", loop])
    end = time.process_time() + 0.3
    while time.process_time() < end:
        pass
    child.wait()

    assert ProcessorTime.now().own_s - before.own_s > 0.5
