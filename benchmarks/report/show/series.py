"""The curves of a picture, before anything is drawn: a quantity along an axis such as parameters, one line a series."""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

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


@dataclass(frozen=True)
class Point:
    """One cell of a line. Numbers are ratios or seconds, NaN where unknown."""

    run: str
    machine: str
    device: str
    recipe: str
    scale: int
    size: int
    """On the axis of its curves."""

    value: float
    low: float
    high: float
    text: str
    batch_size: int
    round_samples: float
    """How many samples a round trains on; NaN where unknown."""

    left_out: str = ""
    """Why there is no value."""

    limit: float = math.nan
    limit_text: str = ""
    busy: bool = False
    """Whether others disturbed what it rests on."""


@dataclass(frozen=True)
class Marked:
    """A size at which a line passes 1, with an interval that has NaN for an end that is unknown."""

    run: str
    machine: str
    device: str
    recipe: str
    size: float
    low: float
    high: float
    text: str
    batch_size: int


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
        base = {table.key.alike(result): result for result in table.side(table.baseline)}
        shown = {table.key.label(ratio.contender): ratio.contender for ratio in table.ratios.values()}
        for result in [result for result in table.results if table.key.label(result) in shown]:
            ratio = table.ratios.get(result)
            missing = "" if ratio else why_no_speedup(result, base.get(table.key.alike(result)), table.baseline)
            drawn = point(result, axis, ratio or UNKNOWN, speedup_text(ratio or UNKNOWN), missing)
            points.append(named(replace(drawn, busy=is_busy(ratio)), recipe))
        first = table.results[0]
        for found in table.crossovers:
            crossings += [
                marked(first, shown[found.device].place, each, recipe or first.recipe, table)
                for each in found.crossings
            ]
    return Curves(quantity, axis, points, crossings)


def why_no_speedup(result: Result, base: Result | None, baseline: str) -> str:
    """The status of the device's cell, or of the baseline's cell if the device was measured."""
    if not result.is_measured:
        return result.status
    return f"{baseline} {base.status if base else 'not asked for'}"


def gains(results: Sequence[Result], ratios: dict[Result, Ratio], baseline: str, axis: Axis) -> Curves:
    """Lines of gain over a recipe on the same device, for recipes that have a gain anywhere."""
    shown = {series_of(result) for result in ratios}
    points = []
    for result in [result for result in results if series_of(result) in shown]:
        gain = ratios.get(result, UNKNOWN)
        missing = "" if gain.is_known else f"{baseline} not measured" if result.is_measured else result.status
        points.append(replace(point(result, axis, gain, speedup_text(gain), missing), busy=is_busy(ratios.get(result))))
    return Curves(Quantity.GAIN, axis, points, [])


def times(results: Sequence[Result], axis: Axis) -> Curves:
    """Lines of time, with the least time that the machine would need, for devices and recipes that ran anywhere."""
    shown = {series_of(result) for result in results if result.is_measured}
    return Curves(
        Quantity.TIME,
        axis,
        [
            replace(
                point(result, axis, result.time, time_text(result) if result.is_measured else "", unmeasured(result)),
                limit=result.limit.least_s,
                limit_text=limit_text(result),
                busy=result.is_busy,
            )
            for result in results
            if series_of(result) in shown
        ],
        [],
    )


def is_busy(ratio: Ratio | None) -> bool:
    return ratio is not None and (ratio.baseline.is_busy or ratio.contender.is_busy)


def unmeasured(result: Result) -> str:
    return "" if result.is_measured else result.status


def series_of(result: Result) -> Hashable:
    return result.place, result.recipe


def point(result: Result, axis: Axis, found: Estimate, text: str, left_out: str) -> Point:
    return Point(
        run=plain(result.run),
        machine=result.machine,
        device=result.place,
        recipe=result.recipe,
        scale=result.scale,
        size=axis.of(result),
        value=found.value,
        low=found.low,
        high=found.high,
        text=text,
        batch_size=result.batch_size,
        round_samples=result.epochs * result.samples if result.samples else math.nan,
        left_out=left_out,
    )


def named(drawn: Point, recipe: str | None) -> Point:
    return drawn if recipe is None else replace(drawn, recipe=recipe)


def marked(result: Result, device: str, crossing: Crossing, recipe: str, table: Speedups) -> Marked:
    """The mark of a crossing; for a crossing down, the text says that it leads to the baseline."""
    text = table.axis.words(crossing.size)
    if crossing.direction is Direction.DOWN:
        text += f", to {table.baseline}"
    ends = (crossing.size, crossing.low, crossing.high)
    return Marked(plain(result.run), result.machine, device, recipe, *ends, text, result.batch_size)
