"""How much slower the contender is, from turns of several processes a side, and how sure that is."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

__all__ = [
    "FAR",
    "FEWEST_PROCESSES",
    "RatioEstimate",
    "centre",
    "chance_of_miss",
    "estimate",
    "looks",
    "more_pairs",
    "t_quantile",
]

MISSES = 0.05
"""Over all looks together, the interval may miss the truth in 5% of cells."""

LAST_SHARE = 0.75
"""The last look's share of these misses: it decides what is close, and the others what is plain."""

FIRST_LOOK = 2
"""The turns of each process before the first look: each side has been first once."""

GROWTH = 2
"""Each look has this many times the turns of the last: few looks, each of which may miss more often."""

FEWEST_PROCESSES = 3
"""With two processes a side, Student's t would be twelve times as large as with twelve."""

FAR = 10_000
"""A need for more pairs than this is not worth telling."""


@dataclass(frozen=True)
class RatioEstimate:
    """Contender time / baseline time, with its interval; the bounds are NaN where there are too few pairs for one."""

    pairs: int
    ratio: float
    low: float
    high: float
    processes: int
    """The processes of each side."""

    spread: float = math.nan
    """The standard deviation of the log ratio between pairs of processes."""

    luck: float = math.nan
    """The part of this spread that more turns would not lessen: processes of the same code differ all their lives."""


def looks(rounds: int, processes: int) -> list[int]:
    """Returns the numbers of pairs, up to `rounds`, at which to look: `[24, 48, 96, …, rounds]` of 12 processes."""
    planned = []
    pairs = FIRST_LOOK * processes
    while pairs < rounds:
        planned.append(pairs)
        pairs *= GROWTH
    return [*planned, rounds]


def chance_of_miss(looks_before: int, planned_looks: int, *, is_last: bool) -> float:
    """Returns how often the interval of a look may miss the truth.

    Looking repeatedly and stopping at will would miss the truth more often than once in twenty. So each look gets its
    part of the 5%, and the last one, when the pairs or the time are used up, all that is left of it (Bonferroni): the
    intervals of all looks together hold the truth in 95% of cells, and any of them may be the last (C. Jennison, B.
    Turnbull, "Interim Analyses: The Repeated Confidence Interval Approach", Journal of the Royal Statistical Society B
    51, 1989).
    """
    early = (1 - LAST_SHARE) * MISSES / max(1, planned_looks - 1)
    return MISSES - looks_before * early if is_last else early


def estimate(log_ratios: Sequence[Sequence[float]], miss: float = MISSES) -> RatioEstimate:
    """Returns the ratio of the two codes, from the log ratios of the turns of each pair of processes.

    Two processes of the same code differ all their lives by chance, such as where their memory lies. So it is the pairs
    of processes that are counted, not their turns: each gives one log ratio, and Student's t bounds the mean of these
    (T. Kalibera, R. Jones, "Rigorous Benchmarking in Reasonable Time", ISMM 2013). This holds whatever the luck of a
    process and the noise of a turn are, as long as the log ratios of pairs of processes are about normal; with heavier
    tails it errs on the safe side.
    """
    centres = [centre(logs) for logs in log_ratios if len(logs)]
    count, pairs = len(centres), sum(map(len, log_ratios))
    mean = statistics.fmean(centres)
    if count < 2:
        return RatioEstimate(pairs, math.exp(mean), math.nan, math.nan, count)
    spread = statistics.stdev(centres)
    half_width = t_quantile(count - 1, miss) * spread / math.sqrt(count)
    low, high = (math.exp(min(700.0, max(-700.0, mean + side))) for side in (-half_width, half_width))
    return RatioEstimate(pairs, math.exp(mean), low, high, count, spread, luck(log_ratios, spread))


def centre(values: Sequence[float]) -> float:
    """Returns the median of the means of all pairs of values, nearly as good as the mean where values are normal.

    The heavy tails that times have do not move it (M. Hollander, D. Wolfe, E. Chicken, Nonparametric Statistical
    Methods, 3rd ed., 2014, section 3.2: the Hodges-Lehmann estimate).
    """
    logs = np.asarray(values, dtype=float)
    rows, columns = np.triu_indices(len(logs))
    return float(np.median(logs[rows] + logs[columns]) / 2)


def luck(log_ratios: Sequence[Sequence[float]], spread: float) -> float:
    """Returns the standard deviation that the luck of processes adds to the noise of their turns.

    Two halves of the turns of the same processes differ by noise alone, by twice as much as the whole does.
    """
    halves = [(logs[: len(logs) // 2], logs[len(logs) // 2 :]) for logs in log_ratios if len(logs) > 1]
    if not halves:
        return math.nan
    noise_variance = statistics.fmean((centre(one) - centre(other)) ** 2 / 4 for one, other in halves)
    return math.sqrt(max(0.0, spread**2 - noise_variance))


@cache
def t_quantile(free: float, miss: float) -> float:
    """Returns the quantile of Student's t distribution beyond which, on both sides together, a share `miss` lies.

    With t = √free · tan θ, the density of θ is proportional to cos(θ)^(free - 1), which is summed here (Abramowitz and
    Stegun, Handbook of Mathematical Functions, 26.7.1); within 0.01% for all that a comparison needs.
    """
    edges = np.linspace(0, math.pi / 2, 4001)
    mass = np.cumsum(np.cos((edges[1:] + edges[:-1]) / 2) ** (free - 1))
    return math.sqrt(free) * math.tan(np.interp(1 - miss, [0.0, *(mass / mass[-1])], edges))


def more_pairs(found: RatioEstimate, max_slowdown: float) -> float:
    """Returns about how many more pairs would settle an undecided cell, if the ratio stayed as it is.

    The share of the noise in the interval's squared width shrinks as pairs are added, and must do so until the interval
    no longer reaches the nearer limit. Infinite where the luck of the processes alone reaches it; NaN without an
    interval.
    """
    limit = math.log1p(max_slowdown)
    ratio, half_width = math.log(found.ratio), math.log(found.high / found.low) / 2
    distance = min(abs(ratio - limit), abs(ratio + limit))
    share = (found.luck / found.spread) ** 2 if found.luck > 0 else 0.0
    if distance**2 <= share * half_width**2:
        return math.inf
    shrink = (1 - share) * half_width**2 / (distance**2 - share * half_width**2)
    return max(1.0, found.pairs * (shrink - 1))
