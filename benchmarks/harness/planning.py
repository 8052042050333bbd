"""Whether a cell can be measured, and how many rounds of it fit: by predictions, and then by the rounds it had."""

import statistics
import time

from crossover.benchmarks.harness import probing
from crossover.benchmarks.harness.forecast import PREDICTIONS
from crossover.benchmarks.harness.memory_needs import shortage_reason
from crossover.benchmarks.harness.run import Run
from crossover.benchmarks.harness.timed_protocol import Timed
from crossover.benchmarks.machine import devices, memory
from crossover.benchmarks.machine.cell_errors import CellEndedError
from crossover.benchmarks.machine.environment import untraced
from crossover.benchmarks.runs.cells import Cell, Status

__all__ = ["Plan"]

PAUSE_S = 1.0
"""The seconds between predictions, so that what disturbed one may be over before the next."""


class Plan:
    """How many rounds a cell gets, and how long one takes."""

    def __init__(self, run: Run, cell: Cell, timed: Timed, *, is_disabled: bool) -> None:
        """`is_disabled` is true where the cell is only tried, untimed."""
        self.run = run
        self.cell = cell
        self.timed = timed
        self.is_disabled = is_disabled
        self.rounds = 0
        self.round_s = 0.0

    def make(self) -> None:
        """Find out how many rounds fit; raises CellEndedError where none does."""
        self.require_place()
        self.require_hope()
        self.round_s = self.predicted_s()
        self.rounds = self.run.options.budget.rounds_that_fit(self.round_s)
        if not self.rounds:
            reason = self.run.options.budget.too_slow_reason(self.round_s)
            self.run.too_slow[self.cell.series] = self.cell.scale, reason
            raise CellEndedError(Status.TOO_SLOW, reason)

    def renew(self, times_s: list[float]) -> None:
        """Plan by the rounds taken so far instead of the prediction."""
        self.round_s = statistics.median(times_s)
        self.rounds = len(times_s) + self.run.options.budget.more_rounds(times_s)

    def is_short(self, times_s: list[float]) -> bool:
        """Whether no round fits the budget but those that are planned."""
        budget = self.run.options.budget
        planned_s = sum(times_s) + (self.rounds - len(times_s) + 1) * statistics.median(times_s)
        return bool(budget.cell_seconds) and planned_s > budget.cell_seconds

    def require_place(self) -> None:
        """Raise CellEndedError where the cell cannot run on its device or does not fit the memory."""
        if reason := devices.missing_reason(self.cell.device):
            raise CellEndedError(Status.NO_DEVICE, reason)
        if reason := self.timed.unavailable():
            raise CellEndedError(Status.UNAVAILABLE, reason)
        self.probe()
        memory.release_unused(self.cell.device)
        if reason := shortage_reason(self.timed.needed_bytes(), memory.free_bytes):
            raise CellEndedError(Status.TOO_BIG, reason)

    def probe(self) -> None:
        """Measure the limits of the device, which the times are compared with."""
        if not self.is_disabled:
            probing.probe(self.run, self.cell, self.timed)

    def require_hope(self) -> None:
        """Raise CellEndedError where a smaller model was too slow already: drawing a larger one may take a minute."""
        smallest, reason = self.run.too_slow.get(self.cell.series, (self.cell.scale, ""))
        if smallest < self.cell.scale:
            raise CellEndedError(Status.TOO_SLOW, f"more than scale {smallest}, {reason}")

    @untraced()
    def predicted_s(self) -> float:
        """Returns the predicted seconds of a round; a prediction by which no round fits must be confirmed by others."""
        found_s: list[float] = []
        while len(found_s) < PREDICTIONS:
            if found_s:
                time.sleep(PAUSE_S)
            start_s = time.perf_counter()
            try:
                found_s.append(self.timed.predict())
            finally:
                self.timed.release()
            self.run.forecast.learn_prediction(self.cell, self.run.parameters(self.cell), time.perf_counter() - start_s)
            if self.run.options.budget.rounds_that_fit(min(found_s)):
                break
        return min(found_s)
