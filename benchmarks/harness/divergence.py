"""When a cell counts as diverged: its round did not train, or learnt something else than the cells of its scale did."""

from typing import Any

from crossover.benchmarks.harness.timed_protocol import Timed
from crossover.benchmarks.machine.cell_errors import CellEndedError
from crossover.benchmarks.runs.cells import Cell, Status

__all__ = ["FirstEpochLosses"]

TOLERANCE = 1e-3
"""The largest relative difference between the first-epoch mean losses of a scale's cells.

In float32, one CPU with one thread and with two differed by at most 4e-5, and another order of the same batches changes
the loss by 1e-2. Later losses tell nothing: at scale 1, rounding alone changes the final one by half.
"""


class FirstEpochLosses:
    """The first-epoch loss that each scale of a benchmark must come to: that of its first cell."""

    def __init__(self) -> None:
        self.expected: dict[tuple[str, int], tuple[Cell, float]] = {}

    def require_agreement(self, cell: Cell, timed: Timed) -> None:
        """Raise CellEndedError where the last round did not train, or trained differently from the cells before it."""
        if reason := timed.failure or self.disagreement(cell, timed.figures):
            raise CellEndedError(Status.DIVERGED, reason)

    def disagreement(self, cell: Cell, figures: dict[str, Any]) -> str | None:
        """Returns how far a cell's loss is off that of its scale's first cell; None where they agree."""
        loss = figures.get("first_epoch_loss")
        if loss is None:
            return None
        other, expected = self.expected.setdefault((cell.benchmark, cell.scale), (cell, loss))
        difference = abs(loss - expected) / expected
        if difference <= TOLERANCE:
            return None
        return f"first-epoch loss {loss:.5f} is {difference:.1%} off that of {other}, {expected:.5f}"
