"""Loading the data of an epoch: what does training wait for, and do worker processes pay?"""

import pytest

from benchmarks.cells import Cell
from benchmarks.loading import LoadedTraining, Loading, cases
from benchmarks.measure import MeasureInTurn


@pytest.mark.parametrize(("dataset", "workers", "loader", "use"), cases())
def test_loading(measure_in_turn: MeasureInTurn, cell: Cell, dataset: str, workers: int, loader: str, use: str) -> None:
    """One epoch of loading, alone or with training; rounds are taken in turn with those of the same dataset."""
    measure_in_turn(cell, LoadedTraining(cell) if use == "training" else Loading(cell), within=("dataset",))
