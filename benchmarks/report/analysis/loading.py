"""Loading of one run: the best number of workers for each dataset, and how long an epoch waits for its data."""

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from crossover.benchmarks.report.analysis import stats
from crossover.benchmarks.report.analysis.gains import Gain, gain_over
from crossover.benchmarks.runs.cases import with_parts
from crossover.benchmarks.runs.cells import Status
from crossover.benchmarks.runs.records import records

__all__ = ["BASELINE", "GROUP", "LoadingTable", "loading_table"]

GROUP = ["device", "scale", "dataset"]
"""Cells that agree in these take their rounds in turn and compete for the best number of workers."""

BASELINE = {"workers": 0, "loader": "samples"}
"""The article's own loader. Others are compared with it in the same use."""

LEAST_WAIT_S = 1e-9
"""Shorter than a clock can tell; stands in for no wait at all, because a share of 0 has no logarithm."""


@dataclass(frozen=True)
class LoadingTable:
    """A run's cells of loading."""

    machine: str
    source: str
    cells: pd.DataFrame
    """Has a column for each part of the case; `gain` over no workers and `waiting`, the share of an epoch of training
    that waited for batches, each with its interval; `best`, whether the cell trains fastest for its dataset, scale and
    device; and `as_good`, whether its rounds leave open that it does."""


def loading_table(frame: pd.DataFrame) -> LoadingTable:
    """The table of one run, from its cells of the benchmark `loading` as `load.frame_of` gives them."""
    cells = stats.with_medians(with_parts(frame, "loading"))
    groups = [judged(group) for _, group in cells.groupby(GROUP, sort=False)]
    return LoadingTable(frame["machine"].iloc[0], frame["source"].iloc[0], pd.concat(groups))


def judged(cells: pd.DataFrame) -> pd.DataFrame:
    """Add gains, waits, `best` and `as_good` to the cells of one dataset, scale and device."""
    rows = records(cells)
    gains = [gain_of(cell, rows) for cell in rows]
    waits = [waiting(cell) for cell in rows]
    result = cells.assign(
        **{name: [asdict(gain)[name] for gain in gains] for name in ("gain", "gain_low", "gain_high")},
        waiting=[share for share, _, _ in waits],
        waiting_low=[low for _, low, _ in waits],
        waiting_high=[high for _, _, high in waits],
    )
    best = best_of(result)
    is_open = [best is not None and is_as_good(cell, result.loc[best]) for cell in records(result)]
    return result.assign(best=result.index == best, as_good=is_open)


def gain_of(cell: Any, cells: list[Any]) -> Gain:
    """The gain of a cell over the baseline in the same use; NaN for the baseline or where either was not measured."""
    wanted = BASELINE | {"use": cell["use"], "status": Status.MEASURED}
    base = next((other for other in cells if all(other[key] == wanted[key] for key in wanted)), None)
    if base is None or base is cell or cell["status"] != Status.MEASURED:
        return Gain()
    return gain_over(base, cell)


def waiting(cell: Any) -> tuple[float, float, float]:
    """The median share of a round that waited for batches, and the two ends of its 95% interval; NaN if unknown."""
    if cell["status"] != Status.MEASURED or len(cell["waits_s"]) != len(cell["rounds_s"]):
        return math.nan, math.nan, math.nan
    shares = np.maximum(cell["waits_s"], LEAST_WAIT_S) / np.asarray(cell["rounds_s"])
    return float(np.median(shares)), *stats.interval(stats.log_median_draws(shares, stats.seed_of(cell)))


def candidates(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells that can be best: measured with training, on batches that had to be loaded."""
    return cells[(cells["status"] == Status.MEASURED) & (cells["use"] == "training") & (cells["loader"] != "ready")]


def best_of(cells: pd.DataFrame) -> Any:
    """The index of the fastest cell, by paired gains or, without a baseline, by medians. None for fewer than two."""
    competing = candidates(cells)
    if len(competing) < 2:
        return None
    is_base = (competing["workers"] == BASELINE["workers"]) & (competing["loader"] == BASELINE["loader"])
    slowness = (1 / competing["gain"].mask(is_base, 1.0)) if is_base.any() else competing["median_s"]
    return slowness.idxmin()


def is_as_good(cell: Any, best: Any) -> bool:
    """Whether a cell is the best, or the interval of its ratio to the best contains 1; False without an interval."""
    if cell["status"] != Status.MEASURED or cell["use"] != "training" or cell["loader"] != best["loader"]:
        return False
    ratio = gain_over(best, cell)
    return bool(cell["case"] == best["case"] or ratio.gain_low <= 1 <= ratio.gain_high)
