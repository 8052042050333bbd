"""The same training by each recipe: what makes it faster on a device, and does that move the crossover?"""

import math
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from crossover.benchmarks.kinds.kind import Kind
from crossover.benchmarks.report.analysis.axis import Axis
from crossover.benchmarks.report.analysis.compare import RECIPE, Key, Row, compared
from crossover.benchmarks.report.analysis.grouping import grouped
from crossover.benchmarks.report.analysis.remarks import scale_list
from crossover.benchmarks.report.analysis.result import Result
from crossover.benchmarks.report.analysis.speedups import speedups
from crossover.benchmarks.report.show import columns, series
from crossover.benchmarks.report.show.columns import Column, OnAxis, for_programs, number_text, values
from crossover.benchmarks.report.show.crossings import Crossed
from crossover.benchmarks.report.show.sentences import INTERVALS, limit_words, reasons
from crossover.benchmarks.report.show.series import Curves
from crossover.benchmarks.report.show.sheet import Rank
from crossover.benchmarks.report.show.table import Table
from crossover.benchmarks.report.show.wording import speedup_text
from crossover.benchmarks.runs import units

__all__ = ["BY_RECIPE", "GAIN", "KIND"]

BASELINE = "article"

WITH_ARTICLE, WITH_BEST = "with the article's loop", "with the best recipe of each"

NEGLIGIBLE = 0.01
"""Preparation that takes less than this share of a round is not shown, because times vary by more than that."""


@dataclass(frozen=True, eq=False)
class RecipeRow(Row):
    """A recipe at a size on a device, with its gain over the article's loop."""

    is_best: bool = False
    """Whether it is the fastest of its scale and device in full precision, where several were measured."""


def rows_of(results: list[Result]) -> list[RecipeRow]:
    found = compared(results, RECIPE, BASELINE)
    measured = [row for row in found if row.result.is_measured]
    groups = grouped(measured, place)
    several = [row for row in measured if len(groups[place(row)]) > 1]
    best = set(fastest(several))
    return [RecipeRow(row.result, row.ratio, row in best) for row in found]


def place(row: Row) -> tuple[str, int]:
    return row.result.device, row.result.scale


Chosen = TypeVar("Chosen", bound=Row)


def fastest(rows: list[Chosen]) -> list[Chosen]:
    """The row for each scale and device: the fastest in full precision, or any if none was measured.

    Reduced precision is different mathematics, so it does not compete.
    """
    exact = [row for row in rows if not row.result.details.reduced_precision]
    chosen = {place(row): row for row in sorted(exact, key=slowness, reverse=True)}
    return [row for row in rows if chosen.get(place(row)) is row]


def slowness(row: Row) -> float:
    """Time / the article's time, from paired rounds: the lowest is the fastest recipe of a scale and device.

    Where the article was not measured, it is the median time in seconds; infinite for a cell that was not measured.
    """
    if row.ratio:
        return 1 / row.ratio.value
    if not row.result.is_measured:
        return float("inf")
    return 1.0 if row.result.recipe == BASELINE else row.result.time.value


ANY_RECIPE = Key(("device", "recipe"), lambda result: result.device)
"""Devices, each with whatever recipe was chosen for it."""


def crossed(rows: list[RecipeRow], axis: Axis) -> list[Crossed]:
    """The speedups of devices with the article's loop, and with the best recipe of each."""
    article = [row.result for row in rows if row.result.recipe == BASELINE]
    best = [row.result for row in fastest(rows)]
    tables = [(WITH_ARTICLE, BASELINE, article), (WITH_BEST, "best recipe", best)]
    return [
        Crossed(speedups(results, ANY_RECIPE, axis=axis), {"recipe": words}, words=f"{words}, ", recipe=recipe)
        for words, recipe, results in tables
        if results
    ]


def curves(rows: list[RecipeRow], crossed: list[Crossed], axis: Axis) -> list[Curves]:
    """The speedups with the article's loop and with the best recipe of each, the gains over that loop, and times."""
    results = [row.result for row in rows]
    gains = {row.result: row.ratio for row in rows if row.ratio}
    drawn = [
        series.speedups([(each.recipe, each.speedups) for each in crossed], axis),
        series.gains(results, gains, BASELINE, axis),
        series.times(results, axis),
    ]
    return series.with_points(drawn)


def notes(rows: list[RecipeRow], crossed: list[Crossed]) -> Iterator[str]:
    """How to read the table."""
    yield from gain_notes(rows)
    if any(row.is_best for row in rows):
        yield "best: the fastest of its scale and device, in full precision"
    if any(row.result.time.has_interval for row in rows):
        yield INTERVALS
    yield from limit_notes([row.result for row in rows if row.result.limit.bound])


