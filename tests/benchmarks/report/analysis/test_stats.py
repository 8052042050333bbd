"""Medians with their intervals against hand calculations, tables of statistics and numerical integrals."""

import itertools
import math
from statistics import NormalDist

import numpy as np
import pytest

from crossover.benchmarks.report.analysis import stats
from crossover.benchmarks.report.analysis.stats import LogEstimate

NORMAL = NormalDist()
STEP = 0.02
GRID = np.arange(-8, 8, STEP)
DENSITY = np.array([NORMAL.pdf(each) for each in GRID])
BELOW = np.array([NORMAL.cdf(each) for each in GRID])

T_97_5 = {2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 9: 2.262, 14: 2.145, 29: 2.045, math.inf: 1.960}
"""A printed table of Student's t: 97.5% lies below, by degrees of freedom."""


def rounds(*logs):
    return [math.exp(each) for each in logs]


def half_widths(found):
    """How far the interval goes down and up, in logarithms."""
    return math.log(found.value / found.low), math.log(found.high / found.value)


@pytest.mark.parametrize(
    ("logs", "deviation", "variance_of_median", "free"),
    [
        ([-0.1, 0.0, 0.1], 0.1, 0.4487, 2),
        ([-0.3, -0.1, 0.1, 0.3], 0.1 * math.sqrt(20 / 3), 0.2982, 3),
        # One at either end is drawn in: 2 2 3 4 4, whose squares about 3 add up to 4; then two of ten:
        # 3 3 3 4 5 6 7 8 8 8, whose squares about 5.5 add up to 42.5. Of normal values such a variance is 0.4121 of the
        # whole one, and less of few values.
        ([-0.2, -0.1, 0.0, 0.1, 0.2], 0.1 * math.sqrt(4 / 4 / 0.4121 * 5 / 4), 0.2868, 2),
        ([number / 10 for number in range(1, 11)], 0.1 * math.sqrt(42.5 / 9 / 0.4121 * 10 / 9), 0.1383, 5),
    ],
    ids=["3 rounds", "4 rounds", "5 rounds", "10 rounds"],
)
def test_an_interval_is_that_of_a_hand_calculation(logs, deviation, variance_of_median, free):
    """The median ± t · error, in logarithms. With two degrees of freedom t is 3% too low, as `t_quantile` says."""
    found = stats.median(rounds(*logs))
    expected = T_97_5[free] * deviation * math.sqrt(variance_of_median)

    assert (free, pytest.approx(expected / T_97_5[free], rel=0.01)) == (found.free, found.error)
    assert half_widths(found) == pytest.approx((expected, expected), rel=0.045 if free == 2 else 0.015)


@pytest.mark.parametrize(("rounds_s", "value"), [([2.0], 2.0), ([2.0, 4.0], 3.0)])
def test_one_or_two_rounds_have_a_median_and_no_interval(rounds_s, value):
    found = stats.median(rounds_s)

    assert value == found.value
    assert not found.has_interval


@pytest.mark.parametrize("count", [3, 4, 10])
def test_equal_rounds_have_an_interval_of_no_width(count):
    found = stats.median([2.0] * count)

    assert (2.0, 2.0, 2.0, 0.0) == (found.value, found.low, found.high, found.error)


def test_a_wild_round_at_either_end_of_five_counts_as_its_neighbour():
    """Among four rounds it counts as it is, because drawing in would leave two."""
    five, wild = [0.0, 0.1, 0.2, 0.3, 0.4], [-9.0, 0.1, 0.2, 0.3, 9.0]
    four = stats.median(rounds(*five[1:])), stats.median(rounds(*five[1:4], 9.0))

    assert half_widths(stats.median(rounds(*five))) == pytest.approx(half_widths(stats.median(rounds(*wild))))
    assert four[1].error > 10 * four[0].error


def test_equal_rounds_between_two_others_are_not_taken_for_exact():
    """A coarse clock gives such: the two others say how far off a round may be."""
    five = stats.median(rounds(-0.1, 0.0, 0.0, 0.0, 0.1))
    expected = T_97_5[4] * math.sqrt(0.02 / 4 * 0.2868)

    assert half_widths(five) == pytest.approx((expected, expected), rel=0.015)
    assert (1.0, 1.0) == (stats.median([1.0] * 5).low, stats.median([1.0] * 5).high)


def test_an_interval_is_the_same_in_any_unit_order_and_direction():
    logs = [0.3, 0.0, 0.1, 0.7, 0.2]
    found, turned = stats.median(rounds(*logs)), stats.median(rounds(*(math.log(1000) - each for each in logs[::-1])))

    assert (1000 / found.high, 1000 / found.low) == pytest.approx((turned.low, turned.high))


@pytest.mark.parametrize("count", [3, 4, 5, 10, 25])
def test_the_variance_of_the_median_is_that_of_numerical_integration(count):
    half, chances = (count - 1) // 2, DENSITY * STEP
    factor = math.factorial(count) / math.factorial(half) ** 2
    if count % 2:
        expected = factor * np.sum(GRID**2 * BELOW**half * (1 - BELOW) ** half * chances)
    else:  # the mean of the two in the middle, x below y
        x_and_y = np.outer(BELOW**half * chances, (1 - BELOW) ** half * chances)
        x_and_y = (np.triu(x_and_y) + np.triu(x_and_y, 1)) / 2  # of the diagonal a half
        expected = factor * np.sum((GRID[:, None] + GRID[None, :]) ** 2 / 4 * x_and_y)

    assert expected == pytest.approx(stats.median_variance(count), rel=0.02)


