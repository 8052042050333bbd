"""The batch sizes of a run side by side: samples a second, and from which batch size on a device pays off."""

from collections.abc import Iterator
from typing import Any

from crossover.benchmarks.report.analysis.axis import BATCH_SIZE, PARAMETERS
from crossover.benchmarks.report.analysis.compare import CPU, DEVICE, Key, Row, compared
from crossover.benchmarks.report.analysis.crossover import Finding
from crossover.benchmarks.report.analysis.grouping import grouped
from crossover.benchmarks.report.analysis.remarks import scale_list
from crossover.benchmarks.report.analysis.result import Result
from crossover.benchmarks.report.analysis.speedups import speedups
from crossover.benchmarks.report.show import columns, crossings
from crossover.benchmarks.report.show.answer import Answer, reservations
from crossover.benchmarks.report.show.columns import Across, Column
from crossover.benchmarks.report.show.crossings import Crossed
from crossover.benchmarks.report.show.render import known
from crossover.benchmarks.report.show.wording import busy_mark, epochs_text, subject
from crossover.benchmarks.runs import units

__all__ = ["answers"]

BATCH = Key(("batch_size",), lambda result: f"batch {result.batch_size:,}")


def rate_text(row: Row) -> str:
    """The samples a second, or the status of a cell that was not measured."""
    if not row.result.is_measured:
        return row.result.status
    rate = row.result.samples_per_s
    return (units.rate(rate.value) if rate.is_known else "") + busy_mark(row.result)


COLUMNS = (
    columns.SCALE,
    columns.along(PARAMETERS),
    columns.DEVICE,
    columns.for_programs("result.batch_size", "result.status", "result.reason"),
    Across((Column[Row]("{}", rate_text, columns.RATE.values),)),
    Across((columns.on_side(columns.SPEEDUP, "{} speedup"),)),
)


def answers(results: list[Result]) -> list[Answer]:
    """The one table of a run with several batch sizes; none of a run with one."""
    if len({result.batch_size for result in results}) < 2:
        return []
    found = compared(results, DEVICE, CPU)
    rows = sorted(found, key=lambda row: (row.result.scale, row.result.batch_size))
    known_on_both = list(of_each_scale(found))
    crossed = [each for each in known_on_both if is_told(each)]
    told = crossings.told(crossed)
    notes = list(reading(rows, is_settled=bool(known_on_both) and not crossed))
    first = results[0]
    content = {name: getattr(first, name) for name in ("machine", "source", "benchmark", "workload", "epochs")}
    content |= {
        "by": "batch_size",
        "cells": [columns.values_of(COLUMNS, row) for row in rows],
        "crossovers": list(told.values()),
        "notes": notes,
    }
    title = f"{subject(first.benchmark, first.workload)} by batch size, {epochs_text(first.epochs)}, on {first.machine}"
    ran = {row.result.place for row in rows if row.result.is_measured}
    shown = [row for row in rows if not ran or row.result.place in ran]
    sides = dict.fromkeys(side_of(row) for row in sorted(shown, key=lambda row: row.result.batch_size))
    lines = [
        {side_of(row): row for row in of_line}
        for of_line in grouped(shown, lambda row: (row.result.scale, row.result.place)).values()
    ]
    sheet = columns.sheet_of(title + reservations(results), COLUMNS, list(sides), lines, [*told, *notes])
    made = [line for each in crossed for line in csv_rows(first.machine, each)]
    return [Answer(sheet=sheet, rows=made, content=known(content), sentences=list(told))]


def side_of(row: Row) -> str:
    return str(BATCH.label(row.result))


def of_each_scale(rows: list[Row]) -> Iterator[Crossed]:
    """The speedups of each device at each scale that was measured on both sides in several batch sizes.

    Both sides of a ratio train on as many samples, so that it is one of samples a second.
    """
    ratios = sorted((row.ratio for row in rows if row.ratio), key=lambda ratio: ratio.contender.scale)
    for alike in grouped(ratios, lambda ratio: (ratio.contender.scale, ratio.contender.device)).values():
        if len(alike) > 1:
            first = alike[0].contender
            sides = [side for ratio in alike for side in (ratio.contender, ratio.baseline)]
            about = {"scale": first.scale, "parameters": first.parameters}
            yield Crossed(speedups(sides, axis=BATCH_SIZE), about)


def is_told(each: Crossed) -> bool:
    """Whether anything crosses there, or may do so."""
    return any(found.crossings or found.outcome is Finding.UNDECIDED for found in each.speedups.crossovers)


def reading(rows: list[Row], *, is_settled: bool) -> Iterator[str]:
    """What holds at every scale, what is best, and how to read the table."""
    if is_settled:
        yield "at each scale the same device is ahead in every batch size"
    measured = [row for row in rows if row.result.samples_per_s.is_known]
    for device, own in grouped(measured, lambda row: row.result.place).items():
        by_scale = grouped(own, lambda row: row.result.scale).values()
        most = [max(each, key=lambda row: row.result.samples_per_s.value) for each in by_scale if len(each) > 1]
        best = grouped(most, lambda row: row.result.batch_size)
        parts = [
            f"in batches of {size:,} at {scale_list([row.result.scale for row in of_size])}"
            for size, of_size in sorted(best.items())
        ]
        if parts:
            yield f"{device} trains most samples a second {', '.join(parts)}"
    if any(row.ratio for row in rows):
        yield f"speedup = {CPU} time / device time for the same samples: above 1 the device is faster"
    yield "batch N: samples trained on in a second, in batches of N; a round of larger batches has more samples"


def csv_rows(machine: str, each: Crossed) -> Iterator[dict[str, Any]]:
    """A row for each crossing; the cells stand in the tables of their batch sizes."""
    for found in each.speedups.crossovers:
        for crossing in found.crossings:
            row = {"batch_size": round(crossing.size, 1), "machine": machine, "row": crossings.mark(crossing, CPU)}
            yield row | each.about | {f"{found.device}_speedup": 1.0}
