"""The table of inference as a sheet for people, and as rows and objects for programs."""

import math
from typing import Any

from crossover.benchmarks.report.analysis.inference import InferenceTable, samples_per_second
from crossover.benchmarks.report.analysis.remarks import remarks
from crossover.benchmarks.report.analysis.speedup import BASELINE
from crossover.benchmarks.report.analysis.table import SpeedupTable
from crossover.benchmarks.report.show.crossings import json_crossover
from crossover.benchmarks.report.show.render import Sheet, filled, interval_text, json_object, time_text
from crossover.benchmarks.report.show.sentences import crossover_sentence
from crossover.benchmarks.report.show.speedup_sheet import grid, title
from crossover.benchmarks.runs import units
from crossover.benchmarks.runs.cells import Status
from crossover.benchmarks.runs.records import records

KEYS = [
    "task", "device", "scale", "parameters", "status", "reason", "median_s", "low_s", "high_s", "rounds", "calls",
    "batch_size", "latency_s", "latency_low_s", "latency_high_s", "tail_s", "tail_low_s", "tail_high_s", "bound",
    "limit_s", "share",
]  # fmt: skip


def sheet(table: InferenceTable) -> Sheet:
    """For people: the tasks one below the other, each with a row for each scale and its crossovers between them."""
    rows: list[dict[str, str]] = []
    for task, speedups in table.tasks.items():
        header, *lines = grid(speedups, call_text)
        for line in lines:
            values = dict(zip(header, line, strict=True))
            is_mark = not values["scale"]
            rows.append({"task": "" if is_mark else task} | values | ({} if is_mark else tails(speedups, values)))
    devices = list(table.cells["device"].unique())
    columns = [column for device in devices for column in (device, tail_of(device), f"{device} limit")]
    header = ["task", "scale", "parameters", *columns, *(f"{device} speedup" for device in devices)]
    return Sheet(
        title(table, length=""), *filled(header, [[row.get(key, "") for key in header] for row in rows]), notes(table)
    )


def call_text(cell: dict[str, Any]) -> str:
    """The time to load, the median latency of a sample, or the samples a second in batches; else the cell's status."""
    if cell["status"] != Status.MEASURED or math.isnan(cell["batch_size"]):
        return time_text(cell)
    if not math.isnan(cell["latency_s"]):
        return duration_text(cell, "latency")
    rate, low, high = samples_per_second(cell)
    return f"{rate_text(rate)}{interval_text(low, high, rate_text)}"


def rate_text(rate: float) -> str:
    return f"{float(f'{rate:.3g}'):,.0f}/s"


def duration_text(cell: dict[str, Any], name: str) -> str:
    low, high = cell[f"{name}_low_s"], cell[f"{name}_high_s"]
    return units.duration(cell[f"{name}_s"]) + interval_text(low, high, units.duration)


def tails(table: SpeedupTable, values: dict[str, str]) -> dict[str, str]:
    """The 99th percentile of each device at the scale of a row."""
    cells = table.cells[table.cells["scale"] == int(values["scale"])]
    return {tail_of(cell["device"]): tail_text(cell) for cell in records(cells) if not math.isnan(cell["tail_s"])}


def tail_of(device: str) -> str:
    return f"{device} 99%"


def tail_text(cell: dict[str, Any]) -> str:
    """`61 µs [58 µs, 70 µs]`, with a remark where there are too few calls for an interval."""
    few = f" (no interval: {len(cell['call_times_s'])} calls)" if math.isnan(cell["tail_high_s"]) else ""
    return duration_text(cell, "tail") + few


def notes(table: InferenceTable) -> list[str]:
    """What a reader must know besides the numbers: the crossovers, how to read the rest, what not to trust."""
    lines = [f"{task}: {sentence}" for task, _, sentence in crossovers(table)]
    if any(not speedups.speedups.empty for speedups in table.tasks.values()):
        lines.append(f"speedup = {BASELINE} time / device time, of whole rounds: above 1 the device is faster")
    cells = table.cells
    if "load" in table.tasks:
        lines.append("load: from a checkpoint just written, so from the system's file cache, to the device")
    if cells["tail_s"].notna().any():
        counts = [len(times_s) for times_s in cells["call_times_s"] if times_s]
        span = f"{min(counts):,}" if min(counts) == max(counts) else f"{min(counts):,} to {max(counts):,}"
        lines.append(
            f"one sample at a time: median and 99th percentile of {span} calls, from numbers to class; "
            "their intervals take calls for independent"
        )
    if cells["low_s"].notna().any():
        lines.append("times and rates are medians; brackets hold the 95% interval")
    return [*lines, *remarks(cells)]


def crossovers(table: InferenceTable) -> list[tuple[str, Any, str]]:
    """For each task and device that contends with the CPU: the crossover, and a sentence about it."""
    return [
        (task, found, crossover_sentence(found, speedups))
        for task, speedups in table.tasks.items()
        for found in speedups.crossovers
    ]


def csv_rows(table: InferenceTable) -> list[dict[str, Any]]:
    """A row for each cell."""
    return [{"machine": table.machine, **json_object(cell, KEYS)} for cell in records(table.cells)]


def json_table(table: InferenceTable) -> dict[str, Any]:
    first = records(table.cells)[0]
    return {
        **{key: first[key] for key in ["machine", "source", "benchmark"]},
        "cells": [json_object(cell, [*KEYS, "remarks"]) for cell in records(table.cells)],
        "crossovers": [
            {"task": task} | json_crossover(found) | {"sentence": sentence}
            for task, found, sentence in crossovers(table)
        ],
        "notes": notes(table),
    }
