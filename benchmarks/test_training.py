"""Training a classifier from scratch: the main question, for every scale on every device."""

from dataclasses import replace

from crossover.benchmarks.harness.measure import MeasureInTurn
from crossover.benchmarks.kinds.training.timed import Training
from crossover.benchmarks.runs.cells import Cell
from crossover.model.workload import Workload


def test_training(measure_in_turn: MeasureInTurn, workload: Workload, cell: Cell, batch_size: int, epochs: int) -> None:
    """Time ten epochs or `--epochs`; rounds are taken in turn with those of the other devices.

    The loss is read back after every batch, the accuracy tested after every epoch.
    """
    measure_in_turn(cell, Training(replace(workload, batch_size=batch_size), cell, epochs), shared=())
