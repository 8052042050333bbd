"""Training from scratch on each device: the suite's main question."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from crossover.benchmarks.kinds.kind import Kind
from crossover.benchmarks.report.analysis.axis import Axis
from crossover.benchmarks.report.analysis.compare import CPU, DEVICE, THREADS, Row, compared
from crossover.benchmarks.report.analysis.result import Result
from crossover.benchmarks.report.analysis.speedups import Speedups, speedups
from crossover.benchmarks.report.show import batch_sizes, columns, series
from crossover.benchmarks.report.show.columns import Across, Column, OnAxis, on_side
from crossover.benchmarks.report.show.crossings import Crossed
from crossover.benchmarks.report.show.sentences import INTERVALS, limit_sentences, reasons
from crossover.benchmarks.report.show.series import Curves, Quantity
from crossover.benchmarks.report.show.table import Table

__all__ = ["BY_DEVICE", "KIND"]


def by_device(rows: list[Row], axis: Axis) -> list[Crossed]:
    return [Crossed(speedups([row.result for row in rows], axis=axis))]


def notes(rows: list[Row], crossed: list[Crossed]) -> Iterator[str]:
    """How to read the table, and what explains it."""
    found = crossed[0].speedups
    if found.ratios:
        yield f"speedup = {CPU} time / device time: above 1 the device is faster"
    elif not found.crossovers:
        yield f"no speedup: {only_device(found)}"
    if any(row.result.time.has_interval for row in rows):
        yield INTERVALS
    yield from limit_sentences(found)


def only_device(found: Speedups) -> str:
    """Why only one device was measured: there is no other, or no other was asked for."""
    first, devices = found.results[0], list(dict.fromkeys(result.device for result in found.results))
    if first.no_gpu and devices == [CPU]:
        return f"{first.no_gpu}; {CPU} is all there is to measure"
    return f"{' and '.join(devices)} was the only device asked for (--devices)"


def curves(rows: list[Row], crossed: list[Crossed], axis: Axis) -> list[Curves]:
    """The speedup of each device over the CPU, where there is one, and the times."""
    drawn = [series.speedups([(None, crossed[0].speedups)], axis), series.times([row.result for row in rows], axis)]
    return series.with_points(drawn)


def declared(*rates: Column[Row]) -> OnAxis[Row]:
    time, limit = on_side(columns.TIME, "{}"), on_side(columns.LIMIT, "{} limit")
    return (
        columns.SCALE,
        columns.along,
        Across((columns.STATUS, time, *rates, columns.REMARKS, limit)),
        Across((on_side(columns.SPEEDUP, "{} speedup"),)),
    )


BY_DEVICE = Table(
    columns=declared(),
    by_batch=declared(on_side(columns.RATE, "{} samples")),
    rows=lambda results: compared(results, DEVICE, CPU),
    side=DEVICE,
    line=lambda row: row.result.scale,
    crossed=by_device,
    notes=notes,
    curves=curves,
    explained=lambda crossed: reasons(crossed[0].speedups),
    is_nested=True,
)
"""Devices side by side, for every benchmark that has no table of its own."""


def first_number(rows: Sequence[Row]) -> str:
    """The baseline of threads: the number that was asked for first."""
    return str(THREADS.label(rows[0].result))


def rows_by_threads(results: list[Result]) -> list[Row]:
    return compared(results, THREADS, THREADS.label(results[0]))


def crossed_by_threads(rows: list[Row], axis: Axis) -> list[Crossed]:
    return [Crossed(speedups([row.result for row in rows], THREADS, first_number(rows), axis), side="threads")]


def notes_by_threads(rows: list[Row], crossed: list[Crossed]) -> Iterator[str]:
    """How to read the table, and what explains it."""
    first = crossed[0].speedups.baseline
    if any(row.ratio for row in rows):
        yield f"speedup = time with {first} / time with the other number: above 1 that is faster"
    elif len({row.result.threads for row in rows}) == 1:
        yield f"no speedup: no other number than {first} was asked for (--threads)"
    if any(row.result.time.has_interval for row in rows):
        yield INTERVALS
    yield from limit_sentences(crossed[0].speedups)


def curves_by_threads(rows: list[Row], crossed: list[Crossed], axis: Axis) -> list[Curves]:
    """The speedup of each number of threads over the first, and the times."""
    gains = series.speedups([(None, crossed[0].speedups)], axis, Quantity.THREADS)
    return series.with_points([gains, series.times([row.result for row in rows], axis)])


BY_THREADS = replace(
    BY_DEVICE,
    rows=rows_by_threads,
    side=THREADS,
    ran=lambda row: row.result.threads,
    crossed=crossed_by_threads,
    notes=notes_by_threads,
    curves=curves_by_threads,
    question="How many threads train fastest on the CPU?",
)
"""Numbers of the CPU's threads side by side, each in processes of its own."""

KIND = Kind(
    name="training",
    scales="1-5,10,50,75,100",  # those of the published measurements
    duration="5 min",
    table=BY_DEVICE,
    by_threads=BY_THREADS,
    beside=batch_sizes.answers,
)
