"""The ratio of the two sides at each size, how sure that is, and where between two sizes it passes 1."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np

from crossover.benchmarks.ab import ratio_interval
from crossover.benchmarks.report.analysis.crossover import crossing_size
from crossover.benchmarks.report.analysis.stats import Floats

__all__ = ["SIGN_MISS", "Crossing", "Point", "Summary", "crossing"]

INTERVAL_MISS = 0.05
"""How often the interval of a crossing may miss it."""

SIGN_MISS = 0.002
"""How often an interval may miss that says which side is faster: a search asks for ten of them, several times each."""

LUCK = 0.02
"""The usual standard deviation of the log ratio of two processes of the same code (docs/did-it-get-slower.md)."""

MOST_BELIEF = 8.0
"""How much the usual luck and the noise of the turns count beside what the processes show, in degrees of freedom.

Three processes alone, with two degrees, would make an interval twice as wide.
"""

TURNS_PER_DEGREE = 2.0
"""The turns whose noise is worth a degree of freedom: quartiles tell a spread about half as well as all values do."""

SPREAD_OF_CENTRES = 1.25
"""The variance of `centre`, by that of the mean of normal values with the same quartiles: 1.05 where the noise is
normal, 1.2 where it has heavy tails (Student's t with 2.5 degrees of freedom)."""

QUARTILES = 1.349
"""The distance between the quartiles of a normal distribution, in standard deviations."""

STEPS = 200
"""The places between two sizes at which the interpolated ratio is looked at."""


@dataclass
class Point:
    """What was measured at a size: the log ratios contender / baseline of the turns of each pair of processes."""

    scale: int
    parameters: int
    logs: list[list[float]]
    baseline_s: list[float] = field(default_factory=list)
    contender_s: list[float] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def pairs(self) -> int:
        return sum(map(len, self.logs))

    def summary(self) -> "Summary":
        return Summary(self.scale, self.parameters, [list(logs) for logs in self.logs])


@dataclass(frozen=True)
class Summary:
    """The ratio at a size, as far as it is known from some turns."""

    scale: int
    parameters: int
    logs: list[list[float]]

    @cached_property
    def centres(self) -> Floats:
        """The log ratio of each pair of processes; NaN where it has taken no turn."""
        return np.array([ratio_interval.centre(logs) if logs else math.nan for logs in self.logs])

    @cached_property
    def noise_variance(self) -> float:
        """The variance that the noise of turns adds to the centre of a pair of processes, on average."""
        every = np.concatenate([logs for logs in self.logs if logs])
        low, high = np.quantile(every, [0.25, 0.75])
        counts = [len(logs) for logs in self.logs if logs]
        variance: float = ((high - low) / QUARTILES) ** 2 * len(every) / max(1, len(every) - 1)
        return float(SPREAD_OF_CENTRES * variance * np.mean([1 / count for count in counts]))

    @property
    def belief(self) -> float:
        return min(MOST_BELIEF, sum(map(len, self.logs)) / TURNS_PER_DEGREE)

    @cached_property
    def log_ratio(self) -> float:
        return float(np.nanmean(self.centres))

    def bounds(self, miss: float = INTERVAL_MISS) -> tuple[float, float]:
        """The interval of the log ratio."""
        width = float(half_width(self.centres[:, None], self.noise_variance, self.belief, miss)[0])
        return self.log_ratio - width, self.log_ratio + width

    @cached_property
    def sign(self) -> int:
        """1 where the baseline is faster for sure, -1 where the contender is, 0 where it may be either."""
        return side(*self.bounds(SIGN_MISS))

    @cached_property
    def likely_sign(self) -> int:
        """The same as far as the 95% interval tells."""
        return side(*self.bounds())

    @cached_property
    def width(self) -> float:
        """How wide the interval of the log ratio is."""
        low, high = self.bounds()
        return high - low

    @cached_property
    def sureness(self) -> float:
        """How far the ratio is from 1, by half the width of the interval that its sign is taken from."""
        low, high = self.bounds(SIGN_MISS)
        return abs(self.log_ratio) / max((high - low) / 2, 1e-9)


@dataclass(frozen=True)
class Crossing:
    """Where the ratio passes 1, in parameters, with the 95% interval."""

    parameters: float
    low: float
    high: float
    to_contender: bool
    """Whether the contender is the faster one above it."""

    between: tuple[Summary, Summary]
    """The measured sizes on either side of it."""

    def least_width(self, processes: int) -> float:
        """The width of the interval, in logarithms, that remains without noise: what processes differ by chance."""
        one, other = self.between
        slope = abs(other.log_ratio - one.log_ratio) / math.log(other.parameters / one.parameters)
        width = ratio_interval.t_quantile(MOST_BELIEF + processes - 1, INTERVAL_MISS) * LUCK / math.sqrt(processes)
        return 2 * width / slope

    @property
    def within(self) -> float:
        """How far an end of the interval is from the crossing at most, as a share: 0.1 for ±10%."""
        return max(self.parameters / self.low, self.high / self.parameters) - 1


def side(low: float, high: float) -> int:
    return 1 if low > 0 else -1 if high < 0 else 0


def half_width(centres: Floats, noise_variance: Floats | float, belief: float, miss: float) -> Floats:
    """Returns half the width of the interval of the mean of log ratios: shape `(processes, n)` to `(n,)`.

    Few processes tell little of how much processes differ, and may agree by chance. So their variance is drawn towards
    what it usually is, their usual luck and the noise of their turns, and Student's t counts with both (the moderated
    t statistic: G. Smyth, "Linear Models and Empirical Bayes Methods for Assessing Differential Expression in
    Microarray Experiments", Statistical Applications in Genetics and Molecular Biology 3, 2004). How often such an
    interval holds the truth is simulated by `python -m tools.find_coverage`.
    """
    took_part = centres[~np.isnan(centres).any(axis=1)]
    free = len(took_part) - 1
    seen = np.var(took_part, axis=0, ddof=1) if free else np.zeros(took_part.shape[1])
    variance = (belief * (LUCK**2 + noise_variance) + free * seen) / (belief + free)
    width: Floats = ratio_interval.t_quantile(round(belief + free, 1), miss) * np.sqrt(variance / len(took_part))
    return width


def crossing(points: Sequence[Summary]) -> Crossing:
    """Returns where the ratio passes 1 between the first and the last of some sizes, whose signs are sure and differ.

    Between neighbours the log ratio of each pair of processes runs straight over log parameters. The interval holds
    every size at which that of the interpolated ratio holds 1 (E. Fieller, "Some Problems in Interval Estimation",
    Journal of the Royal Statistical Society B 16, 1954), and all between them.
    """
    inside: list[float] = []
    for one, other in pairwise(points):
        share = np.linspace(0, 1, STEPS + 1)
        centres = one.centres[:, None] * (1 - share) + other.centres[:, None] * share
        noise = one.noise_variance * (1 - share) ** 2 + other.noise_variance * share**2
        place = share_of(one, other)
        width = half_width(centres, noise, one.belief * (1 - place) + other.belief * place, INTERVAL_MISS)
        sizes = math.log(one.parameters) * (1 - share) + math.log(other.parameters) * share
        inside += list(sizes[np.abs(np.nanmean(centres, axis=0)) <= width])
    first, last = points[0], points[-1]
    before, after = changing(points)
    logs = np.array([before.log_ratio, after.log_ratio])
    at = float(crossing_size(logs, np.array([before.parameters, after.parameters], dtype=np.int64)))
    low, high = (math.exp(min(inside)), math.exp(max(inside))) if inside else (at, at)
    return Crossing(at, min(low, at), max(high, at), first.sign > last.sign, (before, after))


def share_of(one: Summary, other: Summary) -> float:
    """Returns which share of the way from one size to another it is to the crossing, or to the end nearest to it."""
    rise = other.log_ratio - one.log_ratio
    return min(1.0, max(0.0, -one.log_ratio / rise)) if rise else 0.5


def changing(points: Sequence[Summary]) -> tuple[Summary, Summary]:
    """Returns the first two neighbours between which the ratio passes to the last one's side."""
    target = points[-1].log_ratio > 0
    return next(
        (one, other)
        for one, other in pairwise(points)
        if (one.log_ratio > 0) != target and (other.log_ratio > 0) == target
    )
