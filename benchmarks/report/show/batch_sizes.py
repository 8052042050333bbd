"""The batch sizes of a run side by side: samples a second, and from which batch size on a device pays off."""

import math
from collections.abc import Iterator
from typing import Any

from crossover.benchmarks.report.analysis.axis import BATCH_SIZE, PARAMETERS
from crossover.benchmarks.report.analysis.batch_crossover import BatchCrossover, batch_crossovers
from crossover.benchmarks.report.analysis.compare import CPU, DEVICE, Key, Row, compared
from crossover.benchmarks.report.analysis.crossover import Crossing, Crossover, Direction, Finding
from crossover.benchmarks.report.analysis.remarks import scale_list
from crossover.benchmarks.report.analysis.result import Result, grouped
from crossover.benchmarks.report.show import columns
from crossover.benchmarks.report.show.columns import SCALE, Across, Column, along, attributes, on_side
from crossover.benchmarks.report.show.crossings import json_crossover
from crossover.benchmarks.report.show.render import known
from crossover.benchmarks.report.show.sentences import OPEN
from crossover.benchmarks.report.show.table import DEVICES, Answer, reservations
from crossover.benchmarks.report.show.wording import busy_mark, epochs_text
from crossover.benchmarks.runs import units
from crossover.benchmarks.runs.schema import MLP

__all__ = ["answers", "sentence"]

BATCH = Key(("batch_size",), lambda result: f"batch {result.batch_size:,}")


def rate_text(row: Row) -> str:
    """The samples a second, or the status of a cell that was not measured."""
    if not row.result.is_measured:
        return row.result.status
    rate = row.result.samples_per_s
    return (units.rate(rate.value) if rate.is_known else "") + busy_mark(row.result)


COLUMNS = (
    SCALE,
    along(PARAMETERS),
    columns.DEVICE,
    Column[Row](values=attributes("batch_size", "status", "reason")),
    Across((Column[Row]("{}", rate_text, columns.RATE.values),)),
    Across((on_side(columns.SPEEDUP, "{} speedup"),)),
)


def answers(results: list[Result]) -> list[Answer]:
    """The one table of a run with several batch sizes; none of a run with one."""
    if len({result.batch_size for result in results}) < 2:
        return []
    rows = sorted(compared(results, DEVICE, CPU), key=lambda row: (row.result.scale, row.result.batch_size))
    ran = {row.result.place for row in rows if row.result.is_measured}
    shown = [row for row in rows if not ran or row.result.place in ran]
    found = list(batch_crossovers(results))
    crossed = {sentence(each): each for each in found if each.found.crossings or is_open(each)}
    notes = list(reading(rows, is_settled=bool(found) and not crossed))
    first = results[0]
    trained = "" if first.workload == MLP else f" of {first.workload}"
    title = f"{first.benchmark.capitalize()}{trained} by batch size, {epochs_text(first.epochs)}, on {first.machine}"
    title += reservations(results)
    lines = [
        {str(BATCH.label(row.result)): row for row in of_line}
        for of_line in grouped(shown, lambda row: (row.result.scale, row.result.place)).values()
    ]
    sides = [str(BATCH.label(row.result)) for row in sorted(shown, key=lambda row: row.result.batch_size)]
    content = {name: getattr(first, name) for name in ("machine", "source", "benchmark", "workload", "epochs")}
    content |= {
        "by": "batch_size",
        "cells": [columns.values_of(COLUMNS, row) for row in rows],
        "crossovers": [json_of(each) | {"sentence": words} for words, each in crossed.items()],
        "notes": notes,
    }
    sheet = columns.sheet_of(title, COLUMNS, list(dict.fromkeys(sides)), lines, [*crossed, *notes])
    made = [line for each in crossed.values() for line in csv_rows(first.machine, each)]
    return [Answer(sheet, made, known(content), [], list(crossed), [], [], DEVICES)]


def is_open(each: BatchCrossover) -> bool:
    return each.found.outcome is Finding.UNDECIDED