def gain_notes(rows: list[RecipeRow]) -> Iterator[str]:
    """How gains are computed, and how much taking rounds in turn changed their intervals."""
    gains = [row.ratio for row in rows if row.ratio]
    if not gains:
        yield f"no gain: {no_gain_reason([row.result for row in rows])}"
        return
    yield f"gain = {BASELINE} time / recipe time on the same device: above 1 the recipe is faster"
    narrowing = [gain.narrowing for gain in gains if not math.isnan(gain.narrowing)]
    if narrowing:
        middle = math.exp(statistics.median(map(math.log, narrowing)))
        factor = f"{max(middle, 1 / middle):.1f}x"
        change = "as wide as" if factor == "1.0x" else f"{factor} {'narrower' if middle > 1 else 'wider'} than"
        over = f"in the middle over {len(narrowing)} ratios" if len(narrowing) > 1 else "one ratio"
        yield (
            f"gains are medians of paired ratios: their 95% intervals are {change} those of unpaired medians ({over})"
        )


def no_gain_reason(results: list[Result]) -> str:
    if BASELINE not in {result.recipe for result in results}:
        return f"{BASELINE} was not asked for (--recipes {BASELINE},…)"
    measured = {result.recipe for result in results if result.is_measured}
    return f"no recipe was measured beside {BASELINE}" if BASELINE in measured else f"{BASELINE} was not measured"


def limit_notes(bound: list[Result]) -> Iterator[str]:
    """The limits of each device that bind any of its cells, with the figures of the probe."""
    for device, results in grouped(bound, lambda result: result.device).items():
        limits = grouped(results, lambda result: result.limit.bound)
        words = [f"{limit} {limit_words(limit, first)}" for limit, (first, *_) in limits.items()]
        yield f"limits of {device}: {', '.join(words)}"


def best_recipes(rows: list[RecipeRow]) -> list[str]:
    """A sentence for each device: which recipe is fastest at which scales, and the most it gains there."""
    best = sorted((row for row in rows if row.is_best), key=lambda row: row.result.scale)
    sentences = []
    for device in dict.fromkeys(row.result.device for row in rows if row.is_best):
        recipes = grouped((row for row in best if row.result.device == device), lambda row: row.result.recipe)
        parts = [
            f"{recipe} at {scale_list([row.result.scale for row in found])}{most_gained(found)}"
            for recipe, found in recipes.items()
        ]
        sentences.append(f"on {device}, the fastest is {', '.join(parts)}")
    return sentences


def most_gained(rows: list[RecipeRow]) -> str:
    """` (2.31x [2.20, 2.42] faster at scale 5)`, or nothing where there is no gain."""
    known = [row for row in rows if row.ratio]
    if not known:
        return ""
    most = max(known, key=lambda row: row.speedup.value)
    one_of_several = len(known) > 1
    at = f", at scale {most.result.scale}" * one_of_several
    return f" ({'up to ' * one_of_several}{speedup_text(most.speedup)}{at})"


def prepare_text(row: RecipeRow) -> str:
    took_s = row.result.details.prepare_s
    takes_long = took_s is not None and took_s >= NEGLIGIBLE * row.result.time.value
    return number_text(took_s if takes_long else None, units.duration)


GAIN = columns.estimated("gain", "speedup", speedup_text)


def declared(*rates: Column[Row]) -> OnAxis[RecipeRow]:
    return (
        columns.DEVICE,
        columns.SCALE,
        partial(columns.along, rank=Rank.DETAIL),
        Column(
            "recipe",
            lambda row: f"{row.result.recipe} (best)" if row.is_best else row.result.recipe,
            values("result.recipe"),
            Rank.KEY,
        ),
        columns.STATUS,
        columns.TIME,
        *rates,
        for_programs("result.details.in_turn"),
        GAIN,
        for_programs(best="is_best", reduced_precision="result.details.reduced_precision"),
        columns.LIMIT,
        Column(
            "peak memory",
            lambda row: number_text(row.result.details.peak_bytes, units.memory),
            values("result.details.peak_bytes"),
            Rank.EXTRA,
        ),
        Column("to prepare", prepare_text, values("result.details.prepare_s"), Rank.EXTRA),
        columns.REMARKS,
    )


BY_RECIPE = Table(
    columns=declared(),
    by_batch=declared(columns.RATE),
    rows=rows_of,
    section=lambda row: row.result.device,
    ran=lambda row: (row.result.device, row.result.recipe),
    crossed=crossed,
    notes=notes,
    curves=curves,
    explained=lambda crossed: reasons(crossed[-1].speedups) if crossed else [],
    best=best_recipes,
)
"""Recipes one below the other, each with its gain over the article's loop."""

KIND = Kind(
    name="recipes",
    scales="1,5",  # a small and a medium one: a round of scale 10 takes half a minute on 2 cores
    duration="4 min",
    table=BY_RECIPE,
)
