"""The judgement of a run: its table for people, and its content for programs."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from crossover.benchmarks.report.analysis.noise import NoiseFloor, Source
from crossover.benchmarks.report.analysis.regression import Check, Judgement
from crossover.benchmarks.report.analysis.result import Result
from crossover.benchmarks.report.analysis.verdict import Verdict
from crossover.benchmarks.report.show import columns
from crossover.benchmarks.report.show.answer import Answer
from crossover.benchmarks.report.show.columns import Column, estimate_values, sheet_of, values, values_of
from crossover.benchmarks.report.show.render import known
from crossover.benchmarks.report.show.sheet import Rank
from crossover.benchmarks.report.show.wording import change, slowdown_text

__all__ = ["answer", "headlines"]

AB = "`crossover ab` takes rounds in turn and tells smaller changes apart"


def answer(found: Check, title: str, notes: Sequence[str] = ()) -> Answer:
    """The table of a judgement, with a row for each cell that both runs measured."""
    declared = columns_of(found)
    lines = [*headlines(found), *map(lost_words, found.lost), *found.remarks, *notes, *explanations(found)]
    cells = [known(values_of(declared, each)) for each in found.judgements]
    content = {
        "verdict": found.verdict,
        "max_slowdown": found.max_slowdown,
        "noise_floor": asdict(found.floors.timed),
        "control_noise_floor": asdict(found.floors.controlled),
        "cells": cells,
        "lost": [values_of([LOST], lost) | batch_of(lost) for lost in found.lost],
        "remarks": found.remarks,
    }
    sheet = sheet_of(title, declared, [], [{"": each} for each in found.judgements], lines)
    return Answer(sheet=sheet, rows=cells, content=content)


def explanations(found: Check) -> Iterator[str]:
    """What made the cells slower or faster, how to read the table, and how small a change it could have shown."""
    for each in found.judgements:
        if cause := cause_of(each, found.max_slowdown):
            yield f"{cell_words(each.result)}: {cause}"
    if any(each.is_controlled for each in found.judgements):
        yield (
            "change = time / control beside each round, now against the baseline: what slowed the control too, such as "
            "a busy machine or other settings of the process, is not counted"
        )
    if disturbed := [cell_words(each.result) for each in found.judgements if each.is_disturbed]:
        yield f"undecided: disturbed by others, and no control tells how much: {'; '.join(disturbed)}"
    deciding = [each for each in found.judgements if each.change.has_interval and not each.is_disturbed]
    if widths := sorted(each.half_width for each in deciding):
        shares = [math.expm1(math.log1p(found.max_slowdown) + width) for width in (widths[0], widths[-1])]
        least, most = (f"{share:.0%}" for share in shares)
        span = least if least == most else f"{least} to {most}, by cell"
        yield f"the smallest slowdown that this comparison finds: {span}; {AB}"


def cause_of(each: Judgement, max_slowdown: float) -> str:
    """What the control says of a change that is larger than allowed; empty for others."""
    limit = 1 + max_slowdown
    if not each.is_controlled or 1 / limit <= each.timed.value <= limit:
        return ""
    both = f"{change(each.timed.value)}, control {change(each.control.value)}"
    if each.verdict in (Verdict.REGRESSION, Verdict.IMPROVEMENT):
        return f"{both}: this code"
    same_way = (each.control.value > limit) == (each.timed.value > limit)
    if same_way and not 1 / limit <= each.control.value <= limit:
        return f"{both}: the machine, or a setting of the whole process"
    return ""


COLUMNS: tuple[Column[Judgement], ...] = (
    columns.key("result.benchmark"),
    columns.SCALE,
    columns.DEVICE,
    columns.RECIPE,
    Column("case", lambda row: row.result.case_name, values(case="result.case_name"), Rank.KEY),
    Column("change", lambda row: slowdown_text(row.change), estimate_values("change", "ratio", is_only=True)),
    Column(
        "as timed",
        lambda row: slowdown_text(row.timed) if row.is_controlled else "",
        estimate_values("timed", "timed"),
        Rank.EXTRA,
    ),
    Column(
        "control",
        lambda row: change(row.control.value) if row.is_controlled else "",
        estimate_values("control", "control"),
        Rank.DETAIL,
    ),
    Column("verdict", lambda row: row.verdict, values("verdict", disturbed="is_disturbed")),
)

BATCH = Column[Judgement]("batch", lambda row: f"{row.result.batch_size:,}", values("result.batch_size"), Rank.KEY)


THREADS = columns.for_programs("result.threads")


def columns_of(found: Check) -> list[Column[Judgement]]:
    """The columns, with batch size and threads where any cell has others than are usual."""
    batch = [BATCH] if any(each.result.has_other_batch for each in found.judgements) else []
    threads = [THREADS] if any(each.result.threads for each in found.judgements) else []
    return [*COLUMNS[:2], *batch, *COLUMNS[2:3], *threads, *COLUMNS[3:]]


def headlines(found: Check) -> list[str]:
    """The verdict on the whole run, with the slowdown and the noise that it allows for."""
    floors = [
        ("noise floor", found.floors.timed, not all(each.is_controlled for each in found.judgements)),
        ("noise floor against the control", found.floors.controlled, any(e.is_controlled for e in found.judgements)),
    ]
    verdict = f"verdict: {found.verdict} (allowed slowdown {found.max_slowdown:.0%})"
    return [verdict, *(floor_words(name, floor) for name, floor, is_used in floors if is_used)]


def floor_words(name: str, floor: NoiseFloor) -> str:
    words = {
        Source.RUNS: f"from {floor.repeats} unchanged runs of this machine",
        Source.TRIAL: f"from {floor.repeats} runs of `crossover noise`",
        Source.ASSUMED: "assumed: this machine has fewer than three runs of one clean commit; "
        "`crossover noise` measures it",
    }
    return f"{name} {floor.share:.0%} ({words[floor.source]})"


def lost_words(lost: Result) -> str:
    return f"{cell_words(lost)}: measured in the baseline, now {lost.status}: {lost.reason}"


def cell_words(result: Result) -> str:
    """`cpu, scale 1`, with its batch size if unusual, and its case or, among recipes, its recipe."""
    batch = f", batches of {result.batch_size:,}" if result.has_other_batch else ""
    variant = result.case_name or (result.recipe if result.benchmark == "recipes" else "")
    return f"{result.place}, scale {result.scale}{batch}" + (f", {variant}" if variant else "")


LOST = Column[Result](
    values=values("benchmark", "scale", "device", "recipe", case="case_name")
    | values("status", "reason", finished="is_finished")
)


def batch_of(lost: Result) -> dict[str, int]:
    batch = {"batch_size": lost.batch_size} if lost.has_other_batch else {}
    return batch | ({"threads": lost.threads} if lost.threads else {})