def reading(rows: list[Row], *, is_settled: bool) -> Iterator[str]:
    """What holds at every scale, what is best, and how to read the table."""
    if is_settled:
        yield "at each scale the same device is ahead in every batch size"
    measured = [row for row in rows if row.result.samples_per_s.is_known]
    for device, own in grouped(measured, lambda row: row.result.place).items():
        several = [each for each in by_scale(own) if len(each) > 1]
        most = [max(each, key=lambda row: row.result.samples_per_s.value) for each in several]
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


def by_scale(rows: list[Row]) -> list[list[Row]]:
    return list(grouped(rows, lambda row: row.result.scale).values())


def json_of(each: BatchCrossover) -> dict[str, Any]:
    """As for crossovers in parameters, with batch sizes in their place."""
    numbers = json_crossover(each.found, BATCH_SIZE)
    numbers["outcome"] = numbers["outcome"].replace("scales", "batch sizes")
    return {"scale": each.scale, "parameters": each.parameters, "device": each.found.device, **numbers}


def csv_rows(machine: str, each: BatchCrossover) -> Iterator[dict[str, Any]]:
    """A row for each crossing; the cells stand in the tables of their batch sizes."""
    for crossing in each.found.crossings:
        place = {"scale": each.scale, "parameters": each.parameters}
        mark = "crossover" if crossing.direction is Direction.UP else f"crossover to {CPU}"
        size = round(crossing.size, 1)
        yield {"batch_size": size, "machine": machine, "row": mark, **place, f"{each.found.device}_speedup": 1.0}


def sentence(each: BatchCrossover) -> str:
    """Whether and from which batch size on a device and the CPU overtake each other, and how sure that is."""
    busy = "undecided, on a busy machine: " if each.found.is_busy else ""
    return f"{busy}at {each.parameters:,} parameters {shown_sentence(each.found, each.fewest_rounds)}"


def shown_sentence(found: Crossover, fewest_rounds: int) -> str:
    """What the speedups show, as if nothing had disturbed the rounds."""
    device = found.device
    if not found.crossings:
        smallest, largest = found.span or (0, 0)
        if found.shown is not Finding.UNDECIDED:
            leader, other = (device, CPU) if found.shown is Finding.ALREADY else (CPU, device)
            return f"{leader} is ahead of {other} from batches of {smallest:,} to {largest:,}"
        return (
            f"it is undecided whether {device} overtakes {CPU} between batches of {smallest:,} and {largest:,}: {OPEN}"
        )
    first, *others = found.crossings
    if first.direction is Direction.UP:
        words = f"{device} overtakes {CPU} from batches of about {units.count(first.size)} on, between "
        words += "{:,} and {:,}".format(*first.between) + (interval_words(first) or no_interval_words(fewest_rounds))
    else:
        words = f"{device} is faster than {CPU} in small batches{'' if others else ' only'}: {CPU} is ahead from about "
        words += f"{units.count(first.size)} on{interval_words(first)}"
    for crossing in others:
        leader = device if crossing.direction is Direction.UP else CPU
        words += f"; {leader} is ahead again from about {units.count(crossing.size)} on{interval_words(crossing)}"
    if found.shown is Finding.UNDECIDED:
        beside = "the first crossover" if others else "it"
        open_words = f"speedups beside {beside} may be on either side of 1; more rounds may tell (--rounds)"
        words = f"undecided: {words}, but {open_words}"
    ends = {"below": found.open_below, "above": found.open_above}
    places = [f"{place} {size:,}" for place, size in ends.items() if size is not None]
    return f"{words}; undecided {' and '.join(places)}: {OPEN}" if places else words


def interval_words(crossing: Crossing) -> str:
    """` (95% interval 30 to 45)`, or nothing where there is none."""
    low, high = crossing.low, crossing.high
    if math.isnan(low) and math.isnan(high):
        return ""
    start = "from below the smallest" if math.isnan(low) else units.count(low)
    return f" (95% interval {start} to {'beyond the largest' if math.isnan(high) else units.count(high)})"


def no_interval_words(rounds: int) -> str:
    return " (one round: no interval)" if rounds == 1 else f" ({rounds} rounds: no interval)"
