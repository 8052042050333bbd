"""The speedup table as a sheet for people, and as rows and objects for programs."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pandas as pd

from crossover.benchmarks.report.analysis.speedup import BASELINE
from crossover.benchmarks.report.analysis.table import SpeedupTable
from crossover.benchmarks.report.show.crossings import above, json_crossover, mark
from crossover.benchmarks.report.show.render import Sheet, json_object, limit_text, speedup_text, time_text
from crossover.benchmarks.report.show.sentences import crossover_sentence, notes
from crossover.benchmarks.runs import units
from crossover.benchmarks.runs.cells import Status
from crossover.benchmarks.runs.records import records

__all__ = ["csv_rows", "grid", "json_table", "sheet", "title"]

CELL_KEYS = [
    "device",
    "recipe",
    "status",
    "reason",
    "median_s",
    "low_s",
    "high_s",
    "rounds",
    "remarks",
    "bound",
    "limit_s",
    "share",
]
SPEEDUP_KEYS = ["device", "speedup", "low", "high"]


def sheet(table: SpeedupTable) -> Sheet:
    """For people: a row for each scale, and one for each crossover between the two scales where it lies."""
    header, *rows = grid(table)
    sentences = [crossover_sentence(found, table) for found in table.crossovers]
    heading = title(table, case=table.cells["case_name"].iloc[0])
    return Sheet(heading, header, rows, [*sentences, *notes(table)])


class Titled(Protocol):
    """A table of a benchmark of one run."""

    @property
    def machine(self) -> str: ...

    @property
    def source(self) -> str: ...

    @property
    def cells(self) -> pd.DataFrame: ...


def title(table: Titled, length: str | None = None, case: str = "") -> str:
    """What the table shows, in one line. `length` is the length of a round: its number of epochs if not given."""
    cell = table.cells.iloc[0]
    if length is None:
        length = "1 epoch" if cell["epochs"] == 1 else f"{cell['epochs']} epochs"
    what = ", ".join(filter(None, [cell["benchmark"].capitalize(), case, length, f"on {table.machine}"]))
    if table.source != "measured":
        what += f" ({table.source} figures, not measured by this suite)"
    if table.cells["busy"].any():
        what += " (busy machine)"
    if table.cells["finished"].all():
        return what
    return f"{what} ({'running' if table.cells['running'].any() else 'unfinished'})"


def grid(table: SpeedupTable, cell_text: Callable[[dict[str, Any]], str] = time_text) -> list[list[str]]:
    """A header and rows of text: a row for each scale, and one for each crossover between the two it lies between."""
    measured = table.cells[table.cells["status"] == Status.MEASURED]["device"].unique()
    devices = [device for device in table.devices if device in measured] or table.devices
    contenders = [device for device in devices if device in set(table.speedups["device"])]
    probed = [device for device in devices if (table.cells[table.cells["device"] == device]["bound"] != "").any()]
    header = [
        "scale",
        "parameters",
        *(column for device in devices for column in [device, *[f"{device} limit"] * (device in probed)]),
        *(f"{device} speedup" for device in contenders),
    ]

    cells, speedups = by_scale(table.cells), by_scale(table.speedups)
    rows = [header]
    for scale, parameters in sizes(table):
        times = {cell["device"]: cell_text(cell) for cell in cells[scale]}
        ratios = {ratio["device"]: speedup_text(ratio) for ratio in speedups[scale]}
        limits = {f"{cell['device']} limit": limit_text(cell) for cell in cells[scale]}
        numbers = times | limits | {f"{device} speedup": ratio for device, ratio in ratios.items()}
        rows.append([str(scale), f"{parameters:,}", *(numbers.get(column, "") for column in header[2:])])
        for device, each in above(table.crossovers, parameters):
            words = {
                "parameters": units.count(each.parameters),
                f"{device} speedup": f"1.00x {mark(each, BASELINE)}",
            }
            rows.append([words.get(column, "") for column in header])
    return rows


def sizes(table: SpeedupTable) -> list[tuple[int, int]]:
    """Scale and parameters of each row, smallest first."""
    pairs = table.cells.drop_duplicates("scale").sort_values("scale")
    return list(zip(pairs["scale"].tolist(), pairs["parameters"].tolist(), strict=True))


def by_scale(frame: pd.DataFrame) -> dict[int, list[dict[str, Any]]]:
    """The rows of each scale; none for an unknown one. Made in one pass, as pandas is slow at picking a few rows."""
    rows: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in records(frame):
        rows[row["scale"]].append(row)
    return rows


def csv_rows(table: SpeedupTable) -> Iterator[dict[str, Any]]:
    """A row for each scale, and one for each crossover, where `row` says which way it goes."""
    machine, cells, speedups = table.machine, by_scale(table.cells), by_scale(table.speedups)
    for scale, parameters in sizes(table):
        row: dict[str, Any] = {"machine": machine, "row": "scale", "scale": scale, "parameters": parameters}
        for cell in cells[scale]:
            keys = ["status", "reason", "median_s", "low_s", "high_s", "rounds", "bound", "share"]
            row |= {f"{cell['device']}_{key}": cell[key] for key in keys}
        for ratio in speedups[scale]:
            row |= {
                f"{ratio['device']}_speedup{end}": ratio[f"{end[1:] or 'speedup'}"] for end in ("", "_low", "_high")
            }
        yield row
        for device, each in above(table.crossovers, parameters):
            at = round(each.parameters)
            yield {"machine": machine, "row": mark(each, BASELINE), "parameters": at, f"{device}_speedup": 1.0}


def json_table(table: SpeedupTable) -> dict[str, Any]:
    first = table.cells.iloc[0].to_dict()
    cells, speedups = by_scale(table.cells), by_scale(table.speedups)
    return {
        **{key: first[key] for key in ["machine", "source", "benchmark", "epochs"]},
        "rows": [
            {
                "scale": scale,
                "parameters": parameters,
                "cells": [json_object(cell, CELL_KEYS) for cell in cells[scale]],
                "speedups": [json_object(ratio, SPEEDUP_KEYS) for ratio in speedups[scale]],
            }
            for scale, parameters in sizes(table)
        ],
        "crossovers": [
            json_crossover(found) | {"sentence": crossover_sentence(found, table)} for found in table.crossovers
        ],
        "notes": notes(table),
    }
