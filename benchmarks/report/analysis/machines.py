"""Machines side by side: how much faster each is than the baseline machine, per device and scale."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crossover.benchmarks.report.analysis import stats
from crossover.benchmarks.runs.cells import Status
from crossover.benchmarks.runs.records import records

__all__ = ["MachinesTable", "side_by_side"]


@dataclass(frozen=True)
class MachinesTable:
    """Times of several machines, and their speedups over the baseline machine."""

    benchmark: str
    epochs: int
    baseline: str
    cells: pd.DataFrame
    """A row for each machine × device × scale: the median time with its interval, and `speedup`, `low`, `high` over the
    baseline."""

    means: pd.DataFrame
    """A row for each machine × device: the geometric mean of `speedup` over `scales`, those shared by all machines with
    the device."""

    @property
    def machines(self) -> list[str]:
        others = [name for name in self.cells["machine"].unique() if name != self.baseline]
        return [self.baseline, *others]


def side_by_side(frame: pd.DataFrame, baseline: str) -> MachinesTable:
    """The table of several machines, from their cells of one benchmark and recipe, one run for each machine.

    `speedup` is the baseline machine's time / the other machine's time on the same device and scale. Raises KeyError if
    the baseline is not among the machines.
    """
    if baseline not in set(frame["machine"]):
        raise KeyError(baseline)
    cells = stats.with_medians(frame)
    base = {
        (cell["device"], cell["scale"]): cell
        for cell in records(cells[(cells["machine"] == baseline) & (cells["status"] == Status.MEASURED)])
    }
    ratios = [ratio(base.get((cell["device"], cell["scale"])), cell, baseline) for cell in records(cells)]
    for column, values in zip(["speedup", "log_ratio_draws"], zip(*ratios, strict=True), strict=True):
        cells[column] = pd.Series(values, index=cells.index, dtype=object if column != "speedup" else float)
    intervals = [stats.interval(draws) for draws in cells["log_ratio_draws"]]
    cells["low"], cells["high"] = ([pair[end] for pair in intervals] for end in (0, 1))
    return MachinesTable(
        benchmark=str(cells["benchmark"].iloc[0]),
        epochs=int(cells["epochs"].iloc[0]),
        baseline=baseline,
        cells=cells,
        means=geometric_means(cells),
    )


def ratio(base: dict[str, Any] | None, cell: dict[str, Any], baseline: str) -> tuple[float, Any]:
    """The speedup of a cell over its counterpart and the draws of its logarithm; NaN and None where there is none."""
    if base is None or cell["status"] != Status.MEASURED or cell["machine"] == baseline:
        return math.nan, None
    draws = None
    if base["log_draws"] is not None and cell["log_draws"] is not None:
        draws = base["log_draws"] - cell["log_draws"]
    return base["median_s"] / cell["median_s"], draws


def geometric_means(cells: pd.DataFrame) -> pd.DataFrame:
    """The geometric mean of each machine's speedup on a device, over the scales that all its machines share."""
    rows = []
    for device, of_device in cells[cells["speedup"].notna()].groupby("device", sort=False):
        machines = list(of_device["machine"].unique())
        shared = set.intersection(*(set(of_device[of_device["machine"] == name]["scale"]) for name in machines))
        for name in machines:
            rows_of = of_device[(of_device["machine"] == name) & of_device["scale"].isin(shared)]
            if rows_of.empty:
                continue
            draws = [draws for draws in rows_of["log_ratio_draws"] if draws is not None]
            low, high = stats.interval(np.mean(draws, axis=0) if len(draws) == len(rows_of) else None)
            speedup = float(np.exp(np.log(rows_of["speedup"]).mean()))
            rows.append(
                {
                    "machine": name,
                    "device": device,
                    "scales": sorted(shared),
                    "speedup": speedup,
                    "low": low,
                    "high": high,
                }
            )
    return pd.DataFrame(rows, columns=["machine", "device", "scales", "speedup", "low", "high"])
