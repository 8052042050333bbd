"""The sizes that a search has measured: as a table for people, and as values for programs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crossover.benchmarks.ab.ratio_interval import RatioEstimate
from crossover.benchmarks.ab.text import ratio_text
from crossover.benchmarks.find.ratios import MeasuredSize, Summary
from crossover.benchmarks.find.result import SearchResult
from crossover.benchmarks.find.sweep import sweep
from crossover.benchmarks.find.text import at, estimate, roughly, sentence
from crossover.benchmarks.report.analysis import stats
from crossover.benchmarks.report.show.answer import Answer
from crossover.benchmarks.report.show.columns import Column, Line, Mark, sheet_of, values_of
from crossover.benchmarks.report.show.sheet import Rank, Sheet
from crossover.benchmarks.report.show.wording import subject
from crossover.benchmarks.runs import units

__all__ = ["summary_of", "table", "title", "trained"]


@dataclass(frozen=True)
class SizeRow:
    """What stands in a line of the table."""

    point: MeasuredSize
    summary: Summary
    labels: tuple[str, str]

    @property
    def faster(self) -> str:
        return {1: self.labels[0], -1: self.labels[1]}.get(self.summary.sign, "undecided")

    @property
    def ratio(self) -> RatioEstimate:
        return estimate(self.summary)

    def time_s(self, side: int) -> float:
        """The median of the turns of a side, scaled to an epoch, or to a sample where the batch size is varied."""
        return stats.median(self.point.times_s(side)).value


def columns(found: SearchResult) -> tuple[Column[SizeRow], ...]:
    """What the table says of each size."""
    baseline, contender = found.labels
    if found.dial.is_batch:
        keys = [Column("batch size", lambda row: at(row.point), {"batch_size": lambda row: row.point.size}, Rank.KEY)]
    else:
        keys = [
            Column("scale", lambda row: str(row.point.dial), {"scale": lambda row: row.point.dial}, Rank.KEY),
            Column("parameters", lambda row: at(row.point), {"parameters": lambda row: row.point.size}, Rank.KEY),
        ]
    return (
        *keys,
        Column(baseline, lambda row: units.duration(row.time_s(0)), {"baseline_s": lambda row: row.time_s(0)}),
        Column(contender, lambda row: units.duration(row.time_s(1)), {"contender_s": lambda row: row.time_s(1)}),
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


def table_rows(found: SearchResult) -> list[SizeRow]:
    return [
        SizeRow(point, summary, found.labels)
        for point, summary in zip(found.answer.points, found.answer.summaries, strict=True)
    ]


def table(found: SearchResult) -> Answer:
    """The table of the measured sizes, with the crossing between them, and the sentence below it."""
    sizes = [values_of(columns(found), row) for row in table_rows(found)]
    command = sweep(found)
    remarks = [*notes(found), *[f"the same sizes in rounds: {command}"] * bool(command)]
    content = summary_of(found) | {"sizes": sizes, "sweep": command, "remarks": remarks}
    return Answer(
        sheet=sheet(found, [sentence(found), *remarks]),
        rows=[sides_of(found) | row for row in sizes],
        content=content,
    )


def sides_of(found: SearchResult) -> dict[str, Any]:
    """What a search compared, for programs."""
    baseline, contender = found.labels
    return {"machine": found.machine, "baseline": baseline, "contender": contender, "workload": found.workload}


def summary_of(found: SearchResult) -> dict[str, Any]:
    """What a search comes to, for programs; what is not known is null."""
    crossing, edge = found.answer.crossing, found.answer.edge
    baseline, contender = found.labels
    return sides_of(found) | {
        "outcome": found.outcome,
        "busy": found.is_busy,
        "varied": "batch size" if found.dial.is_batch else "scale",
        "faster_above": crossing and (contender if crossing.to_contender else baseline),
        "size": crossing and crossing.size,
        "low": crossing.low if crossing else edge.size if edge and not edge.is_lower else None,
        "high": crossing.high if crossing else edge.size if edge and edge.is_lower else None,
        "smallest": found.answer.points[0].size,
        "largest": found.answer.points[-1].size,
        "within": found.within,
        "elapsed_s": found.elapsed_s,
        "stopped": found.failure or found.stopped,
        "sentence": sentence(found),
    }


def sheet(found: SearchResult, below: list[str]) -> Sheet:
    crossing = found.answer.crossing
    key = "batch size" if found.dial.is_batch else "parameters"
    lines: list[Line[SizeRow] | Mark] = []
    for row in table_rows(found):
        lines.append({"": row})
        if crossing and row.point.dial == crossing.between[0].dial:
            lines.append(Mark({key: roughly(crossing.size), "ratio": "1.00x crossover"}))
    return sheet_of(title(found), columns(found), [], lines, below)


def title(found: SearchResult) -> str:
    """Returns what was compared, and where."""
    baseline, contender = found.labels
    return f"{trained(found)}: {contender} against {baseline}, on {found.machine}"


def trained(found: SearchResult) -> str:
    """Returns what was trained, and whether times are of an epoch or of a sample."""
    workload = subject("training", found.workload)
    if found.dial.is_batch:
        return f"{workload} at scale {found.dial.scale}, a sample"
    batches = f", batches of {found.dial.batch_size}" if found.dial.batch_size else ""
    return f"{workload}{batches}, an epoch"


def notes(found: SearchResult) -> Iterator[str]:
    """What must be known of the ratios."""
    yield f"ratio = time of {found.labels[1]} / time of {found.labels[0]}; brackets hold 95% intervals"
    if found.left_out:
        yield f"larger sizes were left out: {found.left_out}"
    yield from found.remarks
    for point in found.answer.points:
        yield from (f"{found.dial.named(point.dial)}: {line}" for line in point.remarks)
