"""Training shared among processes that torchrun started: how many devices are worth it, and from which size?"""

from crossover.benchmarks.harness.measure import Measure
from crossover.benchmarks.kinds.distributed.timed import DistributedTraining
from crossover.benchmarks.machine.process_group import Ranks
from crossover.benchmarks.runs.cells import Cell
from crossover.model.workload import Workload


def test_distributed(
    measure_together: Measure,
    ranks: Ranks,
    workload: Workload,
    cell: Cell,
    epochs: int,
    strategy: str,
    scaling: str,
    world_size: int,
    nodes: int,
) -> None:
    """Time what `test_training` times: each rank takes its part of every batch, or one process takes all of it."""
    measure_together(cell, DistributedTraining(workload, cell, epochs, ranks))
