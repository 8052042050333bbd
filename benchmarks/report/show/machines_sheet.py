"""The machines table as a sheet for people, and as rows for programs."""

from typing import Any

from crossover.benchmarks.report.analysis.machines import MachinesTable
from crossover.benchmarks.report.analysis.remarks import scale_list
from crossover.benchmarks.report.show.render import Sheet, json_object, speedup_text, time_text
from crossover.benchmarks.runs.cells import Status
from crossover.benchmarks.runs.records import records

__all__ = ["json_table", "rows", "sheet"]

CELL_KEYS = ["machine", "device", "scale", "parameters", "status", "reason", "median_s", "low_s", "high_s", "rounds"]
RATIO_KEYS = ["speedup", "low", "high"]


def sheet(table: MachinesTable, remarks: list[str]) -> Sheet:
    """For people: a row for each device × scale, and one for the geometric mean of each device."""
    others = table.machines[1:]
    header = ["device", "scale", "parameters", *table.machines, *(f"{name} speedup" for name in others)]
    rows = []
    for device, cells in table.cells.groupby("device", sort=False):
        if not (cells["status"] == Status.MEASURED).any():
            continue
        for (scale, parameters), row in cells.groupby(["scale", "parameters"]):
            by_machine = {cell["machine"]: cell for cell in records(row)}
            times = [time_text(by_machine[name]) if name in by_machine else "" for name in table.machines]
            ratios = [speedup_of(by_machine.get(name)) for name in others]
            rows.append([str(device), str(scale), f"{parameters:,}", *times, *ratios])
        means = {mean["machine"]: mean for mean in records(table.means) if mean["device"] == device}
        if means:
            ratios = [speedup_text(means[name]) if name in means else "" for name in others]
            rows.append(["", "", "geometric mean", *[""] * len(table.machines), *ratios])
    epochs = "1 epoch" if table.epochs == 1 else f"{table.epochs} epochs"
    title = f"{table.benchmark.capitalize()}, {epochs}, machines side by side"
    return Sheet(title, header, rows, [*notes(table), *remarks])


def speedup_of(cell: Any) -> str:
    return speedup_text(cell) if cell is not None and cell["speedup"] == cell["speedup"] else ""


def notes(table: MachinesTable) -> list[str]:
    lines = [f"speedup = time on {table.baseline} / time on the other machine: above 1 the other is faster"]
    for device, means in table.means.groupby("device", sort=False):
        lines.append(f"geometric mean of {device}: over {scale_list(means['scales'].iloc[0])}, which all have")
    return lines


def rows(table: MachinesTable) -> list[dict[str, Any]]:
    """For programs: a row for each machine × device × scale."""
    return [json_object(cell, [*CELL_KEYS, *RATIO_KEYS]) for cell in records(table.cells)]


def json_table(table: MachinesTable, remarks: list[str]) -> dict[str, Any]:
    return {
        "baseline": table.baseline,
        "benchmark": table.benchmark,
        "epochs": table.epochs,
        "cells": rows(table),
        "geometric_means": [json_object(mean, list(mean)) for mean in records(table.means)],
        "remarks": remarks,
    }