@pytest.mark.parametrize("share", [0.0, 1 / 6, 0.2])
def test_the_variance_of_winsorized_values_is_that_of_numerical_integration(share):
    edge = NORMAL.inv_cdf(1 - share) if share else 9.0
    expected = np.sum(np.clip(GRID, -edge, edge) ** 2 * DENSITY * STEP)

    assert expected == pytest.approx(stats.winsorized_variance(share), rel=1e-4)


@pytest.mark.parametrize(("free", "expected"), T_97_5.items())
def test_the_quantile_is_that_of_a_table(free, expected):
    assert expected == pytest.approx(stats.t_quantile(free), rel=0.035 if free == 2 else 0.01)


EXACT = LogEstimate.of(4.0, 0.0, 2)
"""An estimate from equal rounds."""


@pytest.mark.parametrize(
    ("parts", "error", "free"),
    [
        ([(0.3, 4), (0.1, 2)], math.sqrt(0.1), 0.01 / (0.0081 / 4 + 0.0001 / 2)),
        ([(0.3, 4), (0.3, 4)], 0.3 * math.sqrt(2), 8),
        ([(0.1, 4), (0.1, math.inf)], 0.1 * math.sqrt(2), 16),
        ([(0.1, 4), (0.0, 2)], 0.1, 4),
        ([(0.0, 2), (0.0, 4)], 0.0, math.inf),
    ],
)
def test_errors_add_by_their_squares_with_welch_s_degrees_of_freedom(parts, error, free):
    both = [LogEstimate.of(2.0, *part) for part in parts]

    for one, other in itertools.permutations(both):
        found = stats.quotient(one, other)
        assert (1.0, error, free) == pytest.approx((found.value, found.error, found.free))


def test_a_quotient_needs_an_interval_of_both():
    found = stats.quotient(EXACT, stats.median([1.0, 2.0]))

    assert pytest.approx(4 / 1.5) == found.value
    assert not found.has_interval


def test_an_exact_number_is_widened_by_a_normal_error():
    found = stats.widened(EXACT, 0.1)

    assert half_widths(found) == pytest.approx((0.196, 0.196), rel=1e-3)
    assert not stats.widened(stats.median([1.0]), 0.1).has_interval


def test_an_interval_beyond_all_numbers_is_none():
    found = LogEstimate.of(2.0, 400.0, 4)

    assert (2.0, False) == (found.value, found.has_interval)


@pytest.mark.parametrize("free", [3.7, 30, math.inf])
@pytest.mark.parametrize("error", [0.0, 0.2])
def test_draws_lie_within_the_interval_as_often_as_it_says(free, error):
    found = LogEstimate.of(3.0, error, free)
    draws = found.log_draws(20_000, np.random.default_rng(1))
    below, above = np.mean(draws < math.log(found.low) - 1e-9), np.mean(draws > math.log(found.high) + 1e-9)

    assert math.log(3) == pytest.approx(np.median(draws), abs=0.01)
    assert (below, above) == pytest.approx((0.025, 0.025) if error else (0, 0), abs=0.005)


@pytest.mark.parametrize(
    ("rounds_s", "expected"),
    [
        ([1.0, 1.01, 0.99, 1.02, 1.0], []),
        ([1.0, 2.0, 1.0, 2.0, 1.9], ["rounds spread by 53% (interquartile range)"]),
        ([1.5, 1.0, 1.01, 0.99, 1.0], ["the first round was 1.5x slower than the others"]),
        ([1.00, 1.05, 1.10, 1.15, 1.20], ["rounds got 15% slower from first to last half"]),
        ([1.20, 1.15, 1.10, 1.05, 1.00], ["rounds got 13% faster from first to last half"]),
        ([1.00, 1.01, 1.02, 1.03, 1.04], []),
        ([1.00, 1.20, 1.10, 1.15, 1.05], []),
    ],
    ids=["quiet", "spread", "slow first", "slower", "faster", "too small a trend", "no order"],
)
def test_remarks_on_rounds(rounds_s, expected):
    assert expected == stats.remarks(rounds_s)


@pytest.mark.parametrize(("share", "count"), [(0.5, 20), (0.5, 1000), (0.99, 400), (0.99, 3000)])
def test_the_interval_of_a_percentile_holds_the_true_one_as_often_as_it_says(share, count):
    """At least 93% of the 95% intervals of 400 simulated cells hold it; they err on the safe side."""
    generator = np.random.default_rng(7)
    truth = -math.log(1 - share)
    found = [stats.percentile(generator.exponential(size=count), share) for _ in range(400)]
    hits = sum(each.low <= truth <= each.high for each in found)

    assert 0.93 * 400 <= hits


@pytest.mark.parametrize(("count", "has_interval"), [(367, False), (368, True)])
def test_the_99th_percentile_of_few_values_has_no_interval(count, has_interval):
    found = stats.percentile(range(1, count + 1), 0.99)

    assert has_interval == found.has_interval == (found.low < found.value < found.high)


def test_there_is_no_percentile_of_nothing():
    assert not stats.percentile([], 0.5).is_known
