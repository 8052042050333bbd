"""The table of distributed training as a sheet for people, and as rows and objects for programs."""

import math
from typing import Any

import pandas as pd

from crossover.benchmarks.report.analysis.crossover import Crossing, Crossover
from crossover.benchmarks.report.analysis.remarks import remarks
from crossover.benchmarks.report.analysis.scaling import ONE, ScalingTable, processes_text, strategy_text
from crossover.benchmarks.report.show.crossings import above, json_crossover, mark
from crossover.benchmarks.report.show.render import Sheet, filled, json_object, percent, speedup_text, time_text
from crossover.benchmarks.report.show.sentences import crossover_sentence
from crossover.benchmarks.report.show.speedup_sheet import title
from crossover.benchmarks.runs import units
from crossover.benchmarks.runs.cells import Status
from crossover.benchmarks.runs.records import records

HEADER = [
    "device", "scale", "parameters", "strategy", "processes", "time", "speedup", "efficiency", "memory of a rank",
]  # fmt: skip

KEYS = [
    "on", "scale", "parameters", "strategy", "scaling", "world_size", "nodes", "status", "reason", "median_s", "low_s",
    "high_s", "rounds", "speedup", "speedup_low", "speedup_high", "efficiency", "peak_bytes", "peak_share",
    "rank_peak_bytes", "rank_threads",
]  # fmt: skip


def sheet(table: ScalingTable) -> Sheet:
    """For people: a row for each scale and way to share the training, and one for each crossover between two scales."""
    rows = []
    for speedups in table.devices.values():
        if not (speedups.cells["status"] == Status.MEASURED).any():
            continue
        for parameters, cells in speedups.cells.groupby("parameters"):
            rows += [row(cell) for cell in records(cells)]
            rows += [mark_row(way, each) for way, each in above(speedups.crossovers, int(str(parameters)))]
    return Sheet(title(table), *filled(HEADER, rows), notes(table))


def row(cell: dict[str, Any]) -> list[str]:
    ratio = {"speedup": cell["speedup"], "low": cell["speedup_low"], "high": cell["speedup_high"]}
    is_alone = cell["world_size"] == 1
    return [
        cell["on"],
        str(cell["scale"]),
        f"{cell['parameters']:,}",
        "" if is_alone else strategy_text(cell),
        processes_text(cell),
        time_text(cell),
        "" if math.isnan(cell["speedup"]) else speedup_text(ratio),
        "" if math.isnan(cell["efficiency"]) else percent(cell["efficiency"]),
        memory_text(cell),
    ]


def memory_text(cell: dict[str, Any]) -> str:
    """`159 MB (55%)`: the peak, and its share of the peak of one process."""
    if math.isnan(cell["peak_bytes"]):
        return ""
    share = "" if math.isnan(cell["peak_share"]) else f" ({percent(cell['peak_share'])})"
    return f"{units.memory(cell['peak_bytes'])}{share}"


def mark_row(way: str, crossing: Crossing) -> list[str]:
    """The row that marks where a way to share the training crosses over."""
    strategy, _, processes = way.partition(" on ")
    size = processes.replace(" processes", "")
    return ["", "", units.count(crossing.parameters), strategy, size, "", f"1.00x {mark(crossing, ONE)}", "", ""]


def notes(table: ScalingTable) -> list[str]:
    """What a reader must know besides the numbers: the crossovers, how to read the rest, what not to trust."""
    lines = [sentence for _, _, sentence in crossovers(table)]
    cells = table.cells
    if cells["speedup"].notna().any():
        lines += [
            f"speedup = time of {ONE} / time of these: above 1 they are faster; efficiency = speedup / processes",
            "both sides are of different runs: what the machine did meanwhile is in no interval",
        ]
    elif ONE not in set(cells["device"]):
        lines.append(f"no speedup: no run of {ONE} is beside it: the same command with --nproc-per-node 1")
    if cells["low_s"].notna().any():
        lines.append("times are medians over rounds, from barrier to barrier; brackets hold the 95% interval")
    if cells["peak_bytes"].notna().any():
        lines.append("memory: the peak of the rank that needed most, and its share of that of one process")
    for device, part in table.devices.items():
        lines += [told(table, device, line) for line in [*thread_notes(part.cells), *remarks(part.cells)]]
    return lines


def told(table: ScalingTable, device: str, line: str) -> str:
    """The line with its device in front if there are several; on its own it names ways to share the training."""
    return f"{device}: {line}" if len(table.devices) > 1 else line


def thread_notes(cells: pd.DataFrame) -> list[str]:
    """How many threads a process used: fewer, the more processes share a machine."""
    threads: dict[tuple[str, ...], list[str]] = {}
    for way, known in cells[cells["rank_threads"].map(bool)].groupby("device", sort=False):
        counts = sorted({str(count) for ranks in known["rank_threads"] for count in ranks})
        threads.setdefault(tuple(counts), []).append(str(way))
    parts = [f"{', '.join(ways)}: {' to '.join(counts)}" for counts, ways in threads.items()]
    return [f"threads of a process: {'; '.join(parts)}"] if parts else []


def crossovers(table: ScalingTable) -> list[tuple[str, Crossover, str]]:
    """For each device and way to share the training: the crossover over one process, and a sentence about it."""
    return [
        (device, found, told(table, device, crossover_sentence(found, speedups, ONE)))
        for device, speedups in table.devices.items()
        for found in speedups.crossovers
        if found.span
    ]


def csv_rows(table: ScalingTable) -> list[dict[str, Any]]:
    """A row for each cell."""
    keys = [key for key in KEYS if not key.startswith("rank_")]
    return [{"machine": table.machine, **json_object(cell, keys)} for cell in records(table.cells)]


def json_table(table: ScalingTable) -> dict[str, Any]:
    first = records(table.cells)[0]
    return {
        **{key: first[key] for key in ["machine", "source", "benchmark", "epochs"]},
        "cells": [json_object(cell, [*KEYS, "remarks"]) for cell in records(table.cells)],
        "crossovers": [
            {"on": device, "way": found.device}
            | {key: value for key, value in json_crossover(found).items() if key != "device"}
            | {"sentence": sentence}
            for device, found, sentence in crossovers(table)
        ],
        "notes": notes(table),
    }
