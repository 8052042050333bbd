"""How sure a median is: bootstrap intervals over rounds, and remarks on rounds that should not be trusted."""

import math
import statistics
import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = [
    "DRAWS",
    "FEWEST_ROUNDS",
    "UNKNOWN",
    "Estimate",
    "Floats",
    "interval",
    "log_median_draws",
    "median",
    "percentile",
    "relative_spread",
    "remarks",
    "seed_of",
    "small_sample_factor",
]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Estimate:
    """A number with the two ends of its 95% interval; NaN for what is unknown."""

    value: float
    low: float = math.nan
    high: float = math.nan

    @property
    def is_known(self) -> bool:
        return not math.isnan(self.value)

    @property
    def has_interval(self) -> bool:
        return not math.isnan(self.low)

    def __truediv__(self, divisor: float) -> "Estimate":
        return Estimate(self.value / divisor, self.low / divisor, self.high / divisor)

    def inverse(self, numerator: float = 1.0) -> "Estimate":
        """`numerator` divided by this number, so that the ends of the interval change places."""
        return Estimate(numerator / self.value, numerator / self.high, numerator / self.low)


UNKNOWN = Estimate(math.nan)

DRAWS = 2000
"""Bootstrap draws: each end of a 95% interval rests on 50 of them."""

FEWEST_ROUNDS = 3
"""With fewer rounds there is no interval."""

CONFIDENCE = 0.95

WIDE_SPREAD = 0.25
"""An interquartile range above this share of the median is remarked on. Over the 24 cells of the runs in
docs/runs/intel-xeon-2-cores its median is 0.02 and its maximum 0.17; with other work on the machine it reached 0.97."""

SLOW_FIRST = 1.25
"""A first round slower than every other one by this factor was not warm."""

DRIFT = 0.1
"""A significant trend is remarked on if the medians of the first and the last half differ by more than this share."""


def log_median_draws(rounds_s: npt.ArrayLike, seed: int = 0) -> Floats | None:
    """Draw the logarithm of the median as it could have been: `DRAWS` values, or None with too few rounds.

    This gives the medians of resampled rounds without resampling. It draws their ranks instead: the middle one of n
    uniform numbers is Beta distributed (the middle two jointly so), so a million rounds cost no more than five. The
    deviations are then stretched by the ratio of Student's t to the normal quantile, without which the interval is too
    narrow for few rounds (T. Hesterberg, "What Teachers Should Know about the Bootstrap", The American Statistician 69,
    2015, section 3.2), and clipped to what the rounds support: see `supported`.
    """
    logs = np.log(np.sort(np.asarray(rounds_s, dtype=float)))
    count = len(logs)
    if count < FEWEST_ROUNDS:
        return None
    generator = np.random.default_rng(seed)
    middle = (count + 1) // 2
    uniform = generator.beta(middle, count - middle + 1, size=DRAWS)
    draws = at_rank(logs, uniform)
    if count % 2 == 0:
        next_uniform = uniform + (1 - uniform) * generator.beta(1, count - middle, size=DRAWS)
        draws = np.log((np.exp(draws) + np.exp(at_rank(logs, next_uniform))) / 2)
    centre = math.log(statistics.median(np.exp(logs)))
    return np.clip(centre + small_sample_factor(count) * (draws - centre), *supported(logs, centre))


def supported(ordered: Floats, centre: float) -> tuple[float, float]:
    """The lowest and the highest median that the rounds support. Arguments and results are logarithms.

    From 5 rounds on, these are the fastest and the slowest round. The true median lies between them with a probability
    of 1 - 2 / 2**n, whatever the noise: 94% for 5 rounds (H. David, H. Nagaraja, Order Statistics, 3rd ed., 2003,
    section 7.1), but 88% for 4 and only 75% for 3. So with 3 or 4 rounds the interval may go beyond both, by at most
    the distance from the median to the nearer one: one round far off says nothing about how far off others may be.

    In 4000 simulated cells each, with log-normal, skewed and two-peaked noise, the 95% interval holds the true median
    in 84% to 86% with 3 rounds, in 93% to 95% with 4, in 94% with 5, and in 95% to 96% with 8. Without these limits it
    did in 89% to 90%, 94% to 96%, 97% to 98%, and 95% to 96%. So with 3 rounds it is too narrow either way. The
    interval of the ratio of two such medians holds the true ratio in 96% or more with any of these numbers of rounds.
    """
    fastest, slowest = float(ordered[0]), float(ordered[-1])
    beyond = 0.0 if len(ordered) >= 5 else min(centre - fastest, slowest - centre)
    return fastest - beyond, slowest + beyond


