"""Which cells of a decoded run can be used: a bad one is left out with its reason, and does not cost the run."""

from collections import Counter
from typing import Any

import msgspec

from crossover.benchmarks.runs.cells import Status
from crossover.benchmarks.runs.schema import Benchmark, SavedCell

__all__ = ["usable"]

Timed = dict[str, dict[str, Any] | str]
"""Benchmarks by their name; in the place of one that cannot be used, what is wrong with it."""


def usable(cells: list[Any], benchmarks: list[Any]) -> tuple[list[Any], list[Any], list[str]]:
    """Returns the cells that can be used, their benchmarks, and for each other cell its name and what is wrong with it.

    Nothing is said of a bad benchmark that belongs to no measured cell: nothing of it would be shown.
    """
    timed = by_name(benchmarks)
    read = [read_cell(raw, timed) for raw in cells]
    count = Counter(key_of(cell) for cell in read if isinstance(cell, SavedCell))
    kept, left_out = [], []
    for number, (raw, cell) in enumerate(zip(cells, read, strict=True), start=1):
        if isinstance(cell, SavedCell) and count[key_of(cell)] == 1:
            kept.append(raw)
        else:
            left_out.append(f"{called(raw, number)}: {cell if isinstance(cell, str) else 'stands twice'}")
    names = {raw["name"] for raw in kept}
    return kept, [bench for name, bench in timed.items() if name in names and isinstance(bench, dict)], left_out


def by_name(benchmarks: list[Any]) -> Timed:
    found: Timed = {}
    for raw in benchmarks:
        name = raw.get("name") if isinstance(raw, dict) else None
        if isinstance(name, str):
            found[name] = "its times stand twice" if name in found else fault_of(raw, Benchmark) or raw
    return found


def read_cell(raw: Any, timed: Timed) -> SavedCell | str:
    """Returns a cell, or what is wrong with it or with its times."""
    if fault := fault_of(raw, SavedCell):
        return fault
    cell = msgspec.convert(raw, SavedCell)
    times = timed.get(cell.name, "is marked as measured, but has no times")
    return times if cell.status == Status.MEASURED and isinstance(times, str) else cell


def fault_of(raw: Any, kind: type[msgspec.Struct]) -> str | None:
    try:
        msgspec.convert(raw, kind)
    except (msgspec.ValidationError, ValueError) as error:
        return str(error).splitlines()[0]
    return None


def key_of(cell: SavedCell) -> tuple[object, ...]:
    """Returns what no other cell of the run may share."""
    dials = cell.scale, cell.batch_size, cell.threads
    return cell.benchmark, cell.device, *dials, cell.recipe, *map(str, cell.case.values())


def called(raw: Any, number: int) -> str:
    name = raw.get("name") if isinstance(raw, dict) else None
    return f"{name:.100}" if isinstance(name, str) else f"cell {number}"
