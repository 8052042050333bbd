"""The same training by each recipe: what makes it faster on a device, and does that move the crossover?"""

from dataclasses import replace

from crossover.benchmarks.harness.measure import MeasureInTurn
from crossover.benchmarks.kinds.training.timed import Training
from crossover.benchmarks.runs.cells import Cell
from crossover.model.recipes import RECIPES
from crossover.model.workload import Workload


def test_recipes(
    measure_in_turn: MeasureInTurn, workload: Workload, cell: Cell, batch_size: int, recipe: str, epochs: int
) -> None:
    """Time what `test_training` times by a recipe; rounds are taken in turn with the other recipes'."""
    measure_in_turn(cell, Training(replace(workload, batch_size=batch_size), cell, epochs, RECIPES[recipe]))
