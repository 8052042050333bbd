"""Crossovers in tables for people and programs: how they are marked, and between which rows."""

from collections.abc import Container, Iterable, Iterator
from dataclasses import asdict
from typing import Any

from crossover.benchmarks.report.analysis.axis import Axis
from crossover.benchmarks.report.analysis.crossover import Crossing, Crossover, Direction

__all__ = ["above", "json_crossover", "mark"]


def above(crossovers: Iterable[Crossover], sizes: Container[int]) -> Iterator[tuple[str, Crossing]]:
    """The crossings between the rows of some sizes and the next ones, each with its device."""
    for found in crossovers:
        for each in found.crossings:
            if each.between[0] in sizes:
                yield found.device, each


def mark(crossing: Crossing, baseline: str) -> str:
    """`crossover` where the device overtakes the baseline, `crossover to cpu` where a baseline `cpu` overtakes it."""
    return "crossover" if crossing.direction is Direction.UP else f"crossover to {baseline}"


def json_crossover(found: Crossover, axis: Axis) -> dict[str, Any]:
    """All crossings; the first way up is also at the top level, and where the baseline leads again is in `back`.

    The size of a crossing has the key of the axis. Where nothing crosses, `between` holds the sizes of the smallest and
    the largest row.
    """
    up, back = found.first_up, found.back
    first = up or back
    numbers = json_crossing(up, axis) if up else {}
    return {
        "outcome": found.outcome,
        "busy": found.is_busy,
        **{key: numbers.get(key) for key in (axis.key, "low", "high")},
        "between": first.between if first else found.span,
        "back": back and back.size,
        "crossings": [json_crossing(each, axis) for each in found.crossings],
    }


def json_crossing(crossing: Crossing, axis: Axis) -> dict[str, Any]:
    return {axis.key if name == "size" else name: value for name, value in asdict(crossing).items()}
