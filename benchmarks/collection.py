"""From what was asked for to pytest's items, and from an item back to its cell."""

from typing import Any

import pytest

from benchmarks.cells import Cell
from benchmarks.options import Options


def parametrize(metafunc: pytest.Metafunc, options: Options) -> None:
    """One item for each scale × device, small scales first: whatever ends a run early, it keeps the most cells."""
    if {"device", "scale"} <= set(metafunc.fixturenames):
        pairs = [(device, scale) for scale in options.scales for device in options.devices]
        ids = [f"{device}-{scale}" for device, scale in pairs]
        metafunc.parametrize(("device", "scale"), pairs, ids=ids, scope="function")


def cell_of(item: pytest.Item) -> Cell | None:
    """The cell that an item measures, or None for a test that measures none."""
    if not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
        return None
    parameters: dict[str, Any] = dict(item.callspec.params)
    if not {"device", "scale"} <= set(parameters):
        return None
    benchmark = item.originalname.removeprefix("test_")
    return Cell(benchmark, parameters["scale"], parameters["device"], parameters.get("recipe", "article"))


def cells_of(items: list[pytest.Item]) -> dict[Cell, str]:
    """The cells of a collection, each with the name of its item."""
    return {cell: item.name for item in items if (cell := cell_of(item))}
