"""Makes pytest's items from what was asked for, and finds the cell of an item."""

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from crossover.benchmarks.harness.catalogue import Catalogue
from crossover.benchmarks.harness.options import Options
from crossover.benchmarks.machine.torchrun import Place
from crossover.benchmarks.runs import units
from crossover.benchmarks.runs.cells import Cell, batch_name, threads_name
from crossover.benchmarks.runs.schema import Part, fits

__all__ = [
    "cell_of",
    "cells_of",
    "ended_by",
    "greeting",
    "in_order",
    "missing_ranks",
    "parametrize",
    "require_batch_sizes",
    "require_benchmarks",
    "require_ranks",
    "require_threads",
    "unasked",
]

NEEDS_RANKS = "world_size"
"""The argument by which a test asks to be run by several processes."""


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


def in_order(items: list[pytest.Item], kinds: Catalogue) -> list[pytest.Item]:
    """Returns the items sorted by the order of their kinds; within a kind their order stays."""
    places = list(kinds)

    def place(item: pytest.Item) -> int:
        cell = cell_of(item)
        return places.index(cell.benchmark) if cell and cell.benchmark in places else len(places)

    return sorted(items, key=place)


def unasked(items: list[pytest.Item], config: pytest.Config, kinds: Catalogue) -> list[pytest.Item]:
    """Returns what a run of the whole folder leaves out: kinds that are not usual and that no path or -k names.

    With --threads, these are all that take none.
    """
    if config.getoption("all"):
        return []
    by_threads = config.getoption("threads") is not None
    named = {Path(argument.partition("::")[0]).stem for argument in config.args}
    wanted: str = config.option.keyword
    return [
        item
        for item in items
        if (cell := cell_of(item))
        and (kind := kinds.get(cell.benchmark))
        and not (takes_threads(item) if by_threads else kind.is_usual)
        and item.path.stem not in named
        and cell.benchmark not in wanted
    ]


def greeting(cells: list[Cell], left_out: list[pytest.Item], options: Options) -> list[str]:
    """Says what will be measured, how long that usually takes and what was left out, in lines for 80 columns."""
    if not cells:
        return []
    counts = Counter(cell.benchmark for cell in cells)
    lines = [f"measuring {', '.join(f'{name} ({count} cells)' for name, count in counts.items())}"]
    kinds = [options.kinds[name] for name in counts if name in options.kinds]
    usual = [f"{kind.name} {kind.duration}" for kind in kinds if kind.duration]
    if options.scales is None and usual and not options.threads:
        lines.append(f"usually, on two cores without a GPU: {', '.join(usual)}")
    elif options.budget.cell_seconds:
        lines.append(f"at most {units.roughly(options.budget.cell_seconds)} a cell")
    unasked = dict.fromkeys(cell.benchmark for item in left_out if (cell := cell_of(item)))
    named = [options.kinds[name] for name in unasked]
    if named and options.threads:
        return [*lines, f"left out: {', '.join(kind.name for kind in named)}; not measured by --threads"]
    return [
        *lines,
        *(f"left out: {kind.name} ({kind.duration}); --all or {options.command_for(kind)}" for kind in named),
    ]


def require_benchmarks(arguments: list[str], count: int) -> None:
    """Raise UsageError where nothing can be measured because the named file holds no benchmark."""
    for argument in arguments if not count else []:
        path = Path(argument.partition("::")[0])
        if path.suffix == ".py" and path.is_file() and not path.name.startswith("test_"):
            folders = path.parents[:3]  # what is timed lies in kinds/NAME/
            tests = [folder / f"test_{name}.py" for folder in folders for name in (path.stem, path.parent.name)]
            beside = next(filter(Path.is_file, tests), None)
            others = sorted(str(other) for folder in folders for other in folder.glob("test_*.py"))
            name = str(beside) if beside else f"one of {', '.join(others)}" if others else "a test_*.py"
            raise pytest.UsageError(f"{path} holds no benchmark: name {name}")


def missing_ranks(items: list[pytest.Item], options: Options) -> list[str]:
    """Says which tests need several processes and have none, each with the command to type."""
    missing = [item for item in items if needs_ranks(item) and cell_of(item) is None]
    command = f"  {options.torchrun_command}"
    return [line for item in missing for line in (f"left out: {item.path.name}, which needs torchrun:", command)]


def needs_ranks(item: pytest.Item) -> bool:
    return isinstance(item, pytest.Function) and NEEDS_RANKS in item.fixturenames


def require_batch_sizes(cells: Iterable[Cell], options: Options) -> None:
    """Raise UsageError where batch sizes are asked for of a benchmark that does not take them."""
    other = next((cell for cell in cells if cell.batch_size is None), None)
    if options.batch_sizes and other:
        main = next(iter(options.kinds.values()))
        raise pytest.UsageError(
            f"--batch-sizes: {other.benchmark} is not measured by batch size; leave the option out, or name "
            f"what is, such as {options.command_for(main)}"
        )


def require_threads(items: list[pytest.Item], options: Options) -> None:
    """Raise UsageError where threads are asked for of a benchmark that does not take them."""
    others = [cell for item in items if (cell := cell_of(item)) and not takes_threads(item)]
    if options.threads and others:
        main = next(iter(options.kinds.values()))
        raise pytest.UsageError(
            f"--threads: {others[0].benchmark} is not measured by threads; leave the option out, or name what is: "
            f"{options.command_for(main)}"
        )


def takes_threads(item: pytest.Item) -> bool:
    return isinstance(item, pytest.Function) and "threads" in item.fixturenames


def require_ranks(items: list[pytest.Item]) -> None:
    """Raise UsageError where torchrun started single-process tests: every rank would run them at the same time."""
    others = [item for item in items if not needs_ranks(item)]
    if others and Place.launched():
        raise pytest.UsageError(
            f"under torchrun each process would run {others[0].nodeid} by itself: "
            "name benchmarks/test_distributed.py, or leave torchrun out"
        )


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
