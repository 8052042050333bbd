"""Training a classifier from scratch: the main question, for every scale on every device."""

from collections.abc import Callable
from dataclasses import replace

from crossover.benchmarks.harness.measure import MeasureInTurn
from crossover.benchmarks.harness.timed_protocol import Timed
from crossover.benchmarks.kinds.training.timed import Training
from crossover.benchmarks.runs.cells import Cell
from crossover.model.workload import Workload


def test_training(
    measure_in_turn: MeasureInTurn,
    workload: Workload,
    cell: Cell,
    batch_size: int,
    threads: int | None,
    epochs: int,
    by_threads: Callable[[Training], Timed],
) -> None:
    """Time ten epochs or `--epochs`; rounds are taken in turn with those of other devices and numbers of threads.

    The loss is read back after every batch, the accuracy tested after every epoch.
    """
    training = Training(replace(workload, batch_size=batch_size), cell, epochs)
    measure_in_turn(cell, by_threads(training) if threads else training, shared=())
