"""Training shared out among processes started by torchrun: how many devices are worth it, and from which size?"""

from benchmarks.cells import Cell
from benchmarks.distributed import DistributedTraining
from benchmarks.measure import Measure
from benchmarks.world import World


def test_distributed(
    measure_together: Measure,
    world: World,
    cell: Cell,
    epochs: int,
    strategy: str,
    scaling: str,
    world_size: int,
    nodes: int,
) -> None:
    """What `test_training` times, each rank with its part of every batch; or by one process, with all of it."""
    measure_together(cell, DistributedTraining(cell, epochs, world))
