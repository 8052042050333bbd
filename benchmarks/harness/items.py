"""The cell that an item of pytest measures, and what its test takes."""

from typing import Any

import pytest

from crossover.benchmarks.runs.cells import Cell
from crossover.benchmarks.runs.schema import Part, fits

__all__ = ["NEEDS_RANKS", "benchmark_of", "cell_of", "cells_of", "ended_by", "needs_ranks", "part_of", "takes_threads"]

NEEDS_RANKS = "world_size"
"""The argument by which a test asks to be run by several processes."""


def benchmark_of(test_name: str) -> str:
    return test_name.removeprefix("test_")


def cell_of(item: pytest.Item) -> Cell | None:
    """Returns the cell that an item measures, or None where it measures none."""
    if not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
        return None
    parts: dict[str, Any] = dict(item.callspec.params)
    if not {"device", "scale"} <= set(parts):
        return None
    scale, device, recipe = parts.pop("scale"), parts.pop("device"), parts.pop("recipe", "article")
    batch_size, threads = parts.pop("batch_size", None), parts.pop("threads", None)
    case = tuple((name, part_of(value)) for name, value in parts.items())
    return Cell(benchmark_of(item.originalname), scale, device, recipe, case, batch_size, threads)


def part_of(value: Any) -> str | int:
    """Returns a parameter of a test as a part of a case: whole numbers and texts as they are, others as text."""
    if isinstance(value, str) or (isinstance(value, int) and fits(value, Part)):
        return value
    return str(getattr(value, "__name__", value))


def ended_by(item: pytest.Item, following: pytest.Item | None) -> str | None:
    """Returns the benchmark that ends with `item` because another one follows; None otherwise."""
    cell, other = cell_of(item), following and cell_of(following)
    return cell.benchmark if cell and other and cell.benchmark != other.benchmark else None


def cells_of(items: list[pytest.Item]) -> dict[Cell, str]:
    """Returns the cells of a collection, each with the name of its item.

    Raises UsageError where two items are one cell or have one name: their times could not be told apart.
    """
    found: dict[Cell, pytest.Item] = {}
    names: dict[str, pytest.Item] = {}
    for item in items:
        if cell := cell_of(item):
            if other := found.get(cell) or names.get(item.name):
                raise pytest.UsageError(f"{item.name} stands in {other.path} and in {item.path}: name one of them")
            found[cell] = names[item.name] = item
    return {cell: item.name for cell, item in found.items()}


def needs_ranks(item: pytest.Item) -> bool:
    return isinstance(item, pytest.Function) and NEEDS_RANKS in item.fixturenames


def takes_threads(item: pytest.Item) -> bool:
    return isinstance(item, pytest.Function) and "threads" in item.fixturenames