def at_rank(ordered: Floats, uniform: Floats) -> Floats:
    """The elements of an ordered array at places between 0 and 1."""
    places = np.minimum((len(ordered) * uniform).astype(int), len(ordered) - 1)
    chosen: Floats = ordered[places]
    return chosen


def small_sample_factor(count: int) -> float:
    """Student's t quantile with count - 1 degrees of freedom / the normal quantile.

    The expansion is 26.7.5 of Abramowitz and Stegun, Handbook of Mathematical Functions. It is 3% too low for two
    degrees of freedom and within 1% for more.
    """
    z = statistics.NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    free = count - 1
    t = (
        z
        + (z**3 + z) / (4 * free)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * free**3)
    )
    return t / z


def interval(log_draws: Floats | None) -> tuple[float, float]:
    """The middle 95% of draws, converted back from logarithms; NaN where there are none."""
    if log_draws is None:
        return math.nan, math.nan
    low, high = np.exp(np.quantile(log_draws, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]))
    return float(low), float(high)


def median(values: list[float], seed: int = 0) -> Estimate:
    """The median of positive numbers, one from each round; without an interval if there are too few."""
    return Estimate(statistics.median(values), *interval(log_median_draws(values, seed)))


def percentile(values: npt.ArrayLike, share: float) -> Estimate:
    """The value below which a share of all values lies, and its 95% interval, as far as there are enough values.

    The interval is that of order statistics, which assumes nothing about the distribution of the values: the r-th
    smallest of n values lies above the true percentile exactly if fewer than r of them fall below it (H. David, H.
    Nagaraja, Order Statistics, 3rd ed., 2003, section 7.1). So the 99th percentile has an interval from 368 values on.
    """
    ordered = np.sort(np.asarray(values, dtype=float))
    count = len(ordered)
    if not count:
        return UNKNOWN
    below = np.arange(count + 1)
    log_factorials = np.concatenate([[0.0], np.cumsum(np.log(below[1:]))])
    log_chances = log_factorials[-1] - log_factorials - log_factorials[::-1]
    chance_of = np.exp(log_chances + below * math.log(share) + (count - below) * math.log1p(-share))
    at_most = np.cumsum(chance_of)  # [k]: chance that at most k draws fall below the true percentile
    low_rank = int((at_most <= (1 - CONFIDENCE) / 2).sum())
    high_rank = int((at_most < (1 + CONFIDENCE) / 2).sum()) + 1
    middle = float(np.quantile(ordered, share))
    if low_rank < 1 or high_rank > count:
        return Estimate(middle)
    return Estimate(middle, float(ordered[low_rank - 1]), float(ordered[high_rank - 1]))


def seed_of(*keys: object) -> int:
    """A different seed for other keys: the ratio of two cells that shared their draws would look surer than it is."""
    return zlib.crc32(repr([*keys]).encode())


def remarks(rounds_s: list[float]) -> list[str]:
    """Reasons not to trust the median of these rounds, a line each."""
    count = len(rounds_s)
    if not 1 <= count < FEWEST_ROUNDS:
        return [] if not count else [*spread_remarks(rounds_s), *order_remarks(rounds_s)]
    return ["one round: no interval" if count == 1 else f"{count} rounds: too few for an interval"]


def relative_spread(values: list[float]) -> float:
    """The interquartile range / the median."""
    lower, median, upper = np.quantile(values, [0.25, 0.5, 0.75])
    return float((upper - lower) / median)


def spread_remarks(rounds_s: list[float]) -> list[str]:
    spread = relative_spread(rounds_s)
    return [f"rounds spread by {spread:.0%} (interquartile range)"] if spread > WIDE_SPREAD else []


def order_remarks(rounds_s: list[float]) -> list[str]:
    """A remark on a slow first round, or else on a trend by the Mann-Kendall test at the 5% level."""
    first, *others = rounds_s
    if first > SLOW_FIRST * max(others):
        return [f"the first round was {first / statistics.median(others):.1f}x slower than the others"]
    count = len(rounds_s)
    if count > 1000:
        return []  # the test takes quadratic time
    times = np.asarray(rounds_s)
    score = np.sign(times[None, :] - times[:, None])[np.triu_indices(count, 1)].sum()
    deviation = math.sqrt(count * (count - 1) * (2 * count + 5) / 18)
    half = count // 2
    change = statistics.median(rounds_s[-half:]) / statistics.median(rounds_s[:half]) - 1
    if (abs(score) - 1) / deviation <= statistics.NormalDist().inv_cdf((1 + CONFIDENCE) / 2) or abs(change) <= DRIFT:
        return []
    return [f"rounds got {abs(change):.0%} {'slower' if change > 0 else 'faster'} from first to last half"]
