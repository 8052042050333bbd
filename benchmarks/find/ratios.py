"""The ratio of the two sides at each size, and how sure that is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from crossover.benchmarks.ab import ratio_interval
from crossover.benchmarks.report.analysis.stats import Floats

__all__ = ["INTERVAL_MISS", "LUCK", "MOST_BELIEF", "MeasuredSize", "Summary", "half_width", "with_usual_noise"]

INTERVAL_MISS = 0.05
"""How often the interval of a crossing may miss it."""

SIGN_MISS = 0.01
"""How often an interval may miss that says which side is faster. Only near 1 it may miss on the wrong side, where a
search takes most looks; fewer than one claim in a thousand is of a wrong kind (`python -m tools.find_coverage`)."""

LUCK = 0.03
"""The usual standard deviation of the log ratio of two processes of the same code.

It is 2% of the same code on one device (docs/did-it-get-slower.md), and may be twice as much of two devices or numbers
of threads. With 2% here, intervals would hold the crossing in 97% where it is 2%, and in 89% where it is 4%."""

MOST_BELIEF = 8.0
"""How much the usual luck and the noise of the turns count beside what the processes show, in degrees of freedom.

Three processes alone, with two degrees, would make an interval twice as wide.
"""

TURNS_PER_DEGREE = 2.0
"""The turns whose noise is worth a degree of freedom. Quartiles tell the spread of normal values as well as 37% of them
do together, and that of heavy tails better; how often intervals hold with this, `tools.find_coverage` simulates."""

BORROWED_TURNS = 8
"""The most turns of other sizes by which the noise of a size is told: it is much like theirs, and not the same."""

SPREAD_OF_CENTRES = 1.25
"""The variance of `centre`, by that of the mean of normal values with the same quartiles: 1.05 where the noise is
normal, 1.2 where it has heavy tails (Student's t with 2.5 degrees of freedom)."""

QUARTILES = 1.349
"""The distance between the quartiles of a normal distribution, in standard deviations."""


@dataclass
class MeasuredSize:
    """What was measured at a size: the times of the turns of each pair of processes, scaled to whole epochs."""

    dial: int
    """The scale, or the batch size where that is varied."""

    size: int
    """The number of parameters, or the batch size again."""

    turns_s: list[tuple[list[float], list[float]]]
    """The times of the baseline and of the contender, for each pair of processes."""

    remarks: list[str] = field(default_factory=list)

    @classmethod
    def empty(cls, dial: int, size: int, processes: int) -> "MeasuredSize":
        return cls(dial, size, [([], []) for _ in range(processes)])

    def add(self, process: int, baseline_s: float, contender_s: float) -> None:
        for times_s, time_s in zip(self.turns_s[process], (baseline_s, contender_s), strict=True):
            times_s.append(time_s)

    @property
    def counts(self) -> list[int]:
        """How many turns each pair of processes has taken."""
        return [len(baseline_s) for baseline_s, _ in self.turns_s]

    @property
    def pairs(self) -> int:
        return sum(self.counts)

    def times_s(self, side: int) -> list[float]:
        """The times of all turns of the baseline, 0, or of the contender, 1."""
        return [time_s for turns_s in self.turns_s for time_s in turns_s[side]]

    def summary(self) -> "Summary":
        logs = [list(np.log(np.array(contender_s) / np.array(baseline_s))) for baseline_s, contender_s in self.turns_s]
        return Summary(
            self.dial,
            self.size,
            np.array([ratio_interval.centre(each) if each else math.nan for each in logs]),
            self.counts,
            spread_variance(np.concatenate(logs)),
        )


@dataclass(frozen=True)
class Summary:
    """The ratio at a size, as far as it is known from some turns."""

    dial: int
    size: int
    centres: Floats
    """The log ratio of each pair of processes; NaN where it has taken no turn."""

    counts: list[int]
    variance: float
    """That of the log ratios of single turns, as this size shows it."""

    usual_variance: float = 0.0
    borrowed: int = 0
    """The variance at other sizes, and by how many turns it counts."""

    @cached_property
    def pairs(self) -> int:
        return sum(self.counts)

    @cached_property
    def turn_variance(self) -> float:
        """The variance of the log ratios of single turns."""
        return (self.pairs * self.variance + self.borrowed * self.usual_variance) / (self.pairs + self.borrowed)

    @cached_property
    def noise_variance(self) -> float:
        """The variance that the noise of turns adds to the centre of a pair of processes, on average."""
        return float(SPREAD_OF_CENTRES * self.turn_variance * np.mean([1 / count for count in self.counts if count]))

    @cached_property
    def belief(self) -> float:
        return min(MOST_BELIEF, (self.pairs + self.borrowed) / TURNS_PER_DEGREE)

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
    def sureness(self) -> float:
        """How far the ratio is from 1, by half the width of the interval that its sign is taken from."""
        low, high = self.bounds(SIGN_MISS)
        return abs(self.log_ratio) / max((high - low) / 2, 1e-9)


def with_usual_noise(summaries: Sequence[Summary]) -> list[Summary]:
    """Returns summaries each of which knows the noise at the others: a few turns tell little of their own."""
    turns, total = sum(each.pairs for each in summaries), sum(each.pairs * each.variance for each in summaries)
    known = []
    for each in summaries:
        others = turns - each.pairs
        usual = (total - each.pairs * each.variance) / others if others else 0.0
        known.append(replace(each, usual_variance=max(0.0, usual), borrowed=min(BORROWED_TURNS, others)))
    return known


def spread_variance(logs: Floats) -> float:
    """Returns the variance of log ratios by their quartiles, which a few wild turns do not move."""
    low, high = np.quantile(logs, [0.25, 0.75])
    return float(((high - low) / QUARTILES) ** 2 * len(logs) / max(1, len(logs) - 1))


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
