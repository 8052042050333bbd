"""The clocks that may time a round, and what becomes of a cell whose clock goes wrong all the same."""

import os
import time
import timeit

import pytest

from crossover.benchmarks.harness.timer_check import require_clock
from crossover.benchmarks.runs import load

STEPPING = '''
"""Cells whose clock steps back, in the first round or in a later one."""

import time

import pytest

from crossover.benchmarks.kinds.training.timed import Training


class Stepping:
    def __init__(self, after):
        self.calls, self.after = 0, after

    def __call__(self):
        self.calls += 1
        return time.perf_counter() - (3600 if self.calls > self.after else 0)


@pytest.mark.parametrize("after", [100, 1, 3, 99])
def test_clock(measure_in_turn, workload, cell, after, benchmark):
    benchmark._timer = Stepping(after)
    measure_in_turn(cell, Training(workload, cell, 1))


@pytest.mark.benchmark(timer=time.time)
def test_mark(measure, workload, cell):
    measure(cell, Training(workload, cell, 1))
'''


@pytest.mark.parametrize("clock", [time.perf_counter, time.monotonic, timeit.default_timer])
def test_clocks_that_go_on_evenly_time_rounds(clock):
    require_clock("--benchmark-timer", clock)


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        (time.time, "time.time can be set back at any moment"),
        (time.process_time, "time.process_time stands still while the processor waits for a device"),
        (time.thread_time, "time.thread_time stands still while the processor waits for a device"),
        (time.perf_counter_ns, "time.perf_counter_ns counts nanoseconds, and rounds are timed in seconds"),
        (time.sleep, "time.sleep is no clock of seconds"),
        (os.getpid, "getpid may be set back, or may not go evenly"),
        (lambda: 1.0, "may be set back, or may not go evenly"),
    ],
)
def test_others_are_refused_in_a_line_that_names_those(clock, expected):
    with pytest.raises(pytest.UsageError) as refusal:
        require_clock("--benchmark-timer", clock)

    assert f"{expected}; take time.perf_counter or time.monotonic" in str(refusal.value)
    assert str(refusal.value).startswith("--benchmark-timer: ")


@pytest.fixture
def run_stepping(run_pytest, tmp_path):
    (tmp_path / "test_stepping.py").write_text(STEPPING)
    options = ["-p", "conftest", "-c", "pyproject.toml", "--rootdir=.", "--scales", "1", "--devices", "cpu",
               "--rounds", "2", "--benchmark-autosave"]  # fmt: skip
    return lambda *arguments: run_pytest(tmp_path / "test_stepping.py", *options, *arguments)


@pytest.mark.runs
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["-k", "clock", "--benchmark-timer", "time.time"], "--benchmark-timer: time.time can be set back"),
        (["-k", "mark"], "the mark's timer of test_mark[cpu-1]: time.time can be set back"),
    ],
)
def test_a_run_is_refused_before_its_first_cell(run_stepping, tmp_path, arguments, expected):
    shown = run_stepping(*arguments)

    assert pytest.ExitCode.USAGE_ERROR == shown.returncode, shown.stdout
    assert expected in shown.stderr
    assert [] == list((tmp_path / "results").rglob("*.json"))


@pytest.mark.runs
def test_a_round_of_negative_length_fails_its_cell_and_no_other(run_stepping, tmp_path):
    shown = run_stepping("-k", "clock")
    (run,), remarks = load.read_all([tmp_path / "results"])

    assert pytest.ExitCode.TESTS_FAILED == shown.returncode, shown.stdout
    assert [] == remarks
    assert ["measured", "failed", "failed", "measured"] == [cell.status for cell in run.saved.crossover.cells]
    assert ["test_clock[cpu-1-100]", "test_clock[cpu-1-99]"] == [bench.name for bench in run.saved.benchmarks]
    assert run.saved.crossover.cells[1].reason.startswith("a round took -3")
    assert "s by its clock: was that set meanwhile?" in shown.stdout
