"""What binds a cell, and how close the cell came to the least time that its device allows for its work."""

import math
from typing import Any

import pandas as pd

from crossover.benchmarks.runs.cells import Status
from crossover.benchmarks.runs.records import records
from crossover.benchmarks.runs.roofline import least_times_s

__all__ = ["MOST_SHARE", "with_limits"]

MOST_SHARE = 1.05
"""The probe takes the fastest of several repetitions, which vary by a few percent. If a cell is faster than its limit
by more than that, the probe was disturbed."""

TOO_FAST = "faster than the probe found possible: the probe was disturbed"


def with_limits(cells: pd.DataFrame) -> pd.DataFrame:
    """Add `limit_s`, `bound` and `share` to the cells of `stats.with_medians`, from the run's own probe.

    The limit is the longest of the least times: `bound` names it, `limit_s` is it in seconds, and `share` is limit /
    median time, where 1 is as fast as the device can be. They are NaN and "" for a cell that was not measured, or where
    the run has no probe or does not say how much work there was. A share above `MOST_SHARE` adds a remark.
    """
    result = cells.copy()
    limits = [limit(cell) for cell in records(cells)]
    result["limit_s"] = pd.Series([seconds for seconds, _ in limits], index=cells.index, dtype=float)
    result["bound"] = pd.Series([bound for _, bound in limits], index=cells.index, dtype=object)
    result["share"] = result["limit_s"] / result["median_s"]
    lines = [
        [*remarks, TOO_FAST] if share > MOST_SHARE else remarks
        for remarks, share in zip(cells["remarks"], result["share"], strict=True)
    ]
    result["remarks"] = pd.Series(lines, index=cells.index, dtype=object)
    return result


def limit(cell: Any) -> tuple[float, str]:
    """The least time of a cell's round in seconds and what sets it; NaN and "" where unknown."""
    probe, work = cell["probe"], cell["work"]
    if not probe or not work or cell["status"] != Status.MEASURED:
        return math.nan, ""
    times_s = least_times_s(work, probe, cell["parameters"])
    bound = max(times_s, key=lambda name: times_s[name])
    return times_s[bound], bound
