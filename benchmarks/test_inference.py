"""Inference with a network loaded from a checkpoint: how long does an answer take, and where does a device pay off?"""

import pytest

from benchmarks.cells import Cell
from benchmarks.inference import TASKS, Load, Predict
from benchmarks.measure import Measure


@pytest.mark.parametrize("task", TASKS)
def test_inference(measure: Measure, cell: Cell, task: str) -> None:
    """Loading the checkpoint, one sample after another, or batches of 10 or 1000 samples."""
    measure(cell, Load(cell) if task == "load" else Predict(cell))
