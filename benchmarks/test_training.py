"""Training a classifier from scratch: the main question, for every scale on every device."""

from crossover.benchmarks.harness.fixtures import Measure
from crossover.benchmarks.kinds.training.timed import Training
from crossover.benchmarks.runs.cells import Cell


def test_training(measure: Measure, cell: Cell, epochs: int) -> None:
    """Time ten epochs or `--epochs`: the loss is read back after every batch, the accuracy tested after every epoch."""
    measure(cell, Training(cell, epochs))
