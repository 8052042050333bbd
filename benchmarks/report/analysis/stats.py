"""How sure a median is: intervals over rounds, and remarks on rounds that should not be trusted."""

import math
import statistics
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

__all__ = [
    "FEWEST_ROUNDS",
    "UNKNOWN",
    "Estimate",
    "Floats",
    "LogEstimate",
    "median",
    "percentile",
    "quotient",
    "relative_spread",
    "remarks",
    "t_quantile",
    "together",
    "widened",
]

Floats = npt.NDArray[np.float64]

FEWEST_ROUNDS = 3
"""With fewer rounds there is no interval."""

CONFIDENCE = 0.95

WINSORIZED = 0.2
"""The share of rounds at either end that are drawn in before the spread is taken: some rounds are always disturbed."""

FEWEST_WINSORIZED = 5
"""With fewer rounds none is drawn in: two would be left. With five, one at either end makes an interval half as wide
again where noise is normal, and much narrower where one round was disturbed."""

WIDE_SPREAD = 0.25
"""An interquartile range above this share of the median is remarked on. Over the 24 cells of the runs in
docs/runs/intel-xeon-2-cores its median is 0.02 and its maximum 0.17; with other work on the machine it reached 0.97."""

SLOW_FIRST = 1.25
"""A first round slower than every other one by this factor was not warm."""

DRIFT = 0.1
"""A significant trend is remarked on if the medians of the first and the last half differ by more than this share."""


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


@dataclass(frozen=True, eq=False)
class LogEstimate(Estimate):
    """A positive number whose logarithm is known up to an error that follows Student's t distribution."""

    error: float = math.nan
    """The standard error of the logarithm; NaN without an interval."""

    free: float = math.nan
    """The degrees of freedom of the error; infinite where it is known and not estimated."""

    @classmethod
    def of(cls, value: float, error: float, free: float) -> "LogEstimate":
        """The estimate with its interval. An interval beyond all numbers is as good as none."""
        width = t_quantile(free) * error
        if not width < 700:  # the logarithm of the largest number is 709
            return cls(value)
        return cls(value, value * math.exp(-width), value * math.exp(width), error, free)

    def log_draws(self, count: int, generator: np.random.Generator) -> Floats:
        """Draw `count` logarithms from the distribution of the error."""
        is_normal = math.isinf(self.free)  # of which numpy's t distribution makes NaN
        noise = generator.standard_normal(count) if is_normal else generator.standard_t(self.free, count)
        draws: Floats = math.log(self.value) + self.error * noise
        return draws


UNKNOWN = LogEstimate(math.nan)


def median(values: list[float]) -> LogEstimate:
    """The median of positive numbers, one from each round; without an interval if there are too few.

    The error of the logarithm is that of the median of normal noise. The spread of that noise is taken from the
    winsorized values, in which the `WINSORIZED` share at either end is drawn in to the next value, and counts with
    Student's t for the values that are left (the method is that of the trimmed mean: K. Yuen, "The two-sample trimmed t
    for unequal population variances", Biometrika 61, 1974). In place of the error of the trimmed mean stands that of
    the median. How often the interval holds the true median is simulated by `python -m tools.coverage`.
    """
    found = statistics.median(values)
    count = len(values)
    if count < FEWEST_ROUNDS:
        return LogEstimate(found)
    ends = int(WINSORIZED * count) if count >= FEWEST_WINSORIZED else 0
    logs = np.sort(np.log(values))
    if logs[ends] == logs[count - 1 - ends]:
        ends = 0  # a coarse clock gives equal times, which would look surer than they are
    drawn_in = np.clip(logs, logs[ends], logs[count - 1 - ends])
    variance = float(np.var(drawn_in, ddof=1)) / winsorized_variance(ends / count)
    if ends:
        variance *= count / (count - 1)  # few values lie closer when drawn in than many do, which simulation shows
    return LogEstimate.of(found, math.sqrt(variance * median_variance(count)), count - 2 * ends - 1)


def median_variance(count: int) -> float:
    """The variance of the median of standard normal values, to within 2% from three values on.

    It tends to π / (2 · count). The constants fit what numerical integration gives for few values.
    """
    return math.pi / (2 * count + (1.14 if count % 2 else 2.6))


def winsorized_variance(share: float) -> float:
    """The variance of standard normal values of which a share at either end is drawn in to the next value."""
    if not share:
        return 1.0
    normal = NormalDist()
    edge = normal.inv_cdf(1 - share)
    return 1 - 2 * share - 2 * edge * normal.pdf(edge) + 2 * share * edge**2


def quotient(numerator: LogEstimate, denominator: LogEstimate) -> LogEstimate:
    """The ratio of two independent numbers, with B. Welch's degrees of freedom (Biometrika 34, 1947)."""
    return LogEstimate.of(numerator.value / denominator.value, *together(numerator, denominator))


def together(*parts: LogEstimate) -> tuple[float, float]:
    """The error of the sum of independent logarithms, and its degrees of freedom by Welch and Satterthwaite."""
    variance = sum(part.error**2 for part in parts)
    weights = sum(part.error**4 / part.free for part in parts)
    return math.sqrt(variance), variance**2 / weights if weights else math.inf


def widened(found: LogEstimate, deviation: float) -> LogEstimate:
    """The estimate with one more, independent error of its logarithm: a normal one of known deviation."""
    return LogEstimate.of(found.value, *together(found, LogEstimate(1.0, error=deviation, free=math.inf)))


def t_quantile(free: float) -> float:
    """The quantile of Student's t distribution that bounds the middle 95%.

    The expansion is 26.7.5 of Abramowitz and Stegun, Handbook of Mathematical Functions. It is 3% too low for two
    degrees of freedom and within 1% for more.
    """
    z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
    return (
        z
        + (z**3 + z) / (4 * free)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * free**3)
    )


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
