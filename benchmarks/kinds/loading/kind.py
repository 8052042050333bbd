"""Loading the data of an epoch: what does training wait for, and do worker processes pay?"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Literal

import msgspec

from crossover.benchmarks.kinds.kind import Kind
from crossover.benchmarks.kinds.loading.best_workers import ADVISED, BASELINE, LoadingRow, dataset_of, rows_of
from crossover.benchmarks.kinds.recipes.kind import GAIN
from crossover.benchmarks.report.analysis.compare import Key
from crossover.benchmarks.report.analysis.grouping import grouped
from crossover.benchmarks.report.show import columns
from crossover.benchmarks.report.show.columns import Across, Column, for_programs, key, on_side
from crossover.benchmarks.report.show.crossings import Crossed
from crossover.benchmarks.report.show.sentences import INTERVALS
from crossover.benchmarks.report.show.sheet import Rank
from crossover.benchmarks.report.show.table import Table
from crossover.benchmarks.report.show.wording import share_text, speedup_text
from crossover.benchmarks.runs.schema import Count, Text
from crossover.benchmarks.runs.units import duration

__all__ = ["KIND", "LoadingCase"]


class LoadingCase(msgspec.Struct):
    dataset: Text
    workers: Count
    loader: Text
    use: Literal["alone", "training"]


class Advice(StrEnum):
    """What measurement says about the article's advice for a dataset."""

    HOLDS = "holds for"
    PAYS = "pays, but not most, for"
    UNDECIDED = "makes no sure difference for"
    UNKNOWN = "takes more rounds to be judged for"
    COSTS = "costs time for"


def notes(rows: list[LoadingRow], crossed: list[Crossed]) -> Iterator[str]:
    """What is best, whether the advice holds, and how to read the rest."""
    for of_dataset in grouped(rows, dataset_of).values():
        yield from (best_sentence(row, of_dataset) for row in of_dataset if row.is_best)
    for (device, scale), of_device in grouped(rows, lambda row: (row.result.device, row.result.scale)).items():
        if clauses := advice_clauses(of_device):
            yield f"num_workers={ADVISED}, the article's advice, on {device} at scale {scale}: {clauses}"
    if any(row.ratio for row in rows):
        yield "gain = time of training without workers / time of training: medians of paired ratios"
    if any(row.waiting.is_known for row in rows):
        yield "waiting = share of an epoch of training in which its loop stood still for the next batch"
    if any(row.loader == "ready" for row in rows):
        yield "ready: batches made and moved to the device beforehand; its gain is all that loading costs"
    if any(row.result.time.has_interval for row in rows):
        yield INTERVALS
    yield from worker_notes(rows)


def best_sentence(best: LoadingRow, of_dataset: list[LoadingRow]) -> str:
    """The best number of workers for a dataset, others that may be as good, and how much of an epoch still waits."""
    at = f"{best.result.device}, scale {best.result.scale}, {best.dataset}"
    loader = {"batches": " and whole batches", "restarted": " started in every epoch"}.get(best.loader, "")
    counts = sorted(row.workers for row in of_dataset if row.is_as_good)
    span = f" ({counts[0]} to {counts[-1]} cannot be told apart)" if len(counts) > 1 else ""
    gain = f", {speedup_text(best.ratio)} than without" if best.ratio else ""
    share = share_text(best.waiting)
    waits = f"; {share} of an epoch is waiting" if share else ""
    return f"{at}: best with {workers_text(best.workers)}{loader}{span}{gain}{waits}"


def advice_clauses(rows: list[LoadingRow]) -> str:
    """Whether the article's advice holds on a device at a scale, for each dataset; empty if that was not measured."""
    datasets: dict[Advice, list[str]] = {advice: [] for advice in Advice}
    for row in rows:
        if row.ratio and (row.workers, row.loader, row.use) == (ADVISED, BASELINE[1], "training"):
            datasets[advice_for(row)].append(f"{row.dataset} ({speedup_text(row.ratio)})")
    return "; ".join(f"{advice} {' and '.join(listed)}" for advice, listed in datasets.items() if listed)


def advice_for(row: LoadingRow) -> Advice:
    """Judge the advice by the gain of the advised number of workers over none."""
    if not row.speedup.has_interval:
        return Advice.UNKNOWN
    if row.speedup.high < 1:
        return Advice.COSTS
    if row.speedup.low <= 1:
        return Advice.UNDECIDED
    return Advice.HOLDS if row.is_as_good else Advice.PAYS


def worker_notes(rows: list[LoadingRow]) -> Iterator[str]:
    """How workers were started, how long that took, and where batches were pinned."""
    with_workers = [row for row in rows if row.result.start_method]
    for device, of_device in grouped(with_workers, lambda row: row.result.device).items():
        details = [row.result.details for row in of_device if row.loader != "restarted"]
        took_s = [each.prepare_s for each in details if each.prepare_s is not None]
        took = f", in {duration(min(took_s))} to {duration(max(took_s))}" if took_s else ""
        methods = ", ".join(dict.fromkeys(row.result.start_method for row in of_device))
        yield f"workers of {device}: started by {methods}{took}, off the clock unless restarted"
    for device in dict.fromkeys(row.result.device for row in rows if row.result.details.pin_memory):
        yield f"batches of {device} that workers made were pinned in memory"


def workers_text(workers: int) -> str:
    return "no workers" if workers == 0 else "1 worker" if workers == 1 else f"{workers} workers"


def workers_column_text(row: LoadingRow) -> str:
    if row.loader == "ready":
        return ""
    return f"{row.workers} (best)" if row.is_best else str(row.workers)


KIND = Kind(
    name="loading",
    scales="1",  # the cost of loading weighs most where training is short
    duration="2 min",
    is_usual=False,
    case=LoadingCase,
    table=Table(
        columns=(
            columns.DEVICE,
            columns.SCALE,
            for_programs("result.parameters"),
            key("dataset"),
            for_programs("workers"),
            key("loader"),
            Column("workers", workers_column_text, rank=Rank.KEY),
            for_programs("use"),
            columns.STATUS,
            Across((on_side(columns.TIME, "{}", Rank.EXTRA),), only="alone"),
            Across((on_side(columns.TIME, "{}"),), only="training"),
            for_programs("result.details.in_turn"),
            Column("gain", lambda row: speedup_text(row.speedup) if row.use == "training" else "", GAIN.values),
            columns.estimated("waiting", "waiting", share_text, Rank.DETAIL),
            for_programs(best="is_best", as_good="is_as_good"),
            for_programs("result.start_method", "result.details.pin_memory", "result.details.prepare_s"),
            columns.REMARKS,
        ),
        rows=rows_of,
        side=Key(("use",), lambda result: result.case["use"]),
        line=lambda row: (*dataset_of(row), row.loader, row.workers),
        notes=notes,
        epochs=lambda result: 1,
    ),
)
