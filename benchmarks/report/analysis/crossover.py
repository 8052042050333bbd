"""The sizes at which a device overtakes the CPU, or the CPU the device, on an axis such as parameters."""

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from crossover.benchmarks.report.analysis.axis import PARAMETERS, Axis
from crossover.benchmarks.report.analysis.compare import Ratio
from crossover.benchmarks.report.analysis.stats import Estimate, Floats

__all__ = ["Crossing", "Crossover", "Direction", "Finding", "crossing_size", "find"]

DRAWS = 2000
"""Each end of a 95% interval rests on 50 of them."""

Flags = npt.NDArray[np.bool_]


class Finding(StrEnum):
    """What the rows of a device say about its crossovers."""

    BETWEEN = "between two scales"
    ALREADY = "already faster at the smallest"
    NOT_REACHED = "not reached up to the largest"
    UNDECIDED = "undecided"
    BACK = "crosses back"
    NOT_COMPUTABLE = "not computable"


class Direction(StrEnum):
    """Which way the speedup passes 1 as models grow."""

    UP = "up"
    """The device overtakes the CPU."""

    DOWN = "down"
    """The CPU overtakes the device."""


@dataclass(frozen=True)
class Crossing:
    """One place where the speedup of a device over the CPU passes 1."""

    direction: Direction
    size: float
    """Interpolated linearly in log(size) and log(speedup)."""

    low: float
    high: float
    """The 95% interval of `size`; NaN for an end that is unknown."""

    between: tuple[int, int]
    """The sizes of the rows on either side of the crossing."""


@dataclass(frozen=True)
class Crossover:
    """Where a device is faster than the CPU, and where it is not."""

    device: str
    shown: Finding
    """What the speedups show: undecided where the first crossing may lie elsewhere, or may not be there at all."""

    span: tuple[int, int] | None = None
    """The sizes of the smallest and the largest row; None without rows."""

    crossings: tuple[Crossing, ...] = ()
    """Ordered by size. Neighbours have opposite directions."""

    open_below: int | None = None
    open_above: int | None = None
    """The sizes of the first and the last row whose side is sure. Each is None unless a row beyond it seems to be on
    the other side."""

    is_busy: bool = False
    """Whether others used the machine during rounds that this rests on."""

    @property
    def outcome(self) -> Finding:
        """What is found: on a busy machine nothing is decided, whatever the speedups show."""
        return Finding.UNDECIDED if self.is_busy else self.shown

    @property
    def first_up(self) -> Crossing | None:
        """Where the device first overtakes the CPU."""
        return next((each for each in self.crossings if each.direction is Direction.UP), None)

    @property
    def back(self) -> Crossing | None:
        """Where the CPU first overtakes the device after `first_up`, or at all if the device never overtakes it."""
        after = 0 if self.first_up is None else self.crossings.index(self.first_up)
        return next((each for each in self.crossings[after:] if each.direction is Direction.DOWN), None)


def find(device: str, ratios: list[Ratio], axis: Axis = PARAMETERS) -> Crossover:
    """The crossovers of a device on an axis, from its speedups at the sizes that are known.

    What rests on rounds that others disturbed is undecided: a busy core slows a CPU several times and a GPU hardly at
    all, so it moves the crossover.
    """
    known = [each for each in ratios if axis.of(each.contender)]
    ratios = sorted(known, key=lambda each: axis.of(each.contender))
    found = undisturbed(device, ratios, axis)
    beside = [size for each in found.crossings for size in each.between]
    disturbed = [each for each in ratios if each.baseline.is_busy or each.contender.is_busy]
    if not any(not beside or axis.of(each.contender) in beside for each in disturbed):
        return found
    return replace(found, is_busy=True)


