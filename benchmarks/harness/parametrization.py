"""Makes pytest's items, one for each cell that was asked for."""

from collections.abc import Callable
from typing import Any

import pytest

from crossover.benchmarks.harness.items import NEEDS_RANKS, benchmark_of
from crossover.benchmarks.harness.options import Options
from crossover.benchmarks.machine.torchrun import Place
from crossover.benchmarks.runs.cells import batch_name, threads_name

__all__ = ["parametrize"]

ShareCases = Callable[[Place, str], list[tuple[str, str, int, int]]]
"""Takes a place among ranks and a scaling; returns the ways to share a training: strategy, scaling, ranks, machines."""


def parametrize(metafunc: pytest.Metafunc, options: Options, share_cases: ShareCases) -> None:
    """Make one item for each scale × device, and for each batch size, threads and recipe where a test takes one.

    Batch sizes, and threads of the CPU, are parts of cells only where some are asked for. Small scales come first, so
    that a run that ends early keeps the most cells. Recipes come last, and so do the parts of a case, by which a test
    is parametrized itself, so that what is compared is measured side by side.
    """
    if not {"device", "scale"} <= set(metafunc.fixturenames):
        return
    if NEEDS_RANKS in metafunc.fixturenames and not Place.launched():
        missing = pytest.param(
            None, marks=pytest.mark.skip(f"needs torchrun: {options.torchrun_command}")
        )  # so that it is no cell
        metafunc.parametrize(NEEDS_RANKS, [missing], ids=["torchrun"])
        return
    names: tuple[str, ...] = ("device", "scale")
    scales = options.scales_of(benchmark_of(metafunc.function.__name__))
    batch_sizes = options.batch_sizes if "batch_size" in metafunc.fixturenames else None
    batches: list[tuple[int, ...]] = [(size,) for size in batch_sizes] if batch_sizes else [()]
    threads = options.threads if "threads" in metafunc.fixturenames else None
    cells: list[tuple[Any, ...]] = [
        (device, scale, *batch, *count)
        for scale in scales
        for batch in batches
        for device in options.devices
        for count in counts_of(device, threads)
    ]
    if batch_sizes:
        names = (*names, "batch_size")
    if threads:
        names = (*names, "threads")
    if "recipe" in metafunc.fixturenames:
        names = (*names, "recipe")
        cells = [(*cell, recipe) for cell in cells for recipe in options.recipes]
    metafunc.parametrize(names, cells, ids=[id_of(names, cell) for cell in cells], scope="function")
    if NEEDS_RANKS in metafunc.fixturenames:
        parametrize_by_ranks(metafunc, options, share_cases)


def counts_of(device: str, threads: list[int] | None) -> list[tuple[int | None, ...]]:
    """Returns the numbers of threads of a device's cells as parts of them: only a CPU's have several."""
    if not threads:
        return [()]
    return [(count,) for count in threads] if device == "cpu" else [(None,)]


PART_NAMES = {"batch_size": batch_name, "threads": threads_name}


def id_of(names: tuple[str, ...], cell: tuple[Any, ...]) -> str:
    """Returns an id such as `cpu-1-batch64-fused`, as `cells.Cell` is called too."""
    parts = zip(names, cell, strict=True)
    return "-".join(PART_NAMES.get(name, str)(value) for name, value in parts if value is not None)


def parametrize_by_ranks(metafunc: pytest.Metafunc, options: Options, share_cases: ShareCases) -> None:
    """Make one item for each way to share a training among the ranks that torchrun started."""
    place = Place.launched()
    shares = share_cases(place, options.scaling) if place else []
    names = ("strategy", "scaling", NEEDS_RANKS, "nodes")
    metafunc.parametrize(names, shares, ids=["-".join(map(str, share)) for share in shares])
