"""The rounds of one cell: does it fit, how long will they take, time them, and check what came out."""

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
from crossover.benchmarks.storage.earlier import EarlierCell

PAUSE_S = 1.0
"""Between predictions, so that what disturbed the one may be over before the next."""


class Timed(Protocol):
    """What a benchmark times: `setup`, `work` and `check` are called in turn, and only `work` is on the clock."""

    figures: dict[str, Any]
    """What is saved beside the times; made by `check`."""

    failure: str | None
    """Why what the round produced cannot be right, or None; set by `check`."""

    def unavailable(self) -> str | None:
        """Why it cannot run on its device, or None where it can."""

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

    def go_on(self, figures: dict[str, Any], rounds: int) -> None:
        """Keep of the figures of an earlier session what they hold of each of so many rounds."""

    def release(self) -> None:
        """Let go of what `setup` makes anew: other cells may need its memory before the next round."""


class Rounds:
    """The rounds that a cell has had, and how many it gets."""

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
        """Whether an earlier session has done all that there was to do."""
        return self.earlier is not None and self.earlier.is_finished

    @property
    def saved(self) -> Metadata:
        """What pytest-benchmark saves of the cell, from the first round on."""
        metadata: Metadata | None = self.benchmark.stats
        assert metadata is not None
        return metadata

    @property
    def times_s(self) -> list[float]:
        """Of each round so far. pytest-benchmark's own figures must wait for the last one: they are cached."""
        times_s: list[float] = self.saved.stats.data if self.benchmark.stats else []
        return times_s

    @property
    def left(self) -> int:
        return max(0, self.planned - len(self.times_s))

    def plan(self) -> None:
        """Find out how many rounds fit; raises CellEndedError where that is none."""
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
        """How many seconds a round will take. A prediction that leaves the cell out must be confirmed by others."""
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
        """Raise CellEndedError where the cell cannot run on its device, or does not fit the memory."""
        if reason := devices.missing_reason(self.cell.device):
            raise CellEndedError(Status.NO_DEVICE, reason)
        if reason := self.timed.unavailable():
            raise CellEndedError(Status.UNAVAILABLE, reason)
        self.probe()
        memory.release_unused(self.cell.device)
        if reason := budget.shortage_reason(self.timed.needed_bytes(), memory.free_bytes):
            raise CellEndedError(Status.TOO_BIG, reason)

    def require_hope(self) -> None:
        """Raise CellEndedError where a smaller model was too slow already: to draw a larger one may take a minute."""
        if found := self.run.too_slow.get(self.cell.series):
            smaller, round_s = found
            reason = self.run.options.budget.too_slow_reason(round_s, smaller.scale)
            if smaller.scale < self.cell.scale:
                raise CellEndedError(Status.TOO_SLOW, reason)

    def probe(self) -> None:
        """Find out what the device can do at most, which the times are compared with."""
        if not self.benchmark.disabled:
            self.run.probe(self.cell.device)

    def begin(self) -> None:
        """Have the first round, or those that an earlier session took, and see how many more fit."""
        if self.earlier:
            self.take_over(self.earlier)
        if not self.times_s:
            self.take_first()
        self.replan()

    def replan(self) -> None:
        """See how many rounds fit by what those took that there were, rather than by the prediction."""
        self.round_s = statistics.median(self.times_s)
        self.planned = len(self.times_s) + self.run.options.budget.more_rounds(self.times_s)

    def take_over(self, earlier: EarlierCell) -> None:
        """Make the benchmark of an earlier session one of this session, so that it is saved and compared like any."""
        if not earlier.bench:
            return
        self.benchmark.group = self.group
        self.benchmark.pedantic(lambda: None)  # makes a benchmark, of which only the round is another one
        self.times_s[:] = earlier.times_s
        self.benchmark.extra_info |= earlier.bench["extra_info"]
        self.timed.go_on(earlier.bench["extra_info"], len(self.times_s))
        self.run.timed.append(self.saved)
        self.run.forecast.learn_round(self.cell, self.run.parameters(self.cell), self.times_s[0])
        if not earlier.end:
            self.run.disagreement(self.cell, self.benchmark.extra_info)  # tells later cells what to agree with

    @property
    def group(self) -> str:
        return f"{self.cell.benchmark}, scale {self.cell.scale:>4}"

    def take_first(self) -> None:
        """Time a round by pytest-benchmark, which makes the benchmark that is saved."""
        is_checked = False

        def check() -> None:
            nonlocal is_checked
            self.timed.check()
            is_checked = True

        self.benchmark.group = self.group
        start_s = time.perf_counter()
        try:
            self.benchmark.pedantic(self.timed.work, setup=self.timed.setup, teardown=check)
        finally:
            if not is_checked:
                self.times_s.clear()  # a round that was interrupted before it was looked at
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
        """Do the work of a round without a clock, as --benchmark-disable asks, and look at what came out."""
        try:
            self.benchmark.pedantic(self.timed.work, setup=self.timed.setup)
            self.timed.check()
        finally:
            self.timed.release()
        self.require_sense()

    def take_another(self) -> None:
        """Time one more round on pytest-benchmark's clock, and add it to the benchmark."""
        options = self.saved.options
        start_s = time.perf_counter()
        try:
            self.timed.setup()
            round_s = duration_s(self.timed.work, options["timer"], disable_gc=options["disable_gc"])
            self.timed.check()
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
        """Forecast by what the last round took, with what was prepared and checked around it."""
        self.run.forecast.learn_round(self.cell, self.run.parameters(self.cell), time.perf_counter() - start_s)

    def record(self, more: dict[str, Any]) -> None:
        """Write down what is saved beside the times, after every round: each may be the last."""
        self.benchmark.extra_info |= self.run.describe(self.cell) | self.timed.figures | more

    def require_sense(self) -> None:
        """Raise CellEndedError where the last round was no training, or another one than in the cells before."""
        if reason := self.timed.failure or self.run.disagreement(self.cell, self.timed.figures):
            raise CellEndedError(Status.DIVERGED, reason)

    def outcome(self) -> Outcome:
        """What has become of a cell that nothing has ended: measured, by as many rounds as it had so far."""
        if not self.left:
            return Outcome(Status.MEASURED)
        return Outcome(Status.MEASURED, f"{len(self.times_s)} of {self.planned} rounds so far", finished=False)

    def interrupt(self) -> None:
        """Account for a cell that does not get all its rounds; without any it counts as one never reached.

        What had ended it before stands.
        """
        known = self.run.outcomes.get(self.cell)
        has_ended = self.benchmark.has_error or (known is not None and known.finished)
        if self.times_s and not has_ended:
            count = len(self.times_s)
            words = f"interrupted after {count} round{'s' if count > 1 else ''}" if self.left else ""
            self.run.finish(self.cell, replace(self.outcome(), reason=words))


def duration_s(work: Callable[[], None], timer: Callable[[], float], *, disable_gc: bool) -> float:
    """How long some work takes, with the garbage collector left alone or off, as in pytest-benchmark's own rounds."""
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