def undisturbed(device: str, ratios: list[Ratio], axis: Axis) -> Crossover:
    """The crossovers that the speedups show, whatever disturbed them.

    Nothing is extrapolated. The side of a row is sure where the interval of its speedup does not contain 1, or where
    there is no interval. There is a crossing wherever two consecutive sure rows are on opposite sides, however many
    unsure rows lie between them.
    """
    if not ratios:
        return Crossover(device, Finding.NOT_COMPUTABLE)
    sizes = sizes_of(ratios, axis)
    span = int(sizes[0]), int(sizes[-1])
    is_faster = np.array([each.value > 1 for each in ratios])
    surely = np.array([not contains_one(each) for each in ratios])
    sure = np.flatnonzero(surely)
    changes = [(before, after) for before, after in pairwise(sure) if is_faster[before] != is_faster[after]]
    if not changes:
        return unchanged(device, ratios, axis, is_faster, surely)

    crossings = tuple(crossing(ratios[before : after + 1], axis, bool(is_faster[after])) for before, after in changes)
    is_placed = surely[np.isin(sizes, crossings[0].between)].any()
    is_single = len(crossings) == 1 and crossings[0].direction is Direction.UP
    first, last = sure[0], sure[-1]
    return Crossover(
        device,
        Finding.UNDECIDED if not is_placed else Finding.BETWEEN if is_single else Finding.BACK,
        span,
        crossings,
        open_below=int(sizes[first]) if (is_faster[:first] != is_faster[first]).any() else None,
        open_above=int(sizes[last]) if (is_faster[last + 1 :] != is_faster[last]).any() else None,
    )


def contains_one(each: Estimate) -> bool:
    """Whether an interval contains 1, so that either side may be faster; False without an interval."""
    return each.has_interval and each.low <= 1 <= each.high


def unchanged(device: str, ratios: list[Ratio], axis: Axis, is_faster: Flags, surely: Flags) -> Crossover:
    """The finding where no two sure rows are on opposite sides. Unsure rows may still hold the first way up."""
    span = axis.of(ratios[0].contender), axis.of(ratios[-1].contender)
    if (~is_faster[:-1] & is_faster[1:]).any():
        return Crossover(device, Finding.UNDECIDED, span, (crossing(ratios, axis, True),))
    if not surely.all():
        return Crossover(device, Finding.UNDECIDED, span)
    return Crossover(device, Finding.ALREADY if is_faster[0] else Finding.NOT_REACHED, span)


def crossing(ratios: list[Ratio], axis: Axis, to_faster: bool) -> Crossing:
    """The first change to a side among some rows: its place from their speedups, its interval from their draws."""
    logs = np.log([each.value for each in ratios])
    sizes = sizes_of(ratios, axis)
    at = int(np.argmax(changes_to(to_faster, logs)))
    low, high = interval(ratios, axis, to_faster)
    return Crossing(
        Direction.UP if to_faster else Direction.DOWN,
        size=float(crossing_size(logs[at : at + 2], sizes[at : at + 2])),
        low=low,
        high=high,
        between=(int(sizes[at]), int(sizes[at + 1])),
    )


def sizes_of(ratios: list[Ratio], axis: Axis) -> npt.NDArray[np.int64]:
    return np.array([axis.of(each.contender) for each in ratios], dtype=np.int64)


def changes_to(to_faster: bool, logs: Floats) -> Flags:
    """Whether the speedup passes 1 in a direction between each row and the next: shape `(..., n)` to `(..., n - 1)`."""
    is_there = (logs > 0) == to_faster
    changes: Flags = ~is_there[..., :-1] & is_there[..., 1:]
    return changes


def crossing_size(logs: Floats, sizes: npt.NDArray[np.int64]) -> Floats:
    """The size at which a straight line between two points, in logarithms, passes a speedup of 1.

    Shape `(..., 2)` to `(...)`.
    """
    share = -logs[..., 0] / (logs[..., 1] - logs[..., 0])
    return np.exp(np.log(sizes[..., 0]) * (1 - share) + np.log(sizes[..., 1]) * share)


def interval(ratios: list[Ratio], axis: Axis, to_faster: bool) -> tuple[float, float]:
    """The 95% interval of the first change to a side, from the draws of all rows; NaN if a row has none.

    A draw without a change counts as a change beyond the rows, so an end of the interval can be unknown (NaN) too.
    """
    if not all(each.has_interval for each in ratios):
        return math.nan, math.nan
    generator = np.random.default_rng(0)
    logs = np.stack([each.log_draws(DRAWS, generator) for each in ratios], axis=1)
    sizes = sizes_of(ratios, axis)
    changes = changes_to(to_faster, logs)
    at = changes.argmax(axis=1)[:, None] + np.arange(2)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # rows can be equal in a draw without a change
        crossed = np.where(
            changes.any(axis=1),
            crossing_size(np.take_along_axis(logs, at, axis=1), sizes[at]),
            np.where((logs[:, 0] > 0) == to_faster, 0.0, np.inf),
        )
    low, high = np.quantile(crossed, [0.025, 0.975], method="nearest")
    return float(low) if low > 0 else math.nan, float(high) if math.isfinite(high) else math.nan
