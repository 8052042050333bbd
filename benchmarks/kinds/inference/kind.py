"""Inference with a network loaded from a checkpoint: how long does an answer take, and where does a device pay off?"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import msgspec

from crossover.benchmarks.kinds.kind import Kind
from crossover.benchmarks.report.analysis import stats
from crossover.benchmarks.report.analysis.axis import Axis
from crossover.benchmarks.report.analysis.compare import CPU, DEVICE, Row, compare
from crossover.benchmarks.report.analysis.grouping import grouped
from crossover.benchmarks.report.analysis.result import Result
from crossover.benchmarks.report.analysis.speedups import speedups
from crossover.benchmarks.report.analysis.stats import UNKNOWN, Estimate
from crossover.benchmarks.report.show import columns
from crossover.benchmarks.report.show.columns import Across, Column, estimate_values
from crossover.benchmarks.report.show.crossings import Crossed
from crossover.benchmarks.report.show.sheet import Rank
from crossover.benchmarks.report.show.table import Table
from crossover.benchmarks.report.show.wording import busy_mark, duration_text, estimate_text
from crossover.benchmarks.runs import units
from crossover.benchmarks.runs.schema import Text

__all__ = ["KIND", "InferenceCase"]


class InferenceCase(msgspec.Struct):
    task: Text
    """`load`, or how many samples a call predicts."""


@dataclass(frozen=True, eq=False)
class InferenceRow(Row):
    """A task at a size on a device. Times are seconds of one call."""

    @property
    def task(self) -> str:
        return str(self.result.case["task"])

    @property
    def calls(self) -> int:
        return self.result.details.calls

    @property
    def batch_size(self) -> int | None:
        return self.result.details.batch_size

    @property
    def time(self) -> Estimate:
        return self.result.time / self.calls

    @cached_property
    def latency(self) -> Estimate:
        """The median of the single calls that were saved."""
        return stats.percentile(self.result.details.call_times_s, 0.5)

    @cached_property
    def tail(self) -> Estimate:
        """The 99th percentile of the single calls that were saved."""
        return stats.percentile(self.result.details.call_times_s, 0.99)

    @property
    def samples_per_second(self) -> Estimate:
        return self.time.inverse(self.batch_size) if self.batch_size else UNKNOWN


def rows_of(results: list[Result]) -> list[InferenceRow]:
    ratios = compare(results, DEVICE, CPU)
    tasks = grouped((InferenceRow(result, ratios.get(result)) for result in results), lambda row: row.task)
    return [row for rows in tasks.values() for row in rows]


def by_task(rows: list[InferenceRow], axis: Axis) -> list[Crossed]:
    return [
        Crossed(speedups([row.result for row in of_task], axis=axis), {"task": task}, section=task, words=f"{task}: ")
        for task, of_task in grouped(rows, lambda row: row.task).items()
    ]


def call_text(row: InferenceRow) -> str:
    """The time to load, the median latency of a sample, or the samples a second in batches; else the cell's status."""
    if not row.result.is_measured:
        return row.result.status
    if not row.batch_size:
        return duration_text(row.time) + busy_mark(row.result)
    shown = duration_text(row.latency) or estimate_text(row.samples_per_second, units.rate)
    return shown + busy_mark(row.result)


def tail_text(row: InferenceRow) -> str:
    """`61 µs [58 µs, 70 µs]`, with a remark where there are too few calls for an interval."""
    if not row.tail.is_known:
        return ""
    few = "" if row.tail.has_interval else f" (no interval: {len(row.result.details.call_times_s)} calls)"
    return duration_text(row.tail) + few


def notes(rows: list[InferenceRow], crossed: list[Crossed]) -> Iterator[str]:
    """How to read the table."""
    if any(row.ratio for row in rows):
        yield f"speedup = {CPU} time / device time, of whole rounds: above 1 the device is faster"
    if any(row.task == "load" for row in rows):
        yield "load: from a checkpoint just written, so from the system's file cache, to the device"
    if counts := [len(row.result.details.call_times_s) for row in rows if row.tail.is_known]:
        span = f"{min(counts):,}" if min(counts) == max(counts) else f"{min(counts):,} to {max(counts):,}"
        yield (
            f"one sample at a time: median and 99th percentile of {span} calls, from numbers to class; "
            "their intervals take calls for independent"
        )
    if any(row.result.time.has_interval for row in rows):
        yield "times and rates are medians; brackets hold the 95% interval"


CALL: columns.Values[InferenceRow] = {
    **estimate_values("time", "median", "_s", is_only=True),
    "rounds": lambda row: len(row.result.rounds_s),
    **columns.values("calls", "batch_size"),
    **estimate_values("latency", "latency", "_s"),
}
LIMIT: columns.Values[InferenceRow] = {
    **columns.LIMIT.values,
    "limit_s": lambda row: row.result.limit.least_s / row.calls,
}

KIND = Kind(
    name="inference",
    scales="1,3,5,10",
    duration="1 min",
    is_usual=False,
    case=InferenceCase,
    table=Table(
        columns=(
            columns.key("task"),
            columns.for_programs("result.device"),
            columns.SCALE,
            columns.along,
            columns.STATUS,
            Across(
                (
                    Column("{}", call_text, CALL),
                    Column("{} 99%", tail_text, estimate_values("tail", "tail", "_s"), Rank.DETAIL),
                    Column("{} limit", columns.LIMIT.text, LIMIT, Rank.DETAIL),
                )
            ),
            Across((columns.on_side(columns.SPEEDUP, "{} speedup"),)),
            columns.REMARKS,
        ),
        rows=rows_of,
        side=DEVICE,
        line=lambda row: row.result.scale,
        section=lambda row: row.task,
        crossed=by_task,
        notes=notes,
        epochs=lambda result: None,
    ),
)
