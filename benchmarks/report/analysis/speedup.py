"""How much faster one device is than another at the same scale."""

import math

import pandas as pd

from crossover.benchmarks.report.analysis import stats
from crossover.benchmarks.runs.cells import Status
from crossover.benchmarks.runs.records import records

BASELINE = "cpu"


def speedups(cells: pd.DataFrame, baseline: str = BASELINE) -> pd.DataFrame:
    """A row for each scale and contending device where both sides were measured.

    Takes the cells of one run and recipe as `stats.with_medians` gives them. `speedup` is baseline time / contender
    time, above 1 where the contender is faster. `low` and `high` bound its 95% interval, NaN where a side has too few
    rounds. Sorted by device, in the order given, and by parameters.
    """
    measured = cells[cells["status"] == Status.MEASURED]
    base = measured[measured["device"] == baseline].set_index("scale")
    rows = []
    for device in [name for name in cells["device"].unique() if name != baseline]:
        for contender in records(measured[measured["device"] == device].sort_values("parameters")):
            if contender["scale"] not in base.index:
                continue
            other = base.loc[contender["scale"]]
            draws = None
            if other["log_draws"] is not None and contender["log_draws"] is not None:
                draws = other["log_draws"] - contender["log_draws"]
            low, high = stats.interval(draws)
            rows.append(
                {
                    "device": device,
                    "scale": contender["scale"],
                    "parameters": contender["parameters"],
                    "speedup": other["median_s"] / contender["median_s"],
                    "low": low,
                    "high": high,
                    "log_draws": draws,
                }
            )
    columns = ["device", "scale", "parameters", "speedup", "low", "high", "log_draws"]
    return pd.DataFrame(rows, columns=columns)


def contains_one(low: float, high: float) -> bool:
    """Whether an interval contains 1, so that either side may be faster; False without an interval."""
    return not math.isnan(low) and low <= 1 <= high
