"""From what was asked for to pytest's items, and from an item back to its cell."""

from typing import Any

import pytest

from benchmarks.cells import Cell
from benchmarks.options import Options


def parametrize(metafunc: pytest.Metafunc, options: Options) -> None:
    """One item for each scale × device, or scale × device × recipe where a test takes a recipe.

    Small scales come first: whatever ends a run early, it keeps the most cells. Recipes come last, so that those to be
    compared are measured next to each other; so do the parts of a case, by which a test is parametrized itself.
    """
    if not {"device", "scale"} <= set(metafunc.fixturenames):
        return
    names: tuple[str, ...] = ("device", "scale")
    scales = options.scales_of(benchmark_of(metafunc.function.__name__))
    cells: list[tuple[Any, ...]] = [(device, scale) for scale in scales for device in options.devices]
    if "recipe" in metafunc.fixturenames:
        names = (*names, "recipe")
        cells = [(*cell, recipe) for cell in cells for recipe in options.recipes]
    metafunc.parametrize(names, cells, ids=["-".join(map(str, cell)) for cell in cells], scope="function")


def benchmark_of(test_name: str) -> str:
    return test_name.removeprefix("test_")


def cell_of(item: pytest.Item) -> Cell | None:
    """The cell that an item measures, or None for a test that measures none."""
    if not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
        return None
    parts: dict[str, Any] = dict(item.callspec.params)
    if not {"device", "scale"} <= set(parts):
        return None
    scale, device, recipe = parts.pop("scale"), parts.pop("device"), parts.pop("recipe", "article")
    return Cell(benchmark_of(item.originalname), scale, device, recipe, tuple(parts.items()))


def cells_of(items: list[pytest.Item]) -> dict[Cell, str]:
    """The cells of a collection, each with the name of its item."""
    return {cell: item.name for item in items if (cell := cell_of(item))}
