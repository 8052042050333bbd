"""How a cell is measured: does it fit, how long will it take, time it, and check what came out."""

from collections.abc import Callable
from typing import Any, Protocol

import pytest
import torch
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks import budget, devices
from benchmarks.cells import LEFT_OUT, Cell, Outcome, Status
from benchmarks.run import Run


class Workload(Protocol):
    """What a benchmark times: `setup`, `work` and `check` are called in turn, and only `work` is on the clock."""

    figures: dict[str, Any]
    """What is saved beside the times; made by `check`."""

    failure: str | None
    """Why what the round produced cannot be right, or None; set by `check`."""

    def needed_bytes(self) -> dict[str, int]:
        """The memory that `setup` and `work` need, by device."""

    def predict(self) -> float:
        """Prepare, warm up, and tell how many seconds `work` will take."""

    def setup(self) -> None:
        """Make everything fresh, so that each round does the same."""

    def work(self) -> None:
        """The round. It returns when the device has finished."""

    def check(self) -> None:
        """Look at what the round produced."""


Measure = Callable[[Cell, Workload], None]
"""What the fixture `measure` gives to a benchmark."""


class CellEndedError(Exception):
    """A cell has ended before or beside being measured; the outcome says how."""

    def __init__(self, status: Status, reason: str) -> None:
        super().__init__(f"{status}: {reason}")
        self.outcome = Outcome(status, reason)


def measure(cell: Cell, workload: Workload, benchmark: BenchmarkFixture, run: Run) -> None:
    """Take a cell through to its status; skip or fail the test where that is not `measured`."""
    outcome = Outcome(Status.MEASURED)
    try:
        time_rounds(cell, workload, benchmark, run)
    except CellEndedError as end:
        outcome = end.outcome
    except KeyboardInterrupt:
        if benchmark.stats:
            run.finish(cell, Outcome(Status.MEASURED, f"interrupted after {benchmark.stats.stats.rounds} rounds"))
        raise
    except Exception as error:
        outcome = Outcome(Status.OUT_OF_MEMORY if is_out_of_memory(error) else Status.FAILED, one_line(error))
        if outcome.status is Status.FAILED:
            run.finish(cell, outcome)
            raise
    if not benchmark.disabled:
        run.finish(cell, outcome)
    if outcome.status in LEFT_OUT:
        pytest.skip(f"{outcome.status}: {outcome.reason}")
    if outcome.status is not Status.MEASURED:
        pytest.fail(f"{outcome.status}: {outcome.reason}", pytrace=False)


def time_rounds(cell: Cell, workload: Workload, benchmark: BenchmarkFixture, run: Run) -> None:
    """Time as many rounds as fit; raises CellEndedError where that is none or they cannot be right."""
    if reason := devices.missing_reason(cell.device):
        raise CellEndedError(Status.NO_DEVICE, reason)
    run.probe(cell.device)
    devices.release_unused(cell.device)
    if reason := budget.shortage_reason(workload.needed_bytes(), devices.free_bytes):
        raise CellEndedError(Status.TOO_BIG, reason)
    peak = devices.PeakMemory(cell.device)
    round_s = workload.predict()
    rounds = run.options.budget.rounds_that_fit(round_s)
    if not rounds:
        raise CellEndedError(Status.TOO_SLOW, run.options.budget.too_slow_reason(round_s))
    run.start(cell, round_s, rounds)

    benchmark.group = f"{cell.benchmark}, scale {cell.scale:>4}"
    try:
        benchmark.pedantic(workload.work, setup=workload.setup, teardown=workload.check, rounds=rounds)
    finally:
        if not benchmark.stats:
            # pytest-benchmark cannot save a benchmark without a finished round, and would lose all others with it.
            benchmark.has_error = True
        elif not benchmark.has_error:
            benchmark.extra_info |= run.describe(cell) | workload.figures
            benchmark.extra_info |= {"predicted_s": round_s, "peak_bytes": peak.bytes()}
            run.timed.append(benchmark.stats)
    if reason := workload.failure or run.disagreement(cell, workload.figures):
        raise CellEndedError(Status.DIVERGED, reason)


def is_out_of_memory(error: Exception) -> bool:
    """Whether torch or Python ran out of memory. Only CUDA has an exception of its own for that."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(
        words in str(error) for words in ("out of memory", "can't allocate memory", "not enough memory")
    )


def one_line(error: Exception) -> str:
    """The kind and the first line of an error."""
    return f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"
