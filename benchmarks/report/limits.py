"""What binds a cell, and how close it came to the least time that its work can take on its device."""

import math
from typing import Any

import pandas as pd

from benchmarks.report.records import records

BYTES_PER_NUMBER = 4  # float32

MOST_SHARE = 1.05
"""The probe takes the fastest of several repetitions, which vary by some percent. A cell that is faster than its limit
by more than that says that the probe was disturbed."""

TOO_FAST = "faster than the probe found possible: the probe was disturbed"


def with_limits(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells of `stats.with_medians` with `limit_s`, `bound` and `share`, by the run's own probe.

    Arithmetic, memory and launching can overlap, so the longest of the three is the least time (the roofline model:
    S. Williams et al., "Roofline: An Insightful Visual Performance Model", Communications of the ACM 52, 2009). `bound`
    names it, `limit_s` is it in seconds, and `share` is limit / median time: 1 is as fast as the device can be. They
    are NaN and "" where the run has no probe or does not say what work there was. A share above `MOST_SHARE` is
    remarked.
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
    """The least time of a cell's round in seconds, and what sets it."""
    probe, work = cell["probe"], cell["work"]
    if not probe or not work or cell["status"] != "measured":
        return math.nan, ""
    weights = BYTES_PER_NUMBER * cell["parameters"]
    times_s = {
        "arithmetic": work["flop"] / probe["flop_s"],
        "memory": work["moved_bytes"] / memory_rate(probe, weights),
        "launch": work["operations"] * probe["launch_s"],
    }
    bound = max(times_s, key=lambda name: times_s[name])
    return times_s[bound], bound


def memory_rate(probe: dict[str, Any], size: int) -> float:
    """The best rate at which the probe read or copied a block no larger than this, in bytes a second.

    Weights that fit a cache are read from there; that rate must not be taken for weights that do not.
    """
    rates: list[tuple[int, float]] = [
        (int(block), rate) for key in ("read_bytes_s", "copy_bytes_s") for block, rate in probe[key].items()
    ]
    fitting = max((block for block, _ in rates if block <= size), default=min(block for block, _ in rates))
    return max(rate for block, rate in rates if block == fitting)
