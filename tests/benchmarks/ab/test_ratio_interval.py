"""The estimate and its interval, on log ratios that are made up."""

import math

import numpy as np
import pytest

from crossover.benchmarks.ab import ratio_interval
from crossover.benchmarks.ab.ratio_interval import RatioEstimate

T_TABLE = {
    (1, 0.05): 12.706,
    (2, 0.05): 4.303,
    (2, 0.002): 22.327,
    (9, 0.025): 2.685,
    (9, 0.002): 4.297,
    (99, 0.05): 1.984,
}
"""By degrees of freedom and the share beyond it on both sides."""


@pytest.mark.parametrize(
    ("rounds", "processes", "expected"),
    [(1, 3, [1]), (6, 3, [6]), (7, 3, [6, 7]), (30, 3, [6, 12, 24, 30]), (100, 10, [20, 40, 80, 100])],
)
def test_looks_come_at_doubling_numbers_of_turns_and_at_the_last(rounds, processes, expected):
    assert expected == ratio_interval.looks(rounds, processes)


@pytest.mark.parametrize("taken", [0, 1, 4])
def test_however_many_looks_there_were_all_together_miss_in_5_percent(taken):
    early = [ratio_interval.chance_of_miss(look, 5, is_last=False) for look in range(taken)]

    assert 0.05 == pytest.approx(sum(early) + ratio_interval.chance_of_miss(taken, 5, is_last=True))
    assert 0.0375 <= ratio_interval.chance_of_miss(taken, 5, is_last=True)


def test_the_only_look_may_miss_in_5_percent():
    assert 0.05 == ratio_interval.chance_of_miss(0, 1, is_last=True)


@pytest.mark.parametrize(("case", "expected"), T_TABLE.items())
def test_the_quantile_is_that_of_a_table(case, expected):
    assert expected == pytest.approx(ratio_interval.t_quantile(*case), rel=3e-4)


def test_the_interval_is_that_of_a_hand_calculation():
    """Three pairs of processes give -0.01, 0.01 and 0.03: mean 0.01, standard deviation 0.02."""
    found = ratio_interval.estimate([[-0.02, 0.0], [0.01], [0.02, 0.03, 0.04]])
    half_width = 4.303 * 0.02 / math.sqrt(3)

    assert (6, 3, pytest.approx(0.02)) == (found.pairs, found.processes, found.spread)
    assert (0.01, 0.01 - half_width, 0.01 + half_width) == pytest.approx(
        tuple(map(math.log, (found.ratio, found.low, found.high))), abs=1e-5
    )


def test_more_turns_of_the_same_processes_do_not_hide_that_these_differ():
    few, many = ([[centre] * turns for centre in (0.0, 0.02, 0.04)] for turns in (2, 200))

    assert ratio_interval.estimate(few).low == ratio_interval.estimate(many).low


def test_a_wild_turn_does_not_move_the_estimate():
    turns = [0.0, 0.01, -0.01, 0.02, -0.02, 0.0, 0.01, -0.01, 0.0, 0.02, -0.02, 3.0]
    found = ratio_interval.estimate([turns, turns[1:], turns])

    assert 1.0 == pytest.approx(found.ratio, abs=0.01)
    assert found.high < 1.05


def test_one_pair_of_processes_has_no_interval_and_two_have_one():
    assert math.isnan(ratio_interval.estimate([[0.1, 0.2], []]).low)
    assert 1.1 == pytest.approx(ratio_interval.estimate([[math.log(1.1)], [math.log(1.1)]]).low)


def test_an_interval_beyond_all_numbers_is_as_wide_as_numbers_go():
    found = ratio_interval.estimate([[-300.0], [300.0]])

    assert (True, True) == (found.low < 1e-300, found.high > 1e300)


@pytest.mark.parametrize("luck", [0.0, 0.05])
def test_the_luck_of_processes_is_told_from_the_noise_of_turns(luck):
    generator = np.random.default_rng(1)
    logs = [luck * generator.standard_normal() + 0.1 * generator.standard_normal(100) for _ in range(60)]

    assert luck == pytest.approx(ratio_interval.estimate(logs).luck, abs=0.012)


def made_up(half_width, luck):
    """A ratio 0.04 below the limit of 10%, in logarithms, between pairs of processes that spread by 0.1."""
    ratio = 1.1 * math.exp(-0.04)
    return RatioEstimate(20, ratio, ratio * math.exp(-half_width), ratio * math.exp(half_width), 10, 0.1, luck)


@pytest.mark.parametrize(
    ("half_width", "luck", "expected"),
    [
        (0.12, 0.0, 20 * (9 - 1)),  # a third of the width takes nine times the pairs
        (0.12, math.nan, 20 * (9 - 1)),
        (0.06, 0.05, 20 * ((0.06**2 * 3 / 4) / (0.04**2 - 0.06**2 / 4) - 1)),  # a quarter of its square is luck
        (0.12, 0.05, math.inf),
    ],
)
def test_more_pairs_lessen_the_noise_and_not_the_luck(half_width, luck, expected):
    assert expected == pytest.approx(ratio_interval.more_pairs(made_up(half_width, luck), 0.1))


def test_a_ratio_on_the_limit_is_as_good_as_never_settled():
    found = RatioEstimate(20, 1.1, 1.0, 1.2, 10, 0.1, 0.0)

    assert ratio_interval.more_pairs(found, 0.1) > ratio_interval.FAR
