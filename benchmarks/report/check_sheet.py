"""The judgements of a check as a sheet for people, and as an object for programs."""

from dataclasses import asdict
from typing import Any

from benchmarks.report.regression import Judgement, NoiseFloor
from benchmarks.report.render import Sheet, json_object, slowdown_text
from benchmarks.report.verdict import Verdict, overall

AB = "`crossover ab` takes rounds in turn and tells smaller changes apart"


def sheet(judgements: list[Judgement], floor: NoiseFloor, max_slowdown: float, notes: list[str], title: str) -> Sheet:
    rows = [
        [each.benchmark, str(each.scale), each.device, each.recipe, change_text(each), each.verdict]
        for each in judgements
    ]
    lines = [
        f"verdict: {overall(each.verdict for each in judgements)} (allowed slowdown {max_slowdown:.0%})",
        floor_words(floor),
        *notes,
    ]
    if Verdict.UNDECIDED in {each.verdict for each in judgements}:
        lines.append(f"undecided: the change is within what chance and the noise floor explain; {AB}")
    return Sheet(title, ["benchmark", "scale", "device", "recipe", "change", "verdict"], rows, lines)


def change_text(judgement: Judgement) -> str:
    return slowdown_text(judgement.ratio, judgement.low, judgement.high)


def floor_words(floor: NoiseFloor) -> str:
    if not floor.repeats:
        return f"noise floor {floor.share:.0%} (assumed: this machine has fewer than three runs of one clean commit)"
    return f"noise floor {floor.share:.0%} (from {floor.repeats} unchanged runs of this machine)"


def rows(judgements: list[Judgement]) -> list[dict[str, Any]]:
    """For programs: a row for each cell."""
    return [json_object(asdict(each), list(asdict(each))) for each in judgements]


def json_check(judgements: list[Judgement], floor: NoiseFloor, max_slowdown: float, notes: list[str]) -> dict[str, Any]:
    return {
        "verdict": overall(each.verdict for each in judgements),
        "max_slowdown": max_slowdown,
        "noise_floor": asdict(floor),
        "cells": rows(judgements),
        "remarks": notes,
    }
