"""What a table of loading says, in words."""

import math
from enum import StrEnum
from typing import Any

import pandas as pd

from crossover.benchmarks.report.analysis.loading import BASELINE, GROUP, LoadingTable
from crossover.benchmarks.report.analysis.remarks import remarks
from crossover.benchmarks.report.show.render import share_text, speedup_text
from crossover.benchmarks.runs.records import records
from crossover.benchmarks.runs.units import duration

__all__ = ["gain_text", "notes"]

ADVISED = 4
"""The number of workers that the article calls usually best."""


class Advice(StrEnum):
    """What measurement says about the article's advice for a dataset."""

    HOLDS = "holds for"
    PAYS = "pays, but not most, for"
    UNDECIDED = "makes no sure difference for"
    UNKNOWN = "takes more rounds to be judged for"
    COSTS = "costs time for"


def notes(table: LoadingTable) -> list[str]:
    """What a reader must know besides the numbers: what is best, whether the advice holds, and how to read the rest."""
    cells = table.cells
    lines = [best_sentence(group) for _, group in cells.groupby(GROUP, sort=False) if group["best"].any()]
    lines += [sentence for _, group in cells.groupby(GROUP[:2], sort=False) if (sentence := advice_sentence(group))]
    if cells["gain"].notna().any():
        lines.append("gain = time of training without workers / time of training: medians of paired ratios")
    if cells["waiting"].notna().any():
        lines.append("waiting = share of an epoch of training in which its loop stood still for the next batch")
    if (cells["loader"] == "ready").any():
        lines.append("ready: batches made and moved to the device beforehand; its gain is all that loading costs")
    if cells["low_s"].notna().any():
        lines.append("times are medians over rounds; brackets hold the 95% interval")
    return [*lines, *worker_notes(cells), *remarks(cells)]


def best_sentence(group: pd.DataFrame) -> str:
    """The best number of workers for a dataset, others that may be as good, and how much of an epoch still waits."""
    best: Any = group[group["best"]].iloc[0]
    at = f"{best['device']}, scale {best['scale']}, {best['dataset']}"
    loader = {"batches": " and whole batches", "restarted": " started in every epoch"}.get(best["loader"], "")
    counts = sorted(group[group["as_good"]]["workers"])
    span = f" ({counts[0]} to {counts[-1]} cannot be told apart)" if len(counts) > 1 else ""
    gain = "" if math.isnan(best["gain"]) else f", {gain_text(best)} than without"
    share = share_text(best["waiting"], best["waiting_low"], best["waiting_high"])
    waits = f"; {share} of an epoch is waiting" if share else ""
    return f"{at}: best with {workers_text(best['workers'])}{loader}{span}{gain}{waits}"


def advice_sentence(cells: pd.DataFrame) -> str | None:
    """Whether the article's advice holds on a device at a scale; None if that was not measured."""
    advised = cells[
        (cells["workers"] == ADVISED)
        & (cells["loader"] == BASELINE["loader"])
        & (cells["use"] == "training")
        & cells["gain"].notna()
    ]
    if advised.empty:
        return None
    datasets: dict[Advice, list[str]] = {advice: [] for advice in Advice}
    for cell in records(advised):
        datasets[advice_for(cell)].append(f"{cell['dataset']} ({gain_text(cell)})")
    clauses = [f"{advice} {' and '.join(listed)}" for advice, listed in datasets.items() if listed]
    at = f"on {advised['device'].iloc[0]} at scale {advised['scale'].iloc[0]}"
    return f"num_workers={ADVISED}, the article's advice, {at}: {'; '.join(clauses)}"


def advice_for(cell: Any) -> Advice:
    """Judge the advice by the gain of the advised number of workers over none."""
    if math.isnan(cell["gain_low"]):
        return Advice.UNKNOWN
    if cell["gain_high"] < 1:
        return Advice.COSTS
    if cell["gain_low"] <= 1:
        return Advice.UNDECIDED
    return Advice.HOLDS if cell["as_good"] else Advice.PAYS


def worker_notes(cells: pd.DataFrame) -> list[str]:
    """How workers were started, how long that took, and where batches were pinned."""
    lines = []
    for device, group in cells[cells["start_method"] != ""].groupby("device", sort=False):
        took_s = group[group["loader"] != "restarted"]["prepare_s"]
        took = "" if took_s.isna().all() else f", in {duration(took_s.min())} to {duration(took_s.max())}"
        methods = ", ".join(group["start_method"].unique())
        lines.append(f"workers of {device}: started by {methods}{took}, off the clock unless restarted")
    pinned = cells[cells["pin_memory"]]["device"].unique()
    return [*lines, *(f"batches of {device} that workers made were pinned in memory" for device in pinned)]


def gain_text(cell: Any) -> str:
    return speedup_text({"speedup": cell["gain"], "low": cell["gain_low"], "high": cell["gain_high"]})


def workers_text(workers: int) -> str:
    return "no workers" if workers == 0 else "1 worker" if workers == 1 else f"{workers} workers"
