"""How sure a median is: bootstrap intervals over rounds, and remarks on rounds that should not be trusted."""

import math
import statistics
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from crossover.benchmarks.runs.records import records

Floats = npt.NDArray[np.float64]

DRAWS = 2000
"""Bootstrap draws: each end of a 95% interval rests on 50 of them."""

FEWEST_ROUNDS = 3
"""With fewer rounds there is no interval."""

CONFIDENCE = 0.95

WIDE_SPREAD = 0.25
"""An interquartile range above this share of the median is remarked. Over the 24 cells of the runs in
docs/runs/intel-xeon-2-cores it is 0.02 in the middle and 0.17 at most; with other work on the machine it went to
0.97."""

SLOW_FIRST = 1.25
"""A first round slower than every other one by this factor was not warm."""

DRIFT = 0.1
"""A trend from the first to the last round is remarked above this share of the median, if it is no accident."""


def log_median_draws(rounds_s: npt.ArrayLike, seed: int = 0) -> Floats | None:
    """What the logarithm of the median could have been: `DRAWS` values, or None with too few rounds.

    Resampling n rounds and taking the median is done here without resampling: the ranks drawn are those of n uniform
    numbers, of which the middle one is Beta distributed (the middle two jointly so), so that a million rounds cost
    no more than five. The deviations are then stretched by the ratio of Student's t to the normal quantile, without
    which the interval is too narrow for few rounds (T. Hesterberg, "What Teachers Should Know about the Bootstrap",
    The American Statistician 69, 2015, section 3.2), and cut to what the rounds support: see `supported`.
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
    """How far a median can be said to reach, from the rounds in order and their median, all in logarithms.

    From 5 rounds on that is from the fastest to the slowest: between them lies the true median with a chance of
    1 - 2 / 2**n whatever the noise is, which is 94% (H. David, H. Nagaraja, Order Statistics, 3rd ed., 2003, section
    7.1). With 4 rounds it is 88% and with 3 only 75%. So there the interval may go beyond both by as much as the median
    lies from the nearer of them, and not by more: one round far off says nothing of how far others may be.

    Of 4000 simulated cells each, with log-normal, skewed and two-peaked noise, the 95% interval holds the true median
    in 84% to 86% with 3 rounds, in 93% to 95% with 4, in 94% with 5, and in 95% to 96% with 8; without these limits it
    did in 89% to 90%, 94% to 96%, 97% to 98%, and 95% to 96%. So with 3 rounds it is too narrow either way. That of the
    ratio of two such medians holds the true one in 96% or more with any of these.
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
    """Student's t quantile with count - 1 degrees of freedom over the normal one.

    The expansion is 26.7.5 of Abramowitz and Stegun, Handbook of Mathematical Functions; for two degrees of freedom it
    is 3% short, for more within 1%.
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
    """The middle 95% of draws, back from logarithms; NaN where there are none."""
    if log_draws is None:
        return math.nan, math.nan
    low, high = np.exp(np.quantile(log_draws, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]))
    return float(low), float(high)


def percentile(values: npt.ArrayLike, share: float) -> tuple[float, float, float]:
    """The value below which a share of all values lies, with its 95% interval; NaN where there are none or too few.

    The interval is that of order statistics, which supposes nothing of how values are spread: value number r of n lies
    above the true percentile as often as fewer than r of n draws fall below it (H. David, H. Nagaraja, Order
    Statistics, 3rd ed., 2003, section 7.1). So the 99th percentile has an interval from 368 values on.
    """
    ordered = np.sort(np.asarray(values, dtype=float))
    count = len(ordered)
    if not count:
        return math.nan, math.nan, math.nan
    below = np.arange(count + 1)
    log_factorials = np.concatenate([[0.0], np.cumsum(np.log(below[1:]))])
    log_chances = log_factorials[-1] - log_factorials - log_factorials[::-1]
    chance_of = np.exp(log_chances + below * math.log(share) + (count - below) * math.log1p(-share))
    at_most = np.cumsum(chance_of)  # [k]: that no more than k draws fall below the true percentile
    low_rank = int((at_most <= (1 - CONFIDENCE) / 2).sum())
    high_rank = int((at_most < (1 + CONFIDENCE) / 2).sum()) + 1
    middle = float(np.quantile(ordered, share))
    if low_rank < 1 or high_rank > count:
        return middle, math.nan, math.nan
    return middle, float(ordered[low_rank - 1]), float(ordered[high_rank - 1])


def with_medians(frame: pd.DataFrame) -> pd.DataFrame:
    """Cells with `rounds`, `median_s`, its 95% interval `low_s` to `high_s`, the draws behind it, and `remarks`.

    A cell without rounds has NaN; one with too few has a median and no interval. The same rounds give the same draws.
    """
    result = frame.copy()
    result["rounds"] = [len(rounds_s) for rounds_s in frame["rounds_s"]]
    result["median_s"] = [statistics.median(rounds_s) if rounds_s else math.nan for rounds_s in frame["rounds_s"]]
    draws = [log_median_draws(cell["rounds_s"], seed_of(cell)) for cell in records(frame)]
    intervals = [interval(log_draws) for log_draws in draws]
    result["low_s"] = [low for low, _ in intervals]
    result["high_s"] = [high for _, high in intervals]
    result["log_draws"] = pd.Series(draws, index=frame.index, dtype=object)
    result["remarks"] = pd.Series(
        [marks + remarks(rounds_s) for marks, rounds_s in zip(frame["marks"], frame["rounds_s"], strict=True)],
        index=frame.index,
        dtype=object,
    )
    return result


def seed_of(cell: dict[str, Any]) -> int:
    """A seed of its own for every cell: the ratio of two that share their draws would look surer than it is."""
    keys = [cell[key] for key in ("machine", "device", "recipe", "scale", "rounds_s")]
    return zlib.crc32(repr([*keys, *cell["case"].items()]).encode())


def remarks(rounds_s: list[float]) -> list[str]:
    """What should keep a reader from trusting the median of these rounds."""
    count = len(rounds_s)
    if not 1 <= count < FEWEST_ROUNDS:
        return [] if not count else [*spread_remarks(rounds_s), *order_remarks(rounds_s)]
    return ["one round: no interval" if count == 1 else f"{count} rounds: too few for an interval"]


def spread_remarks(rounds_s: list[float]) -> list[str]:
    lower, median, upper = np.quantile(rounds_s, [0.25, 0.5, 0.75])
    spread = (upper - lower) / median
    return [f"rounds spread by {spread:.0%} (interquartile range)"] if spread > WIDE_SPREAD else []


def order_remarks(rounds_s: list[float]) -> list[str]:
    """A slow first round, or else a trend by the Mann-Kendall test at the 5% level."""
    first, *others = rounds_s
    if first > SLOW_FIRST * max(others):
        return [f"the first round was {first / statistics.median(others):.1f}x slower than the others"]
    count = len(rounds_s)
    if count > 1000:
        return []  # so many rounds are no longer a matter of minutes, and the test is quadratic
    times = np.asarray(rounds_s)
    score = np.sign(times[None, :] - times[:, None])[np.triu_indices(count, 1)].sum()
    deviation = math.sqrt(count * (count - 1) * (2 * count + 5) / 18)
    half = count // 2
    change = statistics.median(rounds_s[-half:]) / statistics.median(rounds_s[:half]) - 1
    if (abs(score) - 1) / deviation <= statistics.NormalDist().inv_cdf((1 + CONFIDENCE) / 2) or abs(change) <= DRIFT:
        return []
    return [f"rounds got {abs(change):.0%} {'slower' if change > 0 else 'faster'} from first to last half"]
