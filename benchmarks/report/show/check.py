"""The judgement of a run: its table for people, and its content for programs."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from crossover.benchmarks.report.analysis.regression import Check, Judgement, NoiseFloor
from crossover.benchmarks.report.analysis.result import Result
from crossover.benchmarks.report.analysis.verdict import Verdict
from crossover.benchmarks.report.show.columns import DEVICE, RECIPE, SCALE, Column, attributes, sheet_of, values_of
from crossover.benchmarks.report.show.render import known
from crossover.benchmarks.report.show.sheet import Rank, Sheet
from crossover.benchmarks.report.show.wording import slowdown_text

__all__ = ["content", "headlines", "rows", "sheet"]

AB = "`crossover ab` takes rounds in turn and tells smaller changes apart"


def sheet(found: Check, title: str, notes: Sequence[str] = ()) -> Sheet:
    """For people: a row for each cell that both runs measured."""
    lines = [*headlines(found), *map(lost_words, found.lost), *found.remarks, *notes]
    if Verdict.UNDECIDED in {each.verdict for each in found.judgements}:
        lines.append(f"undecided: the change is within what chance and the noise floor explain; {AB}")
    return sheet_of(title, COLUMNS, [], [{"": each} for each in found.judgements], lines)


COLUMNS: tuple[Column[Judgement], ...] = (
    Column("benchmark", lambda row: row.result.benchmark, attributes("benchmark"), Rank.KEY),
    SCALE,
    DEVICE,
    RECIPE,
    Column("case", lambda row: row.result.case_name, {"case": lambda row: row.result.case_name}, Rank.KEY),
    Column(
        "change",
        lambda row: slowdown_text(row.change),
        {
            "ratio": lambda row: row.change.value,
            "low": lambda row: row.change.low,
            "high": lambda row: row.change.high,
        },
    ),
    Column("verdict", lambda row: row.verdict, {"verdict": lambda row: row.verdict}),
)


def headlines(found: Check) -> list[str]:
    """The verdict on the whole run, with the slowdown and the noise that it allows for."""
    return [f"verdict: {found.verdict} (allowed slowdown {found.max_slowdown:.0%})", floor_words(found.floor)]


def floor_words(floor: NoiseFloor) -> str:
    if not floor.repeats:
        return f"noise floor {floor.share:.0%} (assumed: this machine has fewer than three runs of one clean commit)"
    return f"noise floor {floor.share:.0%} (from {floor.repeats} unchanged runs of this machine)"


def lost_words(lost: Result) -> str:
    variant = lost.case_name or (lost.recipe if lost.benchmark == "recipes" else "")
    words = f", {variant}" if variant else ""
    return f"{lost.device}, scale {lost.scale}{words}: measured in the baseline, now {lost.status}: {lost.reason}"


def rows(found: Check) -> list[dict[str, Any]]:
    """For programs: a row for each cell that both runs measured."""
    return [known(values_of(COLUMNS, each)) for each in found.judgements]


def content(found: Check) -> dict[str, Any]:
    return {
        "verdict": found.verdict,
        "max_slowdown": found.max_slowdown,
        "noise_floor": asdict(found.floor),
        "cells": rows(found),
        "lost": list(map(lost_content, found.lost)),
        "remarks": found.remarks,
    }


def lost_content(lost: Result) -> dict[str, Any]:
    names = ("benchmark", "scale", "device", "recipe")
    ending = {"status": lost.status, "reason": lost.reason, "finished": lost.is_finished}
    return {name: getattr(lost, name) for name in names} | {"case": lost.case_name} | ending
