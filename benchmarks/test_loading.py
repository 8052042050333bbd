"""Loading the data of an epoch: what does training wait for, and do worker processes pay?"""

import pytest

from crossover.benchmarks.harness.measure import MeasureInTurn
from crossover.benchmarks.kinds.loading.timed import LoadedTraining, Loading, cases
from crossover.benchmarks.runs.cells import Cell
from crossover.model.workload import Workload


@pytest.mark.parametrize(("dataset", "workers", "loader", "use"), cases())
def test_loading(
    measure_in_turn: MeasureInTurn, workload: Workload, cell: Cell, dataset: str, workers: int, loader: str, use: str
) -> None:
    """Time one epoch of loading, alone or with training; rounds are taken in turn with those of the same dataset."""
    measure_in_turn(
        cell,
        LoadedTraining(workload, cell) if use == "training" else Loading(workload, cell),
        shared=("device", "dataset"),
    )
