"""The table of loading as a sheet for people, and as rows and objects for programs."""

import math
from typing import Any

from crossover.benchmarks.report.analysis.loading import GROUP, LoadingTable
from crossover.benchmarks.report.show.loading_notes import gain_text, notes
from crossover.benchmarks.report.show.render import Sheet, filled, json_object, share_text, time_text
from crossover.benchmarks.report.show.speedup_sheet import title
from crossover.benchmarks.runs.cases import parts_of
from crossover.benchmarks.runs.cells import Status
from crossover.benchmarks.runs.records import records

HEADER = ["device", "scale", "dataset", "loader", "workers", "alone", "training", "gain", "waiting"]

KEYS = [
    "device", "scale", "parameters", *parts_of("loading"), "status", "reason", "median_s", "low_s", "high_s", "rounds",
    "in_turn", "gain", "gain_low", "gain_high", "waiting", "waiting_low", "waiting_high", "best", "as_good",
    "start_method", "pin_memory", "prepare_s",
]  # fmt: skip


def sheet(table: LoadingTable) -> Sheet:
    """For people: a row for each loader and number of workers of a dataset, without devices that ran nothing."""
    measured = set(table.cells[table.cells["status"] == Status.MEASURED]["device"])
    groups = table.cells[table.cells["device"].isin(measured)].groupby([*GROUP, "loader", "workers"], sort=False)
    rows = [row({cell["use"]: cell for cell in records(cells)}) for _, cells in groups]
    return Sheet(title(table, length="1 epoch"), *filled(HEADER, rows), notes(table))


def row(uses: dict[str, dict[str, Any]]) -> list[str]:
    alone, training = uses.get("alone"), uses.get("training")
    cell = training or alone
    assert cell
    return [
        cell["device"],
        str(cell["scale"]),
        cell["dataset"],
        cell["loader"],
        "" if cell["loader"] == "ready" else f"{cell['workers']} (best)" if cell["best"] else str(cell["workers"]),
        time_text(alone) if alone else "",
        time_text(training) if training else "",
        "" if not training or math.isnan(training["gain"]) else gain_text(training),
        share_text(cell["waiting"], cell["waiting_low"], cell["waiting_high"]),
    ]


def csv_rows(table: LoadingTable) -> list[dict[str, Any]]:
    """A row for each cell."""
    return [{"machine": table.machine, **json_object(cell, KEYS)} for cell in records(table.cells)]


def json_table(table: LoadingTable) -> dict[str, Any]:
    first = records(table.cells)[0]
    return {
        **{key: first[key] for key in ["machine", "source", "benchmark"]},
        "epochs": 1,
        "cells": [json_object(cell, [*KEYS, "remarks"]) for cell in records(table.cells)],
        "crossovers": [],
        "notes": notes(table),
    }
