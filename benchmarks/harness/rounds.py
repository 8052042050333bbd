"""The rounds of one cell on the clock: the first by pytest-benchmark, later ones by its timer."""

import gc
import time
from collections.abc import Callable
from typing import Any

from pytest_benchmark.fixture import BenchmarkFixture
from pytest_benchmark.stats import Metadata

from crossover.benchmarks.harness.planning import Plan
from crossover.benchmarks.harness.round_notes import RoundNotes
from crossover.benchmarks.harness.run import Run
from crossover.benchmarks.harness.timed_protocol import Timed
from crossover.benchmarks.machine import gpu_contention, memory
from crossover.benchmarks.machine.cell_errors import CellEndedError
from crossover.benchmarks.machine.environment import untraced
from crossover.benchmarks.runs.cells import Cell, Status
from crossover.benchmarks.runs.schema import Seconds, fits
from crossover.benchmarks.storage.earlier_sessions import EarlierCell

__all__ = ["Rounds"]


class Rounds:
    """The rounds of a cell: those it has had, and how many it gets."""

    def __init__(
        self, cell: Cell, timed: Timed, benchmark: BenchmarkFixture, run: Run, plan_type: type[Plan] = Plan
    ) -> None:
        self.cell = cell
        self.timed = timed
        self.benchmark = benchmark
        self.run = run
        self.earlier = run.earlier_cell(cell)
        self.plan = plan_type(run, cell, timed, is_disabled=benchmark.disabled)
        self.notes = RoundNotes(run.session.launcher)
        self.retaken = 0

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
        return max(0, self.plan.rounds - len(self.times_s))

    def make_plan(self) -> None:
        """Find out how many rounds fit; raises CellEndedError where none does."""
        self.plan.make()
        if not self.benchmark.disabled:
            self.notes.control = self.timed.control()
            self.notes.gpu = gpu_contention.watch(self.cell.device)
        self.peak = memory.PeakMemory(self.cell.device)  # not before: the first prediction loads libraries

    def begin(self) -> None:
        """Take the first round, or take over those of an earlier session, and see how many more fit."""
        if self.earlier:
            self.take_over(self.earlier)
        if not self.times_s:
            self.take_first()
            self.take_again_if_disturbed()
        self.plan.renew(self.times_s)

    def take_over(self, earlier: EarlierCell) -> None:
        """Make an earlier session's benchmark one of this session, so that it is saved and compared like any other."""
        if not earlier.bench:
            return
        self.benchmark.group = self.group
        self.benchmark.pedantic(lambda: None)  # makes a benchmark, whose round is replaced below
        self.times_s[:] = earlier.times_s
        self.benchmark.extra_info |= earlier.bench["extra_info"]
        self.timed.go_on(earlier.bench["extra_info"], len(self.times_s))
        self.notes.go_on(earlier.bench["extra_info"], len(self.times_s))
        self.retaken = earlier.bench["extra_info"].get("retaken", 0)
        self.run.timed.append(self.saved)
        self.run.forecast.learn_round(self.cell, self.run.parameters(self.cell), self.times_s[0])
        if not earlier.end:
            self.run.losses.disagreement(self.cell, self.benchmark.extra_info)  # later cells must agree with its loss

    @property
    def group(self) -> str:
        batch = "" if self.cell.batch_size is None else f", batch {self.cell.batch_size:>5}"
        return f"{self.cell.benchmark}, scale {self.cell.scale:>4}{batch}"

    @untraced()
    def take_first(self) -> None:
        """Time the first round with pytest-benchmark, which makes the benchmark that is saved."""
        is_checked = False

        def setup() -> None:
            self.timed.setup()
            self.notes.begin()

        def check() -> None:
            nonlocal is_checked
            self.notes.end()
            self.timed.check()
            is_checked = True

        self.benchmark.group = self.group
        start_s = time.perf_counter()
        try:
            self.benchmark.pedantic(self.timed.work, setup=setup, teardown=check)
            self.require_time(self.times_s[0])
        finally:
            if not is_checked:
                self.times_s.clear()  # the round was interrupted before its check ended
            self.notes.keep(len(self.times_s))
            if not self.times_s:
                # pytest-benchmark cannot save a benchmark without a finished round, and would lose all others with it.
                self.benchmark.has_error = True
            elif not self.benchmark.has_error:
                self.record({"peak_bytes": self.timed.figures.get("peak_bytes", self.peak.bytes())})
                self.run.timed.append(self.saved)
            self.timed.release()
        self.learn(start_s)
        self.run.forecast.ratios.append(self.times_s[0] / self.plan.round_s)
        self.run.losses.require_agreement(self.cell, self.timed)

    def try_once(self) -> None:
        """Do the work of one round untimed, as --benchmark-disable asks, and check its result."""
        try:
            self.benchmark.pedantic(self.timed.work, setup=self.timed.setup)
            self.timed.check()
        finally:
            self.timed.release()
        self.run.losses.require_agreement(self.cell, self.timed)

    def take_another(self) -> None:
        """Time one more round, and once more where others disturbed it."""
        self.take()
        self.take_again_if_disturbed()
        self.plan.renew(self.times_s)

    @untraced()
    def take(self) -> None:
        """Time one more round with pytest-benchmark's timer, and add it to the benchmark."""
        options = self.saved.options
        start_s = time.perf_counter()
        try:
            self.timed.setup()
            self.notes.begin()
            round_s = duration_s(self.timed.work, options["timer"], disable_gc=options["disable_gc"])
            self.notes.end()
            self.timed.check()
            self.require_time(round_s)
            self.saved.update(round_s)
            self.record({})
        except Exception:
            self.benchmark.has_error = True  # as `pedantic` does, so that it is not saved
            raise
        finally:
            self.notes.keep(len(self.times_s))
            self.timed.release()
        self.learn(start_s)
        self.run.losses.require_agreement(self.cell, self.timed)

    def take_again_if_disturbed(self) -> None:
        """Time the last round once more where others disturbed it, unless they do so all the time or time is short.

        The new time takes the place of the old one.
        """
        last = len(self.times_s) - 1
        is_short = self.plan.is_short(self.times_s)
        is_shared = self.run.place.size > 1  # ranks would have to agree on it
        is_always = self.notes.is_always_disturbed or self.run.session.contention().get("busy")
        if not self.notes.was_disturbed or is_short or is_shared or is_always:
            return
        self.timed.go_on(self.timed.figures, last)
        self.take()
        self.notes.replace()
        del self.times_s[last]
        self.retaken += 1
        self.record({})

    def learn(self, start_s: float) -> None:
        """Tell the forecast how long the last round took, with its setup and check."""
        self.run.forecast.learn_round(self.cell, self.run.parameters(self.cell), time.perf_counter() - start_s)

    def record(self, more: dict[str, Any]) -> None:
        """Update what is saved beside the times, after every round: each may be the last."""
        noted = self.notes.figures() | {"retaken": self.retaken}
        self.benchmark.extra_info |= self.run.describe(self.cell) | self.timed.figures | noted | more

    def require_time(self, round_s: float) -> None:
        """Raise CellEndedError where no round can have taken that many seconds: its clock was set, or is too coarse."""
        if not fits(round_s, Seconds):
            self.benchmark.has_error = True
            raise CellEndedError(Status.FAILED, f"a round took {round_s:g} s by its clock: was that set meanwhile?")


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
