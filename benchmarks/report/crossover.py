"""The number of parameters at which a device overtakes the CPU."""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.report.speedup import contains_one

Floats = npt.NDArray[np.float64]


class Outcome(StrEnum):
    """What can be said of a crossover."""

    BETWEEN = "between two scales"
    ALREADY = "already faster at the smallest"
    NOT_REACHED = "not reached up to the largest"
    UNDECIDED = "undecided"
    BACK = "crosses back"
    NOT_COMPUTABLE = "not computable"


@dataclass(frozen=True)
class Crossover:
    """Where the speedup of a device over the CPU passes 1."""

    device: str
    outcome: Outcome
    parameters: float = math.nan
    """Interpolated straight in log(parameters) and log(speedup); NaN where nothing crosses."""

    low: float = math.nan
    high: float = math.nan
    """The 95% interval of `parameters`; NaN where there is none."""

    between: tuple[int, int] | None = None
    """Parameters of the rows on both sides of it; the smallest and the largest row where nothing crosses."""

    back: float = math.nan
    """Parameters from which the CPU is ahead again; NaN where it is not."""


def find(device: str, rows: pd.DataFrame) -> Crossover:
    """The crossover of a device from its rows of `speedup.speedups`, in the order of their parameters.

    Nothing is extrapolated. With intervals it is undecided unless some row below it is surely slower and some row
    above it surely faster, and where the intervals of both its neighbours contain 1.
    """
    if rows.empty:
        return Crossover(device, Outcome.NOT_COMPUTABLE)
    logs = np.log(rows["speedup"].to_numpy())
    sizes = rows["parameters"].to_numpy()
    is_open = np.array([contains_one(low, high) for low, high in zip(rows["low"], rows["high"], strict=True)])
    surely = ~is_open
    up = first(~(logs[:-1] > 0) & (logs[1:] > 0))
    down = first((logs[:-1] > 0) & ~(logs[1:] > 0) & (np.arange(len(logs) - 1) > (-1 if up is None else up)))
    if down is not None and not stays_back(logs, surely, down):
        down = None
    back = math.nan if down is None else float(crossing_size(logs[down : down + 2], sizes[down : down + 2]))

    if up is None:
        if down is not None:
            return Crossover(device, Outcome.BACK, between=(int(sizes[down]), int(sizes[down + 1])), back=back)
        outcome = Outcome.ALREADY if logs[0] > 0 else Outcome.NOT_REACHED
        return Crossover(
            device, Outcome.UNDECIDED if is_open.any() else outcome, between=(int(sizes[0]), int(sizes[-1]))
        )

    is_bracketed = (surely & (logs <= 0))[: up + 1].any() and (surely & (logs > 0))[up + 1 :].any()
    outcome = Outcome.BETWEEN if down is None else Outcome.BACK
    low, high = interval(rows)
    return Crossover(
        device,
        outcome if is_bracketed and surely[up : up + 2].any() else Outcome.UNDECIDED,
        parameters=float(crossing_size(logs[up : up + 2], sizes[up : up + 2])),
        low=low,
        high=high,
        between=(int(sizes[up]), int(sizes[up + 1])),
        back=back,
    )


def stays_back(logs: Floats, surely: npt.NDArray[np.bool_], down: int) -> bool:
    """Whether the device, surely faster up to a row, is slower in all rows after it, and surely so in one."""
    before, after = slice(None, down + 1), slice(down + 1, None)
    faster_before = (surely & (logs > 0))[before].any()
    return bool(faster_before and not (logs[after] > 0).any() and surely[after].any())


def first(is_there: npt.NDArray[np.bool_]) -> int | None:
    """The first place where it is, or None."""
    return int(np.argmax(is_there)) if is_there.any() else None


def crossing_size(logs: Floats, sizes: Floats) -> Floats:
    """Where straight lines between two points, in logarithms, pass a speedup of 1: shape `(..., 2)` to `(...)`."""
    share = -logs[..., 0] / (logs[..., 1] - logs[..., 0])
    return np.exp(np.log(sizes[..., 0]) * (1 - share) + np.log(sizes[..., 1]) * share)


def interval(rows: pd.DataFrame) -> tuple[float, float]:
    """The 95% interval of the crossover, from the draws of all rows; NaN if a row has none.

    A draw without a crossing counts as one beyond the rows, so that an end of the interval can be unknown (NaN) too.
    """
    if any(draws is None for draws in rows["log_draws"]):
        return math.nan, math.nan
    logs = np.stack(list(rows["log_draws"]), axis=1)
    sizes = rows["parameters"].to_numpy()
    is_up = ~(logs[:, :-1] > 0) & (logs[:, 1:] > 0)
    up = is_up.argmax(axis=1)[:, None] + np.arange(2)
    crossed = np.where(
        is_up.any(axis=1),
        crossing_size(np.take_along_axis(logs, up, axis=1), sizes[up]),
        np.where(logs[:, 0] > 0, 0.0, np.inf),
    )
    low, high = np.quantile(crossed, [0.025, 0.975], method="nearest")
    return float(low) if low > 0 else math.nan, float(high) if math.isfinite(high) else math.nan
