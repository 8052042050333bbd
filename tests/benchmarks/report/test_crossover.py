"""Each outcome from a few rows. Parameters are 1000 times the scale."""

import math

import pytest

from benchmarks.report.crossover import Outcome
from benchmarks.report.table import speedup_table


@pytest.fixture
def crossover(frame):
    """The crossover of mps over a cpu that takes 1 s, from the speedup at each scale; each in `rounds` rounds."""

    def find(speedups, spread=0.0, rounds=1, **left_out):
        deviations = [1 + spread * (2 * number / max(1, rounds - 1) - 1) for number in range(rounds)]
        cpu = {scale: list(deviations) for scale in speedups}
        mps = {scale: [deviation / speedup for deviation in deviations] for scale, speedup in speedups.items()}
        table = speedup_table(frame({"cpu": cpu, "mps": mps | {int(k[1:]): v for k, v in left_out.items()}}))
        return table.crossovers[0]

    return find


def test_between_two_scales_it_is_interpolated_in_logarithms(crossover):
    """From 1/4 at 1,000 to 4 at 16,000 parameters, the middle in logarithms is 4,000."""
    found = crossover({1: 0.25, 16: 4.0})

    assert Outcome.BETWEEN == found.outcome
    assert 4000 == pytest.approx(found.parameters)
    assert (1000, 16000) == found.between
    assert math.isnan(found.low)


def test_the_interval_holds_the_crossover(crossover):
    found = crossover({1: 0.25, 2: 0.5, 8: 2.0, 16: 4.0}, spread=0.05, rounds=5)

    assert Outcome.BETWEEN == found.outcome
    assert 2000 < found.low < found.parameters < found.high < 8000
    assert 4000 == pytest.approx(found.parameters)


def test_already_faster_at_the_smallest(crossover):
    found = crossover({1: 1.5, 16: 4.0})

    assert Outcome.ALREADY == found.outcome
    assert math.isnan(found.parameters)
    assert (1000, 16000) == found.between


def test_not_reached_up_to_the_largest(crossover):
    assert Outcome.NOT_REACHED == crossover({1: 0.2, 16: 0.9}).outcome


def test_a_device_that_fails_at_large_scales_is_not_extrapolated(crossover):
    """The speedup rises towards 1, but the next scale did not fit: the largest row is the last that was measured."""
    found = crossover({1: 0.2, 16: 0.99}, _32="out of memory: too much")

    assert Outcome.NOT_REACHED == found.outcome
    assert (1000, 16000) == found.between


def test_undecided_where_both_neighbours_contain_1(crossover):
    found = crossover({1: 0.5, 7: 0.98, 8: 1.02, 64: 2.0}, spread=0.1, rounds=5)

    assert Outcome.UNDECIDED == found.outcome
    assert (7000, 8000) == found.between


def test_undecided_where_no_row_below_is_surely_slower(crossover):
    """It may be faster already at the smallest: the interval has no lower end."""
    found = crossover({1: 0.98, 16: 4.0}, spread=0.1, rounds=5)

    assert Outcome.UNDECIDED == found.outcome
    assert math.isnan(found.low)
    assert found.high < 16000


def test_undecided_where_the_largest_row_may_be_faster(crossover):
    assert Outcome.UNDECIDED == crossover({1: 0.5, 16: 0.98}, spread=0.1, rounds=5).outcome


def test_decided_where_one_neighbour_is_sure_and_others_bracket_it(crossover):
    found = crossover({1: 0.3, 7: 0.97, 64: 3.0}, spread=0.1, rounds=5)

    assert Outcome.BETWEEN == found.outcome
    assert 1000 < found.low < found.parameters < found.high < 64000


def test_crossing_back_at_large_sizes(crossover):
    found = crossover({1: 0.5, 4: 2.0, 16: 2.0, 64: 0.5})

    assert Outcome.BACK == found.outcome
    assert 2000 == pytest.approx(found.parameters)
    assert 32000 == pytest.approx(found.back)


def test_faster_for_small_models_only(crossover):
    found = crossover({1: 2.0, 4: 0.5})

    assert Outcome.BACK == found.outcome
    assert math.isnan(found.parameters)
    assert 2000 == pytest.approx(found.back)


@pytest.mark.parametrize(
    "speedups", [{1: 1.02, 4: 0.5, 16: 0.4}, {1: 2.0, 4: 0.98}], ids=["hardly ahead", "hardly behind"]
)
def test_crossing_back_is_undecided_where_a_side_is_not_sure(crossover, speedups):
    found = crossover(speedups, spread=0.1, rounds=5)

    assert Outcome.UNDECIDED == found.outcome
    assert math.isnan(found.back)


def test_a_dip_that_is_made_good_is_no_crossing_back(crossover):
    found = crossover({1: 0.5, 4: 2.0, 16: 0.8, 64: 3.0})

    assert Outcome.BETWEEN == found.outcome
    assert math.isnan(found.back)


def test_not_computable_without_a_scale_that_both_have(crossover):
    assert Outcome.NOT_COMPUTABLE == crossover({}, _1="no device: none here").outcome


def test_one_row_is_enough_to_say_which_side_is_faster(crossover):
    assert Outcome.ALREADY == crossover({4: 2.0}).outcome


def test_exactly_equal_is_not_yet_faster(crossover):
    found = crossover({1: 1.0, 2: 2.0})

    assert Outcome.BETWEEN == found.outcome
    assert 1000 == pytest.approx(found.parameters)
