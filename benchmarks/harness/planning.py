"""Whether a cell can be measured, and how many rounds of it fit: all that is found out before its first round."""

import time

from crossover.benchmarks.harness.forecast import PREDICTIONS
from crossover.benchmarks.harness.memory_needs import shortage_reason
from crossover.benchmarks.harness.run import Run
from crossover.benchmarks.harness.timed import Timed
from crossover.benchmarks.machine import devices, memory
from crossover.benchmarks.machine.cell_errors import CellEndedError
from crossover.benchmarks.runs.cells import Cell, Status

__all__ = ["predicted_s", "require_device", "require_hope", "require_memory", "rounds_that_fit"]

PAUSE_S = 1.0
"""The seconds between predictions, so that what disturbed one may be over before the next."""


def require_device(cell: Cell, timed: Timed) -> None:
    """Raise CellEndedError where the device is not here, or the cell cannot run on it."""
    if reason := devices.missing_reason(cell.device):
        raise CellEndedError(Status.NO_DEVICE, reason)
    if reason := timed.unavailable():
        raise CellEndedError(Status.UNAVAILABLE, reason)


def require_memory(cell: Cell, timed: Timed) -> None:
    """Raise CellEndedError where the cell does not fit the memory."""
    memory.release_unused(cell.device)
    if reason := shortage_reason(timed.needed_bytes(), memory.free_bytes):
        raise CellEndedError(Status.TOO_BIG, reason)


def require_hope(run: Run, cell: Cell) -> None:
    """Raise CellEndedError where a smaller model was too slow already: drawing a larger one may take a minute."""
    smallest, reason = run.too_slow.get(cell.series, (cell.scale, ""))
    if smallest < cell.scale:
        raise CellEndedError(Status.TOO_SLOW, f"more than scale {smallest}, {reason}")


def predicted_s(run: Run, cell: Cell, timed: Timed) -> float:
    """Returns the predicted seconds of a round; a prediction by which no round fits must be confirmed by others."""
    found_s: list[float] = []
    while len(found_s) < PREDICTIONS:
        if found_s:
            time.sleep(PAUSE_S)
        start_s = time.perf_counter()
        try:
            found_s.append(timed.predict())
        finally:
            timed.release()
        run.forecast.learn_prediction(cell, run.parameters(cell), time.perf_counter() - start_s)
        if run.options.budget.rounds_that_fit(min(found_s)):
            break
    return min(found_s)


def rounds_that_fit(run: Run, cell: Cell, round_s: float) -> int:
    """Returns how many rounds of `round_s` predicted seconds fit; raises CellEndedError where none does."""
    limits = run.options.budget
    if fitting := limits.rounds_that_fit(round_s):
        return fitting
    reason = limits.too_slow_reason(round_s)
    run.too_slow[cell.series] = cell.scale, reason
    raise CellEndedError(Status.TOO_SLOW, reason)
