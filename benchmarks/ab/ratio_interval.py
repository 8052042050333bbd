"""How much slower the contender is, from pairs of turns, and how sure that is."""

import itertools
import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

__all__ = ["FAR", "PROCESS_LUCK", "Estimate", "estimate", "fewest_pairs", "is_as_sure_as_can_be", "looks", "more_pairs"]

CONFIDENCE = 0.95
"""Over all looks together, the interval may miss the truth in 5% of cells."""

FIRST_LOOK = 12
"""The fewest pairs that give an interval with ten looks ahead, and one that a single odd pair cannot move."""

GROWTH = 1.5
"""Each look has this many times the pairs of the last: few looks, and none late by more than half."""

PROCESS_LUCK = 0.03
"""An allowance for two processes of the same code that differ all their lives, which no number of pairs shows.

Thirty comparisons of identical code at scales 1, 3 and 5, on a server with two cores, gave ratios from 0.96 to 1.04,
with a standard deviation of 0.022. How much of that is chance of the pairs is unknown, so the figure is rough;
`python -m tools.ab_calibration --max-slowdown 0.1%`, which cannot settle early, measures it better.
"""

FAR = 10_000
"""A need for more pairs than this is not worth telling."""


@dataclass(frozen=True)
class Estimate:
    """Contender time / baseline time, with its interval; the bounds are NaN where there are too few pairs for one."""

    pairs: int
    ratio: float
    low: float
    high: float


def looks(rounds: int) -> list[int]:
    """Returns the numbers of pairs, up to `rounds`, at which to look: `[12, 18, 28, …, rounds]`, even but for the last.

    After an even number of pairs A B, B A each side has been first equally often.
    """
    planned = []
    pairs = float(FIRST_LOOK)
    while pairs < rounds:
        planned.append(2 * round(pairs / 2))
        pairs *= GROWTH
    return [*planned, rounds]


def rank_of_bound(count: int, planned_looks: int) -> int:
    """Returns which sorted mean of two values, counted from either end, bounds the interval; below 1, none does."""
    z = NormalDist().inv_cdf(1 - (1 - CONFIDENCE) / planned_looks / 2)
    return math.floor(count * (count + 1) / 4 - z * math.sqrt(count * (count + 1) * (2 * count + 1) / 24))


def fewest_pairs(planned_looks: int) -> int:
    """Returns the fewest pairs for which there is an interval."""
    return next(count for count in itertools.count(1) if rank_of_bound(count, planned_looks) >= 1)


def estimate(log_ratios: npt.ArrayLike, planned_looks: int = 1, luck: float = PROCESS_LUCK) -> Estimate:
    """Returns the Hodges-Lehmann estimate of the log ratio, and its Wilcoxon signed-rank interval, as ratios.

    The estimate is the median of the means of all pairs of values: nearly as good as the mean where values are normal,
    and unmoved by the heavy tails that times have. The interval assumes only symmetry about the true value (M.
    Hollander, D. Wolfe, E. Chicken, Nonparametric Statistical Methods, 3rd ed., 2014, sections 3.2 and 3.3; the normal
    approximation, which for so few tail ranks errs on the safe side).

    Looking repeatedly and stopping at will would miss the truth more often than once in twenty. So each planned look
    gets its part of the 5% (Bonferroni): the intervals of all looks together hold the truth in 95% of cells, and any of
    them may be the last (C. Jennison, B. Turnbull, "Interim Analyses: The Repeated Confidence Interval Approach",
    Journal of the Royal Statistical Society B 51, 1989).

    `luck`, the difference between the two processes, is a separate error: it and that of the pairs add in squares.
    """
    logs = np.asarray(log_ratios, dtype=float)
    count = len(logs)
    means = (logs[:, None] + logs[None, :])[np.triu_indices(count)] / 2
    means.sort()
    rank = rank_of_bound(count, planned_looks)
    low, high = (means[rank - 1], means[-rank]) if rank >= 1 else (math.nan, math.nan)
    centre = float(np.median(means))
    low, high = centre - math.hypot(centre - low, luck), centre + math.hypot(high - centre, luck)
    return Estimate(count, math.exp(centre), math.exp(low), math.exp(high))


def is_as_sure_as_can_be(found: Estimate) -> bool:
    """Whether the interval is mostly the luck of the processes: more pairs would narrow it by a tenth at most."""
    return math.log(found.high / found.low) / 2 < 1.1 * PROCESS_LUCK


def more_pairs(found: Estimate, max_slowdown: float) -> float:
    """Returns about how many more pairs would settle an undecided cell, if the ratio stayed as it is.

    The pairs' share of an interval's width shrinks with the square root of their number, and must shrink until the
    interval no longer reaches the nearer limit. Infinite where the luck of the processes alone reaches it; NaN without
    an interval.
    """
    limit = math.log1p(max_slowdown)
    centre, half_width = math.log(found.ratio), math.log(found.high / found.low) / 2
    distance = min(abs(centre - limit), abs(centre + limit))
    if distance <= PROCESS_LUCK:
        return math.inf
    shrink = (half_width**2 - PROCESS_LUCK**2) / (distance**2 - PROCESS_LUCK**2)
    return max(1.0, found.pairs * (shrink - 1))
