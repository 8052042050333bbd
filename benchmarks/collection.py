"""From what was asked for to pytest's items, and from an item back to its cell."""

from typing import Any

import pytest

from benchmarks.cells import Cell
from benchmarks.launch import COMMAND, Place
from benchmarks.options import Options

IN_A_WORLD = "world_size"
"""What a test takes that is run by several processes."""


def parametrize(metafunc: pytest.Metafunc, options: Options) -> None:
    """One item for each scale × device, or scale × device × recipe where a test takes a recipe.

    Small scales come first: whatever ends a run early, it keeps the most cells. Recipes come last, so that those to be
    compared are measured next to each other; so do the parts of a case, by which a test is parametrized itself.
    """
    if not {"device", "scale"} <= set(metafunc.fixturenames):
        return
    if IN_A_WORLD in metafunc.fixturenames and not Place.launched():
        missing = pytest.param(None, marks=pytest.mark.skip(f"needs torchrun: {COMMAND}"))  # so that it is no cell
        metafunc.parametrize(IN_A_WORLD, [missing], ids=["torchrun"])
        return
    names: tuple[str, ...] = ("device", "scale")
    scales = options.scales_of(benchmark_of(metafunc.function.__name__))
    cells: list[tuple[Any, ...]] = [(device, scale) for scale in scales for device in options.devices]
    if "recipe" in metafunc.fixturenames:
        names = (*names, "recipe")
        cells = [(*cell, recipe) for cell in cells for recipe in options.recipes]
    metafunc.parametrize(names, cells, ids=["-".join(map(str, cell)) for cell in cells], scope="function")
    if IN_A_WORLD in metafunc.fixturenames:
        parametrize_by_world(metafunc, options)


def parametrize_by_world(metafunc: pytest.Metafunc, options: Options) -> None:
    """One item for each way to share a training out among the ranks that torchrun started."""
    from benchmarks.distributed import cases

    place = Place.launched()
    shares = cases(place, options.scaling) if place else []
    names = ("strategy", "scaling", IN_A_WORLD, "nodes")
    metafunc.parametrize(names, shares, ids=["-".join(map(str, share)) for share in shares])


def left_out(items: list[pytest.Item]) -> list[str]:
    """A line for each test that needs several processes and has none, with what to type."""
    missing = [item for item in items if needs_world(item) and cell_of(item) is None]
    return [f"{item.path.name} is left out, it needs torchrun: {COMMAND}" for item in missing]


def needs_world(item: pytest.Item) -> bool:
    return isinstance(item, pytest.Function) and IN_A_WORLD in item.fixturenames


def require_world(items: list[pytest.Item]) -> None:
    """Raise UsageError where torchrun started tests that one process is to run: all would run at the same time."""
    others = [item for item in items if not needs_world(item)]
    if others and Place.launched():
        raise pytest.UsageError(
            f"under torchrun each process would run {others[0].nodeid} by itself: "
            "name benchmarks/test_distributed.py, or leave torchrun out"
        )


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
