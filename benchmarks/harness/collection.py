"""What a run makes of the items that pytest has collected: their order, what is left out, and what is refused."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from crossover.benchmarks.harness.catalogue import Catalogue
from crossover.benchmarks.harness.items import cell_of, needs_ranks, takes_threads
from crossover.benchmarks.harness.options import Options
from crossover.benchmarks.machine.torchrun import Place
from crossover.benchmarks.runs import units
from crossover.benchmarks.runs.cells import Cell

__all__ = [
    "greeting",
    "in_order",
    "missing_ranks",
    "require_batch_sizes",
    "require_benchmarks",
    "require_ranks",
    "require_threads",
    "unasked",
]


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


def require_ranks(items: list[pytest.Item]) -> None:
    """Raise UsageError where torchrun started single-process tests: every rank would run them at the same time."""
    others = [item for item in items if not needs_ranks(item)]
    if others and Place.launched():
        raise pytest.UsageError(
            f"under torchrun each process would run {others[0].nodeid} by itself: "
            "name benchmarks/test_distributed.py, or leave torchrun out"
        )
