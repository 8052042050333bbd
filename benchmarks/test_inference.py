"""Inference with a network loaded from a checkpoint: how long does an answer take, and where does a device pay off?"""

import pytest

from crossover.benchmarks.harness.measure import Measure
from crossover.benchmarks.kinds.inference.timed import TASKS, Load, Predict
from crossover.benchmarks.runs.cells import Cell
from crossover.model.workload import Workload


@pytest.mark.parametrize("task", TASKS)
def test_inference(measure: Measure, workload: Workload, cell: Cell, task: str) -> None:
    """Time loading the checkpoint, or predicting one sample after another, or batches of 10 or 1000 samples."""
    measure(cell, Load(workload, cell) if task == "load" else Predict(workload, cell))
