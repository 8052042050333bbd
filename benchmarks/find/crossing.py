"""Where between the measured sizes the ratio of the two sides passes 1, and how sure that is."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from crossover.benchmarks.find.ratios import INTERVAL_MISS, Summary, half_width

__all__ = ["Edge", "SearchCrossing", "crossing", "edge", "passing"]

STEPS = 200
"""The places between two sizes at which the interpolated ratio is looked at."""


@dataclass(frozen=True)
class SearchCrossing:
    """Where the ratio passes 1, with the 95% interval; sizes are numbers of parameters, or batch sizes."""

    size: float
    low: float
    high: float
    to_contender: bool
    """Whether the contender is the faster one above it."""

    between: tuple[Summary, Summary]
    """The measured sizes on either side of it."""

    @property
    def within(self) -> float:
        """How far an end of the interval is from the crossing at most, as a share: 0.1 for ±10%."""
        return max(self.size / self.low, self.high / self.size) - 1

    @property
    def ends(self) -> tuple[float, ...]:
        return self.low, self.high


@dataclass(frozen=True)
class Edge:
    """The size from which on, or up to which, one side is surely faster: beyond it either may be."""

    size: float
    sign: int
    """1 where the baseline is the faster one, -1 where the contender is."""

    is_lower: bool
    """Whether it is faster from there on, not up to there."""

    ends: tuple[float, ...]
    """What more turns are to move: the size, and that of the other end where it seems to be on another side."""


def crossing(points: Sequence[Summary]) -> SearchCrossing:
    """Returns where the ratio passes 1 between the first and the last of some sizes, whose signs are sure and differ.

    The interval holds every size at which that of the interpolated ratio holds 1, and all between them.
    """
    inside = open_sizes(points)
    first, last = points[0], points[-1]
    before, after = next(passing(points))
    at = before.size * (after.size / before.size) ** share_of(before, after)
    low, high = (min(inside), max(inside)) if inside else (at, at)
    return SearchCrossing(at, min(low, at), max(high, at), first.sign > last.sign, (before, after))


def edge(points: Sequence[Summary]) -> Edge | None:
    """Returns from or up to where a side is surely faster, if that is open at one end of some sizes alone."""
    places = [place for place, each in enumerate(points) if each.sign]
    if not places:
        return None
    first, last = places[0], places[-1]
    sign, sure = points[first].sign, points[first : last + 1]
    if (first > 0) == (last < len(points) - 1) or any(each.likely_sign != sign for each in sure):
        return None
    far, near = (points[0], points[: first + 1]) if first else (points[-1], points[last:])
    within, known = open_sizes(near), points[first if first else last].size
    size = (max if first else min)(within, default=known)
    ends = (size, far.size) if far.log_ratio * sign < 0 else (size,)
    return Edge(size, sign, bool(first), ends)


def open_sizes(points: Sequence[Summary]) -> list[float]:
    """Returns sizes between some measured ones at which the ratio may be 1.

    Between neighbours the log ratio of each pair of processes runs straight over the logarithm of the size. The ratio
    may be 1 where its interval holds 1 (E. Fieller, "Some Problems in Interval Estimation", Journal of the Royal
    Statistical Society B 16, 1954).
    """
    inside: list[float] = []
    for one, other in pairwise(points):
        share = np.linspace(0, 1, STEPS + 1)
        centres = one.centres[:, None] * (1 - share) + other.centres[:, None] * share
        noise = one.noise_variance * (1 - share) ** 2 + other.noise_variance * share**2
        place = share_of(one, other)
        width = half_width(centres, noise, one.belief * (1 - place) + other.belief * place, INTERVAL_MISS)
        sizes = np.exp(math.log(one.size) * (1 - share) + math.log(other.size) * share)
        inside += sizes[np.abs(np.nanmean(centres, axis=0)) <= width].tolist()
    return inside


def share_of(one: Summary, other: Summary) -> float:
    """Returns which share of the way from one size to another it is to the crossing, or to the end nearest to it."""
    rise = other.log_ratio - one.log_ratio
    return min(1.0, max(0.0, -one.log_ratio / rise)) if rise else 0.5


def passing(points: Sequence[Summary]) -> Iterator[tuple[Summary, Summary]]:
    """Yields the neighbours between which the ratio seems to pass 1."""
    return ((one, other) for one, other in pairwise(points) if (one.log_ratio > 0) != (other.log_ratio > 0))
