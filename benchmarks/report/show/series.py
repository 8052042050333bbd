"""The curves of a picture, before anything is drawn: a quantity along an axis such as parameters, one line a series."""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from crossover.benchmarks.report.analysis.axis import Axis
from crossover.benchmarks.report.analysis.compare import Ratio
from crossover.benchmarks.report.analysis.crossover import Crossing, Direction
from crossover.benchmarks.report.analysis.result import Result
from crossover.benchmarks.report.analysis.speedups import Speedups
from crossover.benchmarks.report.analysis.stats import UNKNOWN, Estimate
from crossover.benchmarks.report.show.wording import limit_text, speedup_text, time_text
from crossover.benchmarks.runs.plain import plain

__all__ = ["Curves", "Marked", "Point", "Quantity", "gains", "speedups", "times", "with_points"]


class Quantity(StrEnum):
    """What is drawn along an axis."""

    SPEEDUP = "speedup"
    GAIN = "gain"
    THREADS = "threads"
    """The speedup over the first number of threads."""

    TIME = "time"
    MAP = "map"
    """The speedup, by batch size too."""


@dataclass(frozen=True, kw_only=True)
class OnLine:
    """Something on a line of a picture; the first five fields tell the lines apart. NaN for an end that is unknown."""

    run: str
    machine: str
    device: str
    recipe: str
    batch_size: int
    low: float
    high: float
    text: str


@dataclass(frozen=True, kw_only=True)
class Point(OnLine):
    """One cell of a line. Numbers are ratios or seconds, NaN where unknown."""

    scale: int
    size: int
    """On the axis of its curves."""

    value: float
    round_samples: float
    """How many samples a round trains on; NaN where unknown."""

    left_out: str = ""
    """Why there is no value."""

    limit: float = math.nan
    limit_text: str = ""
    busy: bool = False
    """Whether others disturbed what it rests on."""


@dataclass(frozen=True, kw_only=True)
class Marked(OnLine):
    """A size at which a line passes 1."""

    size: float


@dataclass(frozen=True)
class Curves:
    """One quantity of one run."""

    quantity: Quantity
    axis: Axis
    points: list[Point]
    crossings: list[Marked]


def with_points(curves: Sequence[Curves]) -> list[Curves]:
    """The curves that have points, without those of cells whose size is unknown."""
    known = [replace(each, points=[point for point in each.points if point.size]) for each in curves]
    return [each for each in known if each.points]


def speedups(
    tables: Sequence[tuple[str | None, Speedups]], axis: Axis, quantity: Quantity = Quantity.SPEEDUP
) -> Curves:
    """Lines of speedup, by the recipe that each table stands for; with None, each cell keeps its own recipe."""
    points, crossings = [], []
    for recipe, table in tables:
        base = {table.key.alike(result): result.status for result in table.side(table.baseline)}
        shown = {table.key.label(ratio.contender): ratio.contender for ratio in table.ratios.values()}
        for result in [result for result in table.results if table.key.label(result) in shown]:
            why_not = f"{table.baseline} {base.get(table.key.alike(result), 'not asked for')}"
            drawn = compared(result, axis, table.ratios.get(result), why_not)
            points.append(replace(drawn, recipe=recipe or result.recipe))
        first = table.results[0]
        for found in table.crossovers:
            for each in found.crossings:
                line = line_of(first) | {"device": shown[found.device].place, "recipe": recipe or first.recipe}
                crossings.append(Marked(**line, **place_of(each, table)))
    return Curves(quantity, axis, points, crossings)


def place_of(crossing: Crossing, table: Speedups) -> dict[str, Any]:
    """The place of a crossing; for a crossing down, the text says that it leads to the baseline."""
    back = f", to {table.baseline}" if crossing.direction is Direction.DOWN else ""
    text = table.axis.words(crossing.size) + back
    return {"size": crossing.size, "low": crossing.low, "high": crossing.high, "text": text}


def gains(results: Sequence[Result], ratios: dict[Result, Ratio], baseline: str, axis: Axis) -> Curves:
    """Lines of gain over a recipe on the same device, for recipes that have a gain anywhere."""
    shown = {series_of(result) for result in ratios}
    points = [
        compared(result, axis, ratios.get(result), f"{baseline} not measured")
        for result in results
        if series_of(result) in shown
    ]
    return Curves(Quantity.GAIN, axis, points, [])


def times(results: Sequence[Result], axis: Axis) -> Curves:
    """Lines of time, with the least time that the machine would need, for devices and recipes that ran anywhere."""
    shown = {series_of(result) for result in results if result.is_measured}
    points = [
        replace(
            point(result, axis, result.time, time_text(result) if result.is_measured else ""),
            left_out="" if result.is_measured else result.status,
            limit=result.limit.least_s,
            limit_text=limit_text(result),
            busy=result.is_busy,
        )
        for result in results
        if series_of(result) in shown
    ]
    return Curves(Quantity.TIME, axis, points, [])


def series_of(result: Result) -> Hashable:
    return result.place, result.recipe


def compared(result: Result, axis: Axis, ratio: Ratio | None, why_not: str) -> Point:
    """A ratio, or its status for a cell that was not measured; `why_not` says why one that was has none."""
    if not ratio:
        drawn = point(result, axis, UNKNOWN, "")
        return replace(drawn, left_out=why_not if result.is_measured else result.status)
    is_busy = ratio.baseline.is_busy or ratio.contender.is_busy
    return replace(point(result, axis, ratio, speedup_text(ratio)), busy=is_busy)


def point(result: Result, axis: Axis, found: Estimate, text: str) -> Point:
    return Point(
        **line_of(result),
        scale=result.scale,
        size=axis.of(result),
        value=found.value,
        low=found.low,
        high=found.high,
        text=text,
        round_samples=result.epochs * result.samples if result.samples else math.nan,
    )


def line_of(result: Result) -> dict[str, Any]:
    """What distinguishes the lines of a picture."""
    names = ("machine", "recipe", "batch_size")
    return {"run": plain(result.run), "device": result.place} | {name: getattr(result, name) for name in names}
