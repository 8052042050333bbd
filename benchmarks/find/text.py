"""What a search says: while it works, and at its end as a sentence, a table and values for programs."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crossover.benchmarks.ab.ratio_interval import Estimate
from crossover.benchmarks.ab.text import ratio_text
from crossover.benchmarks.find.ratios import Crossing, Point
from crossover.benchmarks.find.result import Result
from crossover.benchmarks.find.search import Answer, Finding
from crossover.benchmarks.find.sides import Choice
from crossover.benchmarks.report.analysis import stats
from crossover.benchmarks.report.show.columns import Column, Line, Mark, sheet_of, values_of
from crossover.benchmarks.report.show.sheet import Rank, Sheet
from crossover.benchmarks.runs import units
from crossover.benchmarks.runs.schema import MLP

__all__ = ["content", "progress", "rows", "sentence", "sheet", "sweep"]


def progress(answer: Answer, labels: tuple[str, str], left_s: float) -> str:
    """Says in a line how many seconds are left, and what is known so far."""
    left = f"{max(0.0, left_s):.0f} s left"
    if answer.crossing:
        return f"{left}: {overtaking(answer.crossing, labels)} {place(answer.crossing)}"
    latest = next((point for point in answer.points if point.scale == answer.latest), None)
    ratio = f" {ratio_text(estimate(latest))} at {at(latest)} parameters" if latest else ""
    return f"{left}: {labels[1]} against {labels[0]}{ratio}"


def sentence(found: Result) -> str:
    """Returns the answer in a sentence."""
    doubts = []
    if found.failure:
        doubts.append(f"for a side has failed: {found.failure}")
    if found.is_busy:
        doubts.append("found on a busy machine")
    if found.answer.finding is Finding.UNDECIDED:
        doubts.append(open_words(found.answer))
    known = [f"undecided, {', and '.join(doubts)}"] * bool(doubts) + known_words(found)
    return f"{'; '.join(known)}, in {found.elapsed_s:.0f} s"


def known_words(found: Result) -> list[str]:
    """What the ratios show, however sure it is."""
    answer, crossing = found.answer, found.answer.crossing
    if answer.finding is Finding.NONE:
        return [none_words(answer, found.labels)]
    if not crossing:
        return []
    words = f"{overtaking(crossing, found.labels)} {place(crossing)}"
    if answer.finding is Finding.SEVERAL:
        return [f"there is more than one crossing: {words} first"]
    if answer.finding is Finding.FOUND and crossing.within > found.within:
        words += f" (wider than the {found.within:.0%} asked for: {answer.stopped})"
    return [words]


def overtaking(crossing: Crossing, labels: tuple[str, str]) -> str:
    winner, loser = labels[::-1] if crossing.to_contender else labels
    return f"{winner} {verb(winner, 'overtakes')} {loser}"


PLURAL = {"is": "are", "does": "do", "leads": "lead", "overtakes": "overtake"}


def verb(label: str, word: str) -> str:
    """The word as it follows a label: `2 threads overtake`, `cuda overtakes`."""
    return PLURAL[word] if label.endswith("threads") else word


def place(crossing: Crossing) -> str:
    low, high = (units.count(size) for size in (crossing.low, crossing.high))
    return f"at about {units.count(crossing.parameters)} parameters [{low}, {high}]"


def at(point: Point) -> str:
    return f"{point.parameters:,}"


def none_words(answer: Answer, labels: tuple[str, str]) -> str:
    """Who wins everywhere, and by how much at both ends."""
    first, last = answer.points[0], answer.points[-1]
    baseline, contender = labels
    if answer.signs[0] < 0:
        words = f"{contender} {verb(contender, 'is')} faster than {baseline} already at the smallest size, {at(first)}"
        return f"no crossing: {words} parameters, by {factor(first)}, and by {factor(last)} at the largest, {at(last)}"
    words = f"{contender} {verb(contender, 'does')} not overtake {baseline} up to {at(last)} parameters"
    leads = f"{baseline} {verb(baseline, 'leads')} by {factor(first)} at {at(first)} and by {factor(last)} there"
    return f"no crossing: {words}: {leads}"


def factor(point: Point) -> str:
    return f"{units.significant(math.exp(abs(point.summary().log_ratio)))}x"


def open_words(answer: Answer) -> str:
    """Where either side may be faster, and why no more was measured."""
    unsure = [at(point) for point, sign in zip(answer.points, answer.signs, strict=True) if not sign]
    if unsure:
        return f"either side may be faster at {' and '.join(unsure)} parameters: {answer.stopped}"
    return f"only {at(answer.points[0])} parameters were measured: {answer.stopped}"


def sweep(choice: Choice, workload: str | None) -> str:
    """Returns the command that measures all sizes."""
    trained = f" --workload {workload}" if workload else ""
    if len(choice.threads) > 1:
        one, other = choice.threads
        each = (f"OMP_NUM_THREADS={count} crossover bench training --machine threads-{count}" for count in (one, other))
        return " && ".join(f"{command}{trained}" for command in each) + " && crossover machines"
    kind = "recipes" if len(choice.recipes) > 1 else "training"
    return f"crossover bench {kind} {choice.words}{trained}"


def estimate(point: Point) -> Estimate:
    """The ratio of a point, contender / baseline, in the form that `crossover ab` shows."""
    summary = point.summary()
    low, high = summary.bounds()
    processes = sum(bool(logs) for logs in point.logs)
    return Estimate(point.pairs, math.exp(summary.log_ratio), math.exp(low), math.exp(high), processes)


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
            lines.append(Mark({"parameters": units.count(crossing.parameters), "ratio": "1.00x crossover"}))
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
