"""How much faster one cell is than another. Every ratio, and every interval of one, is computed here.

Devices, numbers of threads, recipes, machines, workers, ranks and runs are compared alike: choose what the two sides
differ in.
"""

import math
import statistics
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field

from crossover.benchmarks.report.analysis import stats
from crossover.benchmarks.report.analysis.result import KEYS, Result
from crossover.benchmarks.report.analysis.stats import UNKNOWN, Estimate, LogEstimate
from crossover.benchmarks.runs import units


@dataclass(frozen=True)
class Key:
    """What the two sides of a comparison differ in. In all else they must be alike."""

    parts: tuple[str, ...]
    """Names out of `result.KEYS`, or of parts of a case."""

    label: Callable[[Result], Hashable]
    """The side that a result is on, as it is called in tables."""

    def alike(self, result: Result) -> Hashable:
        """What a result shares with those that it is compared with."""
        keys = tuple(getattr(result, name) for name in KEYS if name not in self.parts)
        return keys, tuple(item for item in result.case.items() if item[0] not in self.parts)


CPU = "cpu"
"""The device that all others are compared with."""

DEVICE = Key(("device",), lambda result: result.device)
RECIPE = Key(("recipe",), lambda result: result.recipe)
MACHINE = Key(("machine", "run"), lambda result: result.machine)
THREADS = Key(("other_threads",), lambda result: units.threads(result.threads) if result.threads else result.device)
RUN = Key(("run",), lambda result: result.run)


@dataclass(frozen=True, eq=False)
class Ratio(LogEstimate):
    """Baseline time / contender time: above 1 the contender is faster."""

    baseline: Result = field(kw_only=True)
    contender: Result = field(kw_only=True)
    narrowing: float = field(default=math.nan, kw_only=True)
    """Width of the interval from unpaired medians / width of this one, in logarithms; NaN unless rounds were paired."""


def compare(results: Iterable[Result], key: Key, baseline: Hashable) -> dict[Result, Ratio]:
    """The ratio of each result to the one on the baseline's side that is alike in all but the key.

    Only measured results have one.
    """
    measured = [result for result in results if result.is_measured]
    bases = {key.alike(result): result for result in measured if key.label(result) == baseline}
    return {
        result: ratio(base, result)
        for result in measured
        if key.label(result) != baseline and (base := bases.get(key.alike(result)))
    }


@dataclass(frozen=True, eq=False)
class Row:
    """One result in a table, beside the one it is compared with. Kinds of benchmarks add what they know more."""

    result: Result
    ratio: Ratio | None = None

    @property
    def speedup(self) -> Estimate:
        return self.ratio or UNKNOWN


def compared(results: list[Result], key: Key, baseline: Hashable) -> list[Row]:
    """Each result, with its ratio to the one on the side of the baseline."""
    ratios = compare(results, key, baseline)
    return [Row(result, ratios.get(result)) for result in results]


def ratio(base: Result, contender: Result) -> Ratio:
    """The median over pairs of rounds that were taken in turn; else, or with too few pairs, the ratio of medians."""
    found = unpaired = stats.quotient(base.time, contender.time)
    narrowing = math.nan
    pairs = paired_ratios(base, contender)
    if len(pairs) >= stats.FEWEST_ROUNDS:
        found = stats.median(pairs)
        if found.error > 0 and unpaired.error > 0:
            narrowing = math.log(unpaired.high / unpaired.low) / math.log(found.high / found.low)
    return Ratio(**vars(found), baseline=base, contender=contender, narrowing=narrowing)


def paired_ratios(base: Result, contender: Result) -> list[float]:
    """Base time / contender time of each pair of rounds; empty where rounds were not taken in turn with each other.

    A cell with fewer rounds than the other took part in the first ones only.
    """
    one, other = base.details, contender.details
    if base.run != contender.run or not one.in_turn or not other.in_turn or one.turn_group != other.turn_group:
        return []
    first = max(one.first_pair, other.first_pair)
    pairs = zip(base.rounds_s[first:], contender.rounds_s[first:], strict=False)
    return [base_s / round_s for base_s, round_s in pairs]


def slowdown(before: list[float], now: list[float], noise: float) -> LogEstimate:
    """The median of a run's times / that of an earlier run's. All rounds of a run share its luck.

    That luck is a normal error of the logarithm, 95% of which lies within `noise`, a share of the time.
    """
    change = stats.quotient(stats.median(now), stats.median(before))
    return stats.widened(change, math.log1p(noise) / stats.t_quantile(math.inf))


def geometric_mean(ratios: list[Ratio]) -> LogEstimate:
    """The geometric mean, with an interval where all ratios have one; unknown if there are none."""
    if not ratios:
        return UNKNOWN
    value = math.exp(statistics.fmean(math.log(each.value) for each in ratios))
    error, free = stats.together(*ratios)
    return LogEstimate.of(value, error / len(ratios), free)
