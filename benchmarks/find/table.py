"""The sizes that a search has measured: as a table for people, and as values for programs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crossover.benchmarks.ab.ratio_interval import Estimate
from crossover.benchmarks.ab.text import ratio_text
from crossover.benchmarks.find.ratios import Point
from crossover.benchmarks.find.result import Result
from crossover.benchmarks.find.text import at, estimate, roughly, sentence
from crossover.benchmarks.report.analysis import stats
from crossover.benchmarks.report.show.columns import Column, Line, Mark, sheet_of, values_of
from crossover.benchmarks.report.show.sheet import Rank, Sheet
from crossover.benchmarks.runs import units
from crossover.benchmarks.runs.schema import MLP

__all__ = ["content", "rows", "sheet"]


@dataclass(frozen=True)
class Row:
    """What stands in a line of the table."""

    point: Point
    sign: int
    labels: tuple[str, str]

    @property
    def faster(self) -> str:
        return {1: self.labels[0], -1: self.labels[1]}.get(self.sign, "undecided")

    @property
    def ratio(self) -> Estimate:
        return estimate(self.point)


def columns(labels: tuple[str, str]) -> tuple[Column[Row], ...]:
    """What the table says of each size."""
    return (
        Column("scale", lambda row: str(row.point.scale), {"scale": lambda row: row.point.scale}, Rank.KEY),
        Column("parameters", lambda row: at(row.point), {"parameters": lambda row: row.point.parameters}, Rank.KEY),
        Column(
            labels[0],
            lambda row: units.duration(stats.median(row.point.baseline_s).value),
            {"baseline_s": lambda row: stats.median(row.point.baseline_s).value},
        ),
        Column(
            labels[1],
            lambda row: units.duration(stats.median(row.point.contender_s).value),
            {"contender_s": lambda row: stats.median(row.point.contender_s).value},
        ),
        Column(
            "ratio",
            lambda row: ratio_text(row.ratio),
            {
                "ratio": lambda row: row.ratio.ratio,
                "ratio_low": lambda row: row.ratio.low,
                "ratio_high": lambda row: row.ratio.high,
            },
        ),
        Column("faster", lambda row: row.faster, {"faster": lambda row: row.faster}, Rank.DETAIL),
        Column("pairs", lambda row: str(row.point.pairs), {"pairs": lambda row: row.point.pairs}, Rank.EXTRA),
    )


def table_rows(found: Result) -> list[Row]:
    return [Row(point, sign, found.labels) for point, sign in zip(found.answer.points, found.answer.signs, strict=True)]


def rows(found: Result) -> list[dict[str, Any]]:
    """Returns the measured sizes for programs."""
    return [values_of(columns(found.labels), row) for row in table_rows(found)]


def content(found: Result) -> dict[str, Any]:
    """Returns all that was found, for programs; what is not known is null."""
    crossing = found.answer.crossing
    baseline, contender = found.labels
    return {
        "outcome": found.outcome,
        "busy": found.is_busy,
        "baseline": baseline,
        "contender": contender,
        "workload": found.workload,
        "faster_above": crossing and (contender if crossing.to_contender else baseline),
        **{name: crossing and getattr(crossing, name) for name in ("parameters", "low", "high")},
        "within": found.within,
        "elapsed_s": found.elapsed_s,
        "stopped": found.failure or found.answer.stopped,
        "sentence": sentence(found),
        "sizes": rows(found),
        "sweep": found.sweep,
        "remarks": list(notes(found))[1:],
    }


def sheet(found: Result) -> Sheet:
    """Returns the table of the measured sizes, with the crossing between them, and the sentence below it."""
    baseline, contender = found.labels
    trained = "Training" if found.workload == MLP else f"Training of {found.workload}"
    crossing = found.answer.crossing
    lines: list[Line[Row] | Mark] = []
    for row in table_rows(found):
        lines.append({"": row})
        if crossing and row.point.scale == crossing.between[0].scale:
            lines.append(Mark({"parameters": roughly(crossing.parameters), "ratio": "1.00x crossover"}))
    return sheet_of(
        f"{trained}, an epoch: {contender} against {baseline}", columns(found.labels), [], lines, [*notes(found)]
    )


def notes(found: Result) -> Iterator[str]:
    """What stands below the table: the answer first."""
    yield sentence(found)
    yield f"ratio = time of {found.labels[1]} / time of {found.labels[0]}; brackets hold 95% intervals"
    if found.answer.left_out:
        yield f"larger sizes were left out: {found.answer.left_out}"
    yield from found.remarks
    for point in found.answer.points:
        yield from (f"scale {point.scale}: {line}" for line in point.remarks)
    yield f"the sweep over all sizes: {found.sweep}"
