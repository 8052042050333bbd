"""When a cell counts as diverged: its round did not train, or learnt something else than the cells like it did.

Those are the cells of its benchmark, scale and batch size.
"""

import math
from typing import Any

from crossover.benchmarks.harness.timed_protocol import Timed
from crossover.benchmarks.machine.cell_errors import CellEndedError
from crossover.benchmarks.runs.cells import Cell, Group, Status

__all__ = ["FirstLosses"]

TOLERANCE = 1e-3
"""The largest relative difference between the first-epoch mean losses of cells of one scale and batch size.

In float32, one CPU with one thread and with two differed by at most 4e-5, and another order of the same batches changes
the loss by 1e-2. Later losses tell nothing: at scale 1, rounding alone changes the final one by half.
"""

OWN_TOLERANCE = 0.01
"""The same for the first epoch of a user's network, of whose rounding nothing is known: a ReLU that flips in one step
moves all later ones. In a convolutional net with ReLU, one thread and two differed by 4e-4."""

RANDOM_TOLERANCE = 0.05
"""The same where a network draws random numbers while it trains, as with dropout: devices draw others."""


LOSSES = {"first_batch_loss": "first-batch loss", "first_epoch_loss": "first-epoch loss"}
"""The losses that are compared, by their names in a saved run: before the training, and over its first epoch."""


class FirstLosses:
    """The losses that each scale and batch size of a benchmark must come to: those of its first cell."""

    def __init__(self, *, is_built_in: bool) -> None:
        """`is_built_in` is false for a user's workload."""
        self.epoch_tolerance = TOLERANCE if is_built_in else OWN_TOLERANCE
        self.expected: dict[tuple[str, Group], tuple[Cell, float]] = {}

    def require_agreement(self, cell: Cell, timed: Timed) -> None:
        """Raise CellEndedError where the last round did not train, or trained differently from the cells before it."""
        if reason := timed.failure or self.disagreement(cell, timed.figures):
            raise CellEndedError(Status.DIVERGED, reason)

    def disagreement(self, cell: Cell, figures: dict[str, Any]) -> str | None:
        """Returns how far a cell's loss is off that of the first cell like it; None where they agree."""
        for key, words in LOSSES.items():
            loss = figures.get(key)
            if loss is None:
                continue
            other, expected = self.expected.setdefault((key, cell.group(())), (cell, loss))
            if not math.isclose(loss, expected, rel_tol=self.tolerance(key, figures)):
                difference = abs(loss - expected) / abs(expected) if expected else math.inf
                return f"{words} {loss:.5g} is {difference:.1%} off that of {other}, {expected:.5g}"
        return None

    def tolerance(self, key: str, figures: dict[str, Any]) -> float:
        if key == "first_batch_loss":
            return TOLERANCE
        return RANDOM_TOLERANCE if figures.get("draws_in_training") else self.epoch_tolerance
