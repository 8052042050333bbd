"""A check as a sheet for people and as an object for programs."""

from dataclasses import asdict
from typing import Any

from crossover.benchmarks.report.analysis.regression import Check, Judgement, Lost, NoiseFloor
from crossover.benchmarks.report.analysis.verdict import Verdict
from crossover.benchmarks.report.show.render import Sheet, filled, json_object, slowdown_text

__all__ = ["headlines", "json_check", "rows", "sheet"]

AB = "`crossover ab` takes rounds in turn and tells smaller changes apart"


def sheet(found: Check, notes: list[str], title: str) -> Sheet:
    """For people: a row for each cell that both runs measured."""
    rows = [
        [each.benchmark, str(each.scale), each.device, each.recipe, each.case, change_text(each), each.verdict]
        for each in found.judgements
    ]
    header = ["benchmark", "scale", "device", "recipe", "case", "change", "verdict"]
    lines = [*headlines(found), *map(lost_words, found.lost), *notes]
    if Verdict.UNDECIDED in {each.verdict for each in found.judgements}:
        lines.append(f"undecided: the change is within what chance and the noise floor explain; {AB}")
    return Sheet(title, *filled(header, rows), lines)


def headlines(found: Check) -> list[str]:
    """The verdict on the whole run, with the slowdown and the noise that it allows for."""
    return [f"verdict: {found.verdict} (allowed slowdown {found.max_slowdown:.0%})", floor_words(found.floor)]


def change_text(judgement: Judgement) -> str:
    return slowdown_text(judgement.ratio, judgement.low, judgement.high)


def floor_words(floor: NoiseFloor) -> str:
    if not floor.repeats:
        return f"noise floor {floor.share:.0%} (assumed: this machine has fewer than three runs of one clean commit)"
    return f"noise floor {floor.share:.0%} (from {floor.repeats} unchanged runs of this machine)"


def lost_words(each: Lost) -> str:
    variant = each.case or (each.recipe if each.benchmark == "recipes" else "")
    words = f", {variant}" if variant else ""
    return f"{each.device}, scale {each.scale}{words}: measured in the baseline, now {each.status}: {each.reason}"


def rows(found: Check) -> list[dict[str, Any]]:
    """For programs: a row for each cell that both runs measured."""
    return [json_object(asdict(each), list(asdict(each))) for each in found.judgements]


def json_check(found: Check, notes: list[str]) -> dict[str, Any]:
    return {
        "verdict": found.verdict,
        "max_slowdown": found.max_slowdown,
        "noise_floor": asdict(found.floor),
        "cells": rows(found),
        "lost": [asdict(each) for each in found.lost],
        "remarks": notes,
    }
