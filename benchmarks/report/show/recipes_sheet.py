"""The table of recipes as a sheet for people, and as rows and objects for programs."""

import math
from typing import Any

from crossover.benchmarks.report.analysis.recipes import RecipeTable
from crossover.benchmarks.report.show.crossings import json_crossover
from crossover.benchmarks.report.show.recipe_notes import crossovers, notes
from crossover.benchmarks.report.show.render import Sheet, filled, json_object, limit_text, speedup_text, time_text
from crossover.benchmarks.report.show.speedup_sheet import title
from crossover.benchmarks.runs import units
from crossover.benchmarks.runs.cells import Status
from crossover.benchmarks.runs.records import records

__all__ = ["csv_rows", "json_table", "sheet"]

HEADER = ["device", "scale", "parameters", "recipe", "time", "gain", "limit", "peak memory", "to prepare"]

NEGLIGIBLE = 0.01
"""Preparation that takes less than this share of a round is not shown, because times vary by more than that."""

KEYS = [
    "device", "scale", "parameters", "recipe", "status", "reason", "median_s", "low_s", "high_s", "rounds", "in_turn",
    "gain", "gain_low", "gain_high", "best", "reduced_precision", "bound", "limit_s", "share", "peak_bytes",
    "prepare_s",
]  # fmt: skip


def sheet(table: RecipeTable) -> Sheet:
    """For people: a row for each device × scale × recipe, without recipes that the device ran at no scale."""
    rows = []
    for _, cells in table.cells.groupby("device", sort=False):
        ran = set(cells[cells["status"] == Status.MEASURED]["recipe"])
        rows += [row(cell) for cell in records(cells) if cell["recipe"] in ran]
    return Sheet(title(table), *filled(HEADER, rows), notes(table))


def row(cell: dict[str, Any]) -> list[str]:
    ratio = {"speedup": cell["gain"], "low": cell["gain_low"], "high": cell["gain_high"]}
    takes_long = cell["prepare_s"] >= NEGLIGIBLE * cell["median_s"]
    return [
        cell["device"],
        str(cell["scale"]),
        f"{cell['parameters']:,}",
        f"{cell['recipe']} (best)" if cell["best"] else cell["recipe"],
        time_text(cell),
        "" if math.isnan(cell["gain"]) else speedup_text(ratio),
        limit_text(cell),
        "" if math.isnan(cell["peak_bytes"]) else units.memory(cell["peak_bytes"]),
        units.duration(cell["prepare_s"]) if takes_long else "",
    ]


def csv_rows(table: RecipeTable) -> list[dict[str, Any]]:
    """A row for each cell."""
    return [{"machine": table.machine, **json_object(cell, KEYS)} for cell in records(table.cells)]


def json_table(table: RecipeTable) -> dict[str, Any]:
    first = records(table.cells)[0]
    return {
        **{key: first[key] for key in ["machine", "source", "benchmark", "epochs"]},
        "cells": [json_object(cell, [*KEYS, "remarks"]) for cell in records(table.cells)],
        "crossovers": [
            {"recipe": words} | json_crossover(found) | {"sentence": sentence}
            for words, found, sentence in crossovers(table)
        ],
        "notes": notes(table),
    }
