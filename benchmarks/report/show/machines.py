"""Machines side by side: how much faster each is than the baseline machine, per device and size."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crossover.benchmarks.report.analysis.axis import PARAMETERS
from crossover.benchmarks.report.analysis.compare import MACHINE, Ratio, Row, compared, geometric_mean
from crossover.benchmarks.report.analysis.remarks import scale_list
from crossover.benchmarks.report.analysis.result import Result, grouped
from crossover.benchmarks.report.analysis.stats import Estimate
from crossover.benchmarks.report.show.columns import (
    DEVICE,
    SCALE,
    STATUS,
    TIME,
    Across,
    Column,
    Line,
    Mark,
    along,
    attributes,
    on_side,
    sheet_of,
    values_of,
)
from crossover.benchmarks.report.show.render import known
from crossover.benchmarks.report.show.sheet import Sheet
from crossover.benchmarks.report.show.wording import epochs_text, speedup_text
from crossover.benchmarks.runs import units

__all__ = ["MachinesTable", "by_batch", "side_by_side"]

COLUMNS = (
    Column[Row](values=attributes("machine")),
    DEVICE,
    SCALE,
    along(PARAMETERS),
    STATUS,
    Across((on_side(TIME, "{}"),)),
    Across(
        (
            Column(
                "{} speedup",
                lambda row: speedup_text(row.speedup),
                {
                    "speedup": lambda row: row.speedup.value,
                    "low": lambda row: row.speedup.low,
                    "high": lambda row: row.speedup.high,
                },
            ),
        )
    ),
)


@dataclass(frozen=True)
class Mean:
    """The geometric mean of a machine's speedups on a device, over the scales that all machines with it share."""

    machine: str
    device: str
    scales: list[int]
    speedup: Estimate


@dataclass(frozen=True)
class MachinesTable:
    """Times of several machines, and their speedups over the baseline machine."""

    baseline: str
    rows: list[Row]
    means: list[Mean]
    remarks: list[str]

    @property
    def machines(self) -> list[str]:
        """The names of the machines, the baseline first."""
        return list(dict.fromkeys([self.baseline, *(row.result.machine for row in self.rows)]))

    @property
    def is_batch_told(self) -> bool:
        return any(row.result.batch_size != row.result.usual_batch_size for row in self.rows)

    @property
    def other_threads(self) -> int | None:
        """The number of threads, where that is not each machine's own."""
        return self.rows[0].result.other_threads

    @property
    def sheet(self) -> Sheet:
        """For people: a row for each device × size, and one for the geometric mean of each device."""
        first = self.rows[0].result
        batch = f", batches of {first.batch_size:,}" if self.is_batch_told else ""
        batch += f", {units.threads(self.other_threads)}" if self.other_threads else ""
        title = f"{first.benchmark.capitalize()}{batch}, {epochs_text(first.epochs)}, machines side by side"
        return sheet_of(title, COLUMNS, self.machines, list(self.lines()), [*self.notes(), *self.remarks])

    def lines(self) -> Iterator[Line[Row] | Mark]:
        for device, rows in grouped(self.rows, lambda row: row.result.device).items():
            if not any(row.result.is_measured for row in rows):
                continue
            sizes = grouped(rows, lambda row: (row.result.scale, row.result.parameters))
            yield from ({row.result.machine: row for row in sizes[size]} for size in sorted(sizes))
            means = [mean for mean in self.means if mean.device == device]
            texts = {f"{mean.machine} speedup": speedup_text(mean.speedup) for mean in means}
            yield from [Mark({"parameters": "geometric mean"} | texts)] if means else []

    def notes(self) -> Iterator[str]:
        yield f"speedup = time on {self.baseline} / time on the other machine: above 1 the other is faster"
        for device, (mean, *_) in grouped(self.means, lambda mean: mean.device).items():
            yield f"geometric mean of {device}: over {scale_list(mean.scales)}, which all have"

    def values(self) -> list[dict[str, Any]]:
        """For programs: an object for each machine × device × size."""
        batch = {"batch_size": self.rows[0].result.batch_size} if self.is_batch_told else {}
        batch |= {"threads": self.other_threads} if self.other_threads else {}
        return [batch | known(values_of(COLUMNS, row)) for row in self.rows]

    def content(self) -> dict[str, Any]:
        first = self.rows[0].result
        means = [
            {
                "machine": mean.machine,
                "device": mean.device,
                "scales": mean.scales,
                "speedup": mean.speedup.value,
                "low": mean.speedup.low,
                "high": mean.speedup.high,
            }
            for mean in self.means
        ]
        content: dict[str, Any] = known(
            {
                "baseline": self.baseline,
                "benchmark": first.benchmark,
                "epochs": first.epochs,
                "cells": self.values(),
                "geometric_means": means,
                "remarks": self.remarks,
            }
        )
        return content


def by_batch(results: list[Result], baseline: str, remarks: list[str]) -> list[MachinesTable]:
    """A table for each batch size and number of threads that several machines have, or else one of the baseline's.

    The number of threads that is each machine's own counts as the same.
    """
    alike = grouped(results, lambda result: (result.batch_size, result.other_threads or 0))
    shared = [each for each, own in alike.items() if len({result.machine for result in own}) > 1]
    of_base = [each for each, own in alike.items() if baseline in {result.machine for result in own}]
    first = min(of_base, key=lambda each: each[1])
    return [side_by_side(alike[each], baseline, remarks) for each in sorted(shared) or [first]]


def side_by_side(results: list[Result], baseline: str, remarks: list[str]) -> MachinesTable:
    """The table of several machines, from their results of one benchmark and recipe, one run for each machine."""
    rows = compared(results, MACHINE, baseline)
    return MachinesTable(baseline, rows, means_of([row.ratio for row in rows if row.ratio]), remarks)


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
