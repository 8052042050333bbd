"""Machines side by side: how much faster each is than the baseline machine, per device and size."""

from collections.abc import Iterator
from dataclasses import dataclass

from crossover.benchmarks.report.analysis.axis import PARAMETERS
from crossover.benchmarks.report.analysis.compare import MACHINE, Ratio, Row, compared, geometric_mean
from crossover.benchmarks.report.analysis.grouping import grouped
from crossover.benchmarks.report.analysis.remarks import scale_list
from crossover.benchmarks.report.analysis.result import Result
from crossover.benchmarks.report.analysis.stats import Estimate
from crossover.benchmarks.report.show import columns
from crossover.benchmarks.report.show.answer import Answer
from crossover.benchmarks.report.show.columns import Across, Column, Line, Mark, values_of
from crossover.benchmarks.report.show.render import known
from crossover.benchmarks.report.show.wording import epochs_text, speedup_text, subject
from crossover.benchmarks.runs import units

__all__ = ["by_batch", "side_by_side"]

SPEEDUP = columns.estimate_values("speedup", "speedup", is_only=True)

COLUMNS = (
    columns.for_programs("result.machine"),
    columns.DEVICE,
    columns.SCALE,
    columns.along(PARAMETERS),
    columns.STATUS,
    Across((columns.on_side(columns.TIME, "{}"),)),
    Across((Column("{} speedup", columns.SPEEDUP.text, SPEEDUP),)),
)


@dataclass(frozen=True)
class Mean:
    """The geometric mean of a machine's speedups on a device, over the scales that all machines with it share."""

    machine: str
    device: str
    scales: list[int]
    speedup: Estimate


MEAN = (columns.for_programs("machine", "device", "scales"), Column[Mean](values=SPEEDUP))


def by_batch(results: list[Result], baseline: str, remarks: list[str]) -> list[Answer]:
    """A table for each batch size and number of threads that several machines have, or else one of the baseline's.

    The number of threads that is each machine's own counts as the same.
    """
    alike = grouped(results, lambda result: (result.batch_size, result.other_threads or 0))
    shared = [each for each, own in alike.items() if len({result.machine for result in own}) > 1]
    of_base = [each for each, own in alike.items() if baseline in {result.machine for result in own}]
    first = min(of_base, key=lambda each: each[1])
    return [side_by_side(alike[each], baseline, remarks) for each in sorted(shared) or [first]]


def side_by_side(results: list[Result], baseline: str, remarks: list[str]) -> Answer:
    """The table of several machines, from their results of one benchmark and recipe, one run for each machine.

    For people it has a row for each device × size, and one for the geometric mean of each device.
    """
    rows = compared(results, MACHINE, baseline)
    means = means_of([row.ratio for row in rows if row.ratio])
    first = results[0]
    is_told = any(result.has_other_batch for result in results)
    named = {"batch_size": first.batch_size} if is_told else {}
    named |= {"threads": first.other_threads} if first.other_threads else {}
    batch = f", batches of {first.batch_size:,}" if is_told else ""
    batch += f", {units.threads(first.other_threads)}" if first.other_threads else ""
    title = f"{subject(first.benchmark, first.workload)}{batch}, {epochs_text(first.epochs)}, machines side by side"
    machines = list(dict.fromkeys([baseline, *(result.machine for result in results)]))
    notes = [*notes_on(baseline, means), *remarks]
    cells = [named | known(values_of(COLUMNS, row)) for row in rows]
    content = {"baseline": baseline, "benchmark": first.benchmark, "epochs": first.epochs, "cells": cells}
    content |= {"geometric_means": [values_of(MEAN, mean) for mean in means], "remarks": remarks}
    sheet = columns.sheet_of(title, COLUMNS, machines, list(lines_of(rows, means)), notes)
    return Answer(sheet=sheet, rows=cells, content=known(content))


def lines_of(rows: list[Row], means: list[Mean]) -> Iterator[Line[Row] | Mark]:
    for device, of_device in grouped(rows, lambda row: row.result.device).items():
        if not any(row.result.is_measured for row in of_device):
            continue
        sizes = grouped(of_device, lambda row: (row.result.scale, row.result.parameters))
        yield from ({row.result.machine: row for row in sizes[size]} for size in sorted(sizes))
        texts = {f"{mean.machine} speedup": speedup_text(mean.speedup) for mean in means if mean.device == device}
        if texts:
            yield Mark({"parameters": "geometric mean"} | texts)


def notes_on(baseline: str, means: list[Mean]) -> Iterator[str]:
    yield f"speedup = time on {baseline} / time on the other machine: above 1 the other is faster"
    for device, (mean, *_) in grouped(means, lambda mean: mean.device).items():
        yield f"geometric mean of {device}: over {scale_list(mean.scales)}, which all have"


def means_of(ratios: list[Ratio]) -> list[Mean]:
    """The geometric mean of each machine's speedup on a device, over the scales that all its machines share."""
    means = []
    for device, of_device in grouped(ratios, lambda ratio: ratio.contender.device).items():
        machines = grouped(of_device, lambda ratio: ratio.contender.machine)
        shared = set.intersection(*({ratio.contender.scale for ratio in own} for own in machines.values()))
        for machine, own in machines.items():
            if counted := [ratio for ratio in own if ratio.contender.scale in shared]:
                means.append(Mean(machine, device, sorted(shared), geometric_mean(counted)))
    return means
