"""Loading of one run: which number of workers is best for each dataset, and what an epoch waits for its data."""

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from crossover.benchmarks.report.analysis import stats
from crossover.benchmarks.report.analysis.gains import Gain, gain_over
from crossover.benchmarks.runs.cases import with_parts
from crossover.benchmarks.runs.records import records

GROUP = ["device", "scale", "dataset"]
"""Rounds are taken in turn within these, and the best number of workers is one of each."""

BASELINE = {"workers": 0, "loader": "samples"}
"""What the others are compared with, used alike: the article's own loader."""

LEAST_WAIT_S = 1e-9
"""Less than a clock can tell; a share of nothing has no logarithm."""


@dataclass(frozen=True)
class LoadingTable:
    """A run's cells of loading."""

    machine: str
    source: str
    cells: pd.DataFrame
    """With the parts of their case as columns; `gain` over no workers with its interval; `waiting`, the share of an
    epoch of training that it waited for batches, with its interval; `best`, whether it is the fastest for training of
    its dataset, scale and device; and `as_good`, whether its rounds leave open that it is."""


def loading_table(frame: pd.DataFrame) -> LoadingTable:
    """The table of one run, from its cells of the benchmark `loading`, as `load.frame_of` gives them."""
    cells = stats.with_medians(with_parts(frame, "loading"))
    groups = [judged(group) for _, group in cells.groupby(GROUP, sort=False)]
    return LoadingTable(frame["machine"].iloc[0], frame["source"].iloc[0], pd.concat(groups))


def judged(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells of a dataset, scale and device with everything that is said of them."""
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
    """How much faster a cell is than the baseline in the same use."""
    wanted = BASELINE | {"use": cell["use"], "status": "measured"}
    base = next((other for other in cells if all(other[key] == wanted[key] for key in wanted)), None)
    if base is None or base is cell or cell["status"] != "measured":
        return Gain()
    return gain_over(base, cell)


def waiting(cell: Any) -> tuple[float, float, float]:
    """The share of a round that waited for batches, the median over rounds with its 95% interval; NaN if unknown."""
    if cell["status"] != "measured" or len(cell["waits_s"]) != len(cell["rounds_s"]):
        return math.nan, math.nan, math.nan
    shares = np.maximum(cell["waits_s"], LEAST_WAIT_S) / np.asarray(cell["rounds_s"])
    return float(np.median(shares)), *stats.interval(stats.log_median_draws(shares, stats.seed_of(cell)))


def candidates(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells of which one is best: measured with training, with batches that somebody had to load."""
    return cells[(cells["status"] == "measured") & (cells["use"] == "training") & (cells["loader"] != "ready")]


def best_of(cells: pd.DataFrame) -> Any:
    """The row of the fastest, by paired gains; by medians without a baseline. None where fewer than two compete."""
    competing = candidates(cells)
    if len(competing) < 2:
        return None
    is_base = (competing["workers"] == BASELINE["workers"]) & (competing["loader"] == BASELINE["loader"])
    slowness = (1 / competing["gain"].mask(is_base, 1.0)) if is_base.any() else competing["median_s"]
    return slowness.idxmin()


def is_as_good(cell: Any, best: Any) -> bool:
    """Whether the interval of a cell's ratio to the best leaves open which is faster; without one it is not said."""
    if cell["status"] != "measured" or cell["use"] != "training" or cell["loader"] != best["loader"]:
        return False
    ratio = gain_over(best, cell)
    return bool(cell["case"] == best["case"] or ratio.gain_low <= 1 <= ratio.gain_high)
