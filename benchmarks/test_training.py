"""Training a classifier from scratch: the main question, for every scale on every device."""

from benchmarks.cells import Cell
from benchmarks.measure import Measure
from benchmarks.training import Training


def test_training(measure: Measure, cell: Cell, epochs: int) -> None:
    """Ten epochs, loss read back after every batch of 10 and accuracy tested after every epoch."""
    measure(cell, Training(cell, epochs))
