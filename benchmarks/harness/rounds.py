"""The rounds of one cell: see whether they fit, predict them, time them and check their results."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol

from pytest_benchmark.fixture import BenchmarkFixture
from pytest_benchmark.stats import Metadata

from crossover.benchmarks.harness import budget
from crossover.benchmarks.harness.forecast import PREDICTIONS
from crossover.benchmarks.harness.run import Run
from crossover.benchmarks.machine import devices, memory
from crossover.benchmarks.machine.errors import CellEndedError
from crossover.benchmarks.runs.cells import Cell, Outcome, Status
from crossover.benchmarks.runs.schema import Seconds, fits
from crossover.benchmarks.storage.earlier import EarlierCell

__all__ = ["Rounds", "Timed"]

PAUSE_S = 1.0
"""The seconds between predictions, so that what disturbed one may be over before the next."""


class Timed(Protocol):
    """What a round times: `setup`, `work` and `check` are called in this order, and only `work` is on the clock."""

    figures: dict[str, Any]
    """Saved beside the times; set by `check`."""

    failure: str | None
    """Why the result of the round cannot be right, or None; set by `check`."""

    def unavailable(self) -> str | None:
        """Returns why it cannot run on its device, or None where it can."""

    def needed_bytes(self) -> dict[str, int]:
        """Returns the bytes of memory that `setup` and `work` need, by device."""

    def predict(self) -> float:
        """Prepare, warm up, and return how many seconds `work` will take."""

    def setup(self) -> None:
        """Make everything fresh, so that each round does the same."""

    def work(self) -> None:
        """Run the round; return when the device has finished."""

    def check(self) -> None:
        """Check the result of the round."""

    def go_on(self, figures: dict[str, Any], rounds: int) -> None:
        """Continue an earlier session: keep what its `figures` hold for each of the first `rounds` rounds."""

    def release(self) -> None:
        """Release what `setup` makes anew: other cells may need its memory before the next round."""


class Rounds:
    """The rounds of a cell: those it has had, and how many it gets."""

    def __init__(self, cell: Cell, timed: Timed, benchmark: BenchmarkFixture, run: Run) -> None:
        self.cell = cell
        self.timed = timed
        self.benchmark = benchmark
        self.run = run
        self.earlier = run.earlier_cell(cell)
        self.planned = 0
        self.round_s = 0.0

    @property
    def is_over(self) -> bool:
        """Whether an earlier session has finished the cell."""
        return self.earlier is not None and self.earlier.is_finished

    @property
    def saved(self) -> Metadata:
        """The cell's benchmark as pytest-benchmark saves it; it exists from the first round on."""
        metadata: Metadata | None = self.benchmark.stats
        assert metadata is not None
        return metadata

    @property
    def times_s(self) -> list[float]:
        """The seconds of each round so far.

        pytest-benchmark caches its own statistics, so they must not be read before the last round.
        """
        times_s: list[float] = self.saved.stats.data if self.benchmark.stats else []
        return times_s

    @property
    def left(self) -> int:
        return max(0, self.planned - len(self.times_s))

    def plan(self) -> None:
        """Find out how many rounds fit; raises CellEndedError where none does."""
        self.require_place()
        self.require_hope()
        self.round_s = self.predict()
        limits = self.run.options.budget
        self.planned = limits.rounds_that_fit(self.round_s)
        if not self.planned:
            self.run.too_slow[self.cell.series] = self.cell, self.round_s
            raise CellEndedError(Status.TOO_SLOW, limits.too_slow_reason(self.round_s))
        self.benchmark.extra_info["predicted_s"] = self.round_s
        self.peak = memory.PeakMemory(self.cell.device)  # not before: the first prediction loads libraries

    def predict(self) -> float:
        """Returns the predicted seconds of a round; a prediction by which no round fits must be confirmed by others."""
        predicted_s: list[float] = []
        while len(predicted_s) < PREDICTIONS:
            if predicted_s:
                time.sleep(PAUSE_S)
            start_s = time.perf_counter()
            try:
                predicted_s.append(self.timed.predict())
            finally:
                self.timed.release()
            self.run.forecast.learn_prediction(self.cell, self.run.parameters(self.cell), time.perf_counter() - start_s)
            if self.run.options.budget.rounds_that_fit(min(predicted_s)):
                break
        return min(predicted_s)

    def require_place(self) -> None:
        """Raise CellEndedError where the cell cannot run on its device or does not fit the memory."""
        if reason := devices.missing_reason(self.cell.device):
            raise CellEndedError(Status.NO_DEVICE, reason)
        if reason := self.timed.unavailable():
            raise CellEndedError(Status.UNAVAILABLE, reason)
        self.probe()
        memory.release_unused(self.cell.device)
        if reason := budget.shortage_reason(self.timed.needed_bytes(), memory.free_bytes):
            raise CellEndedError(Status.TOO_BIG, reason)

    def require_hope(self) -> None:
        """Raise CellEndedError where a smaller model was too slow already: drawing a larger one may take a minute."""
        smaller, round_s = self.run.too_slow.get(self.cell.series, (self.cell, 0.0))
        if smaller.scale < self.cell.scale:
            raise CellEndedError(Status.TOO_SLOW, self.run.options.budget.too_slow_reason(round_s, smaller.scale))

    def probe(self) -> None:
        """Measure the limits of the device, which the times are compared with."""
        if not self.benchmark.disabled:
            self.run.probe(self.cell.device)

    def begin(self) -> None:
        """Take the first round, or take over those of an earlier session, and see how many more fit."""
        if self.earlier:
            self.take_over(self.earlier)
        if not self.times_s:
            self.take_first()
        self.replan()

    def replan(self) -> None:
        """Plan by the rounds taken so far instead of the prediction."""
        self.round_s = statistics.median(self.times_s)
        self.planned = len(self.times_s) + self.run.options.budget.more_rounds(self.times_s)

    def take_over(self, earlier: EarlierCell) -> None:
        """Make an earlier session's benchmark one of this session, so that it is saved and compared like any other."""
        if not earlier.bench:
            return
        self.benchmark.group = self.group
        self.benchmark.pedantic(lambda: None)  # makes a benchmark, whose round is replaced below
        self.times_s[:] = earlier.times_s
        self.benchmark.extra_info |= earlier.bench["extra_info"]
        self.timed.go_on(earlier.bench["extra_info"], len(self.times_s))
        self.run.timed.append(self.saved)
        self.run.forecast.learn_round(self.cell, self.run.parameters(self.cell), self.times_s[0])
        if not earlier.end:
            self.run.disagreement(self.cell, self.benchmark.extra_info)  # later cells must agree with its loss

    @property
    def group(self) -> str:
        return f"{self.cell.benchmark}, scale {self.cell.scale:>4}"

    def take_first(self) -> None:
        """Time the first round with pytest-benchmark, which makes the benchmark that is saved."""
        is_checked = False

        def check() -> None:
            nonlocal is_checked
            self.timed.check()
            is_checked = True

        self.benchmark.group = self.group
        start_s = time.perf_counter()
        try:
            self.benchmark.pedantic(self.timed.work, setup=self.timed.setup, teardown=check)
            self.require_time(self.times_s[0])
        finally:
            if not is_checked:
                self.times_s.clear()  # the round was interrupted before its check ended
            if not self.times_s:
                # pytest-benchmark cannot save a benchmark without a finished round, and would lose all others with it.
                self.benchmark.has_error = True
            elif not self.benchmark.has_error:
                self.record({"peak_bytes": self.peak.bytes()})
                self.run.timed.append(self.saved)
            self.timed.release()
        self.learn(start_s)
        self.run.forecast.ratios.append(self.times_s[0] / self.round_s)
        self.require_sense()

    def try_once(self) -> None:
        """Do the work of one round untimed, as --benchmark-disable asks, and check its result."""
        try:
            self.benchmark.pedantic(self.timed.work, setup=self.timed.setup)
            self.timed.check()
        finally:
            self.timed.release()
        self.require_sense()

    def take_another(self) -> None:
        """Time one more round with pytest-benchmark's timer, and add it to the benchmark."""
        options = self.saved.options
        start_s = time.perf_counter()
        try:
            self.timed.setup()
            round_s = duration_s(self.timed.work, options["timer"], disable_gc=options["disable_gc"])
            self.timed.check()
            self.require_time(round_s)
            self.saved.update(round_s)
            self.record({})
        except Exception:
            self.benchmark.has_error = True  # as `pedantic` does, so that it is not saved
            raise
        finally:
            self.timed.release()
        self.learn(start_s)
        self.require_sense()
        self.replan()

    def learn(self, start_s: float) -> None:
        """Tell the forecast how long the last round took, with its setup and check."""
        self.run.forecast.learn_round(self.cell, self.run.parameters(self.cell), time.perf_counter() - start_s)

    def record(self, more: dict[str, Any]) -> None:
        """Update what is saved beside the times, after every round: each may be the last."""
        self.benchmark.extra_info |= self.run.describe(self.cell) | self.timed.figures | more

    def require_time(self, round_s: float) -> None:
        """Raise CellEndedError where no round can have taken that many seconds: its clock was set, or is too coarse."""
        if not fits(round_s, Seconds):
            self.benchmark.has_error = True
            raise CellEndedError(Status.FAILED, f"a round took {round_s:g} s by its clock: was that set meanwhile?")

    def require_sense(self) -> None:
        """Raise CellEndedError where the last round did not train, or trained differently from the cells before it."""
        if reason := self.timed.failure or self.run.disagreement(self.cell, self.timed.figures):
            raise CellEndedError(Status.DIVERGED, reason)

    def outcome(self) -> Outcome:
        """Returns the outcome of a cell that nothing has ended: measured, and finished if no planned round is left."""
        if not self.left:
            return Outcome(Status.MEASURED)
        return Outcome(Status.MEASURED, f"{len(self.times_s)} of {self.planned} rounds so far", finished=False)

    def interrupt(self) -> None:
        """Account for a cell that does not get all its rounds; without any it counts as not reached.

        An outcome that ended it before stands.
        """
        known = self.run.outcomes.get(self.cell)
        has_ended = self.benchmark.has_error or (known is not None and known.finished)
        if self.times_s and not has_ended:
            count = len(self.times_s)
            words = f"interrupted after {count} round{'s' if count > 1 else ''}" if self.left else ""
            self.run.finish(self.cell, replace(self.outcome(), reason=words))


def duration_s(work: Callable[[], None], timer: Callable[[], float], *, disable_gc: bool) -> float:
    """Returns how many seconds `work` takes; `disable_gc` turns the garbage collector off, as pytest-benchmark does."""
    was_enabled = gc.isenabled()
    if disable_gc:
        gc.disable()
    try:
        start = timer()
        work()
        return timer() - start
    finally:
        if was_enabled:
            gc.enable()
