"""The table of training by one process and by several, before any formatting."""

import math
import statistics
from dataclasses import dataclass
from typing import Any

import pandas as pd

from crossover.benchmarks.report.analysis import crossover, stats
from crossover.benchmarks.report.analysis.speedup import speedups
from crossover.benchmarks.report.analysis.table import SpeedupTable
from crossover.benchmarks.runs.cases import with_parts
from crossover.benchmarks.runs.cells import Status
from crossover.benchmarks.runs.records import records

__all__ = ["JOINED", "ONE", "ScalingTable", "processes_text", "scaling_table", "strategy_text"]

JOINED = "distributed"
"""The benchmark whose runs are joined in one table, because each run has one number of processes."""

ONE = "one process"

STRAGGLER = 1.25
"""A rank is remarked on if it takes longer than the fastest by this factor for the same small training. Chosen to equal
the factor of a slow first round, not measured."""


@dataclass(frozen=True)
class ScalingTable:
    """A machine's cells of distributed training, by device: each way to share the training against one process.

    In each table `device` is the way, such as `ddp on 2 processes`, and `on` is the device. Cells have `speedup` with
    its interval, `efficiency` (speedup / processes), `peak_bytes` (of the rank that needed most) and `peak_share` (of
    the peak of one process). They are NaN where there is nothing to compare with.
    """

    machine: str
    source: str
    devices: dict[str, SpeedupTable]

    @property
    def cells(self) -> pd.DataFrame:
        return pd.concat([table.cells for table in self.devices.values()])


def scaling_table(frame: pd.DataFrame) -> ScalingTable:
    """The table of one machine, from cells of the benchmark `distributed` of one or more runs, oldest first.

    A cell that occurs in several runs is taken from the last run that measured it.
    """
    cells = with_parts(frame, JOINED)
    cells = cells.assign(way=[way(cell) for cell in records(cells)])
    is_measured = cells["status"] == Status.MEASURED
    in_order = pd.concat([cells[~is_measured], cells[is_measured]])
    cells = stats.with_medians(in_order.drop_duplicates(["device", "scale", "way"], keep="last").sort_index())
    cells = cells.sort_values(["scale", "world_size", "nodes"], kind="stable").reset_index(drop=True)
    cells = cells.assign(
        peak_bytes=[peak_bytes(cell) for cell in records(cells)],
        remarks=cells["remarks"] + cells["rank_paces_s"].map(straggler_remarks),
    )
    return ScalingTable(
        machine=frame["machine"].iloc[0],
        source=frame["source"].iloc[0],
        devices={str(device): of_device(group) for device, group in cells.groupby("device", sort=False)},
    )


def of_device(cells: pd.DataFrame) -> SpeedupTable:
    cells = cells.assign(on=cells["device"], device=cells["way"], bound="")
    ratios = speedups(cells, ONE)
    by_key = {(ratio["device"], ratio["scale"]): ratio for ratio in records(ratios)}
    found = [by_key.get((cell["device"], cell["scale"]), {}) for cell in records(cells)]
    ends = {end: [ratio.get(end, math.nan) for ratio in found] for end in ("speedup", "low", "high")}
    base_peaks = cells[cells["device"] == ONE].set_index("scale")["peak_bytes"]
    cells = cells.assign(
        speedup=ends["speedup"],
        speedup_low=ends["low"],
        speedup_high=ends["high"],
        efficiency=[value / size for value, size in zip(ends["speedup"], cells["world_size"], strict=True)],
        peak_share=cells["peak_bytes"] / cells["scale"].map(base_peaks).where(cells["device"] != ONE),
    )
    ways = [name for name in cells["device"].unique() if name != ONE]
    return SpeedupTable(
        machine=cells["machine"].iloc[0],
        source=cells["source"].iloc[0],
        cells=cells,
        speedups=ratios,
        crossovers=[crossover.find(name, ratios[ratios["device"] == name]) for name in ways],
    )


def way(cell: dict[str, Any]) -> str:
    """`one process`, `ddp on 2 processes`, `fsdp (weak) on 4 processes of 2 nodes`."""
    if cell["world_size"] == 1:
        return ONE
    return f"{strategy_text(cell)} on {processes_text(cell, ' processes')}"


def strategy_text(cell: dict[str, Any]) -> str:
    return str(cell["strategy"]) + ("" if cell["scaling"] == "strong" else f" ({cell['scaling']})")


def processes_text(cell: dict[str, Any], unit: str = "") -> str:
    nodes = f" of {cell['nodes']} nodes" if cell["nodes"] > 1 else ""
    return f"{cell['world_size']}{unit}{nodes}"


def peak_bytes(cell: dict[str, Any]) -> float:
    """The peak memory in bytes of the rank that needed most; NaN unless the peak of every rank is known."""
    peaks = cell["rank_peak_bytes"]
    return math.nan if not peaks or None in peaks else max(peaks)


def straggler_remarks(rank_paces_s: list[list[float]]) -> list[str]:
    """A remark if one rank is slower than another by itself, because the others wait for it at every step.

    A few milliseconds once or twice tell nothing, so there must be enough rounds for an interval.
    """
    if len(rank_paces_s) < stats.FEWEST_ROUNDS:
        return []
    medians_s = [statistics.median(times_s) for times_s in zip(*rank_paces_s, strict=False)]
    if len(medians_s) < 2 or max(medians_s) <= STRAGGLER * min(medians_s):
        return []
    slow, fast = (medians_s.index(end(medians_s)) for end in (max, min))
    factor = medians_s[slow] / medians_s[fast]
    return [f"by itself rank {slow} was {factor:.1f}x slower than rank {fast}: in a round all wait for it"]
