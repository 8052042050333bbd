"""The estimate and the verdict, on pairs that are made up."""

import math

import numpy as np
import pytest

from crossover.benchmarks.ab import ratio_interval
from crossover.benchmarks.ab.ratio_interval import Estimate
from crossover.benchmarks.report.analysis.verdict import Verdict, judge


def simulated(generator, ratio, count):
    """Log ratios with the spread and the tails that were measured: some pairs are out by half."""
    return math.log(ratio) + 0.08 * generator.standard_t(2.5, size=count)


def first_settled(generator, ratio, max_slowdown, rounds=150):
    """The verdict of a comparison that stops as soon as one is settled, with the luck of its two processes."""
    logs = simulated(generator, ratio, rounds) + generator.normal(0, ratio_interval.PROCESS_LUCK / 2)
    planned = ratio_interval.looks(rounds)
    looked = (ratio_interval.estimate(logs[:count], len(planned)) for count in planned)
    verdicts = (judge(found.low, found.high, max_slowdown) for found in looked)
    return next((verdict for verdict in verdicts if verdict is not Verdict.UNDECIDED), Verdict.UNDECIDED)


@pytest.mark.parametrize(
    ("rounds", "expected"),
    [(1, [1]), (12, [12]), (13, [12, 13]), (30, [12, 18, 28, 30]), (100, [12, 18, 28, 40, 60, 92, 100])],
)
def test_looks_come_at_growing_even_numbers_of_pairs_and_at_the_last(rounds, expected):
    assert expected == ratio_interval.looks(rounds)


def test_a_wild_pair_does_not_move_the_estimate():
    found = ratio_interval.estimate([0.0, 0.01, -0.01, 0.02, -0.02, 0.0, 0.01, -0.01, 0.0, 0.02, -0.02, 3.0])

    assert 1.0 == pytest.approx(found.ratio, abs=0.01)
    assert found.high < 1.05


def test_five_pairs_are_too_few_for_an_interval_and_six_are_enough():
    assert math.isnan(ratio_interval.estimate([0.1] * 5).low)
    assert 1.1 == pytest.approx(ratio_interval.estimate([math.log(1.1)] * 6, luck=0).low)


@pytest.mark.parametrize(("looks", "fewest"), [(1, 6), (2, 8), (10, 11)])
def test_more_looks_take_more_pairs_for_an_interval(looks, fewest):
    assert fewest == ratio_interval.fewest_pairs(looks)
    assert math.isnan(ratio_interval.estimate([0.1] * (fewest - 1), looks).low)
    assert not math.isnan(ratio_interval.estimate([0.1] * fewest, looks).low)


def test_intervals_of_all_looks_together_hold_the_truth_in_95_percent():
    generator = np.random.default_rng(1)
    planned = ratio_interval.looks(60)
    held = 0
    for _ in range(300):
        logs = simulated(generator, 1.1, 60)
        found = [ratio_interval.estimate(logs[:count], len(planned), luck=0) for count in planned]
        held += all(each.low <= 1.1 <= each.high for each in found)

    assert 0.93 <= held / 300


def test_identical_code_is_no_regression():
    generator = np.random.default_rng(2)
    verdicts = [first_settled(generator, 1.0, 0.02) for _ in range(200)]

    assert verdicts.count(Verdict.REGRESSION) <= 1
    assert verdicts.count(Verdict.IMPROVEMENT) <= 1


def test_a_tenth_more_work_is_a_regression():
    generator = np.random.default_rng(3)
    verdicts = [first_settled(generator, 1.1, 0.02) for _ in range(100)]

    assert verdicts.count(Verdict.REGRESSION) >= 95
    assert {Verdict.REGRESSION, Verdict.UNDECIDED} >= set(verdicts)


def test_luck_widens_an_interval_that_pairs_alone_would_make_narrow():
    found = ratio_interval.estimate([0.0] * 1000)

    assert (-0.03, 0.03) == pytest.approx((math.log(found.low), math.log(found.high)))


def test_three_times_the_width_needs_nine_times_the_pairs():
    half_width = math.hypot(0.12, ratio_interval.PROCESS_LUCK)
    ratio = 1.1 * math.exp(-math.hypot(0.04, ratio_interval.PROCESS_LUCK))
    found = Estimate(20, ratio, ratio * math.exp(-half_width), ratio * math.exp(half_width))

    assert 160 == pytest.approx(ratio_interval.more_pairs(found, 0.1))


def test_a_ratio_on_the_limit_is_as_good_as_never_settled():
    assert ratio_interval.more_pairs(Estimate(20, 1.1, 1.0, 1.2), 0.1) > ratio_interval.FAR
