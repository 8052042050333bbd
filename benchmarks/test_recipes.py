"""The same training by each recipe: what makes it faster on a device, and does that move the crossover?"""

from benchmarks.cells import Cell
from benchmarks.measure import MeasureInTurn
from benchmarks.training import Training
from model.recipes import RECIPES


def test_recipes(measure_in_turn: MeasureInTurn, cell: Cell, recipe: str, epochs: int) -> None:
    """What `test_training` times, by a recipe; rounds are taken in turn with the other recipes'."""
    measure_in_turn(cell, Training(cell, epochs, RECIPES[recipe]))
