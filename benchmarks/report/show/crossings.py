"""Crossovers in tables for people and programs: how they are marked, and between which rows."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from crossover.benchmarks.report.analysis.crossover import Crossing, Crossover, Direction

__all__ = ["above", "json_crossover", "mark"]


def above(crossovers: Iterable[Crossover], parameters: int) -> Iterator[tuple[str, Crossing]]:
    """The crossings between the row with this number of parameters and the next, each with its device."""
    for found in crossovers:
        for each in found.crossings:
            if each.between[0] == parameters:
                yield found.device, each


def mark(crossing: Crossing, baseline: str) -> str:
    """`crossover` where the device overtakes the baseline, `crossover to cpu` where a baseline `cpu` overtakes it."""
    return "crossover" if crossing.direction is Direction.UP else f"crossover to {baseline}"


def json_crossover(found: Crossover) -> dict[str, Any]:
    """All crossings; the first way up is also at the top level, and where the baseline leads again is in `back`.

    Where nothing crosses, `between` holds the parameters of the smallest and the largest row.
    """
    up, back = found.first_up, found.back
    first = up or back
    numbers = dict.fromkeys(["parameters", "low", "high"]) if up is None else asdict(up)
    return {
        "outcome": found.outcome,
        "busy": found.is_busy,
        **{key: numbers[key] for key in ("parameters", "low", "high")},
        "between": first.between if first else found.span,
        "back": back and back.parameters,
        "crossings": [asdict(each) for each in found.crossings],
    }
