"""Each outcome from a few rows. Parameters are 1000 times the scale."""

import math

import pytest

from crossover.benchmarks.report.analysis.crossover import Finding
from crossover.benchmarks.report.analysis.table import speedup_table


def places(found):
    return [(each.direction, pytest.approx(each.parameters)) for each in found.crossings]


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

    assert Finding.BETWEEN == found.outcome
    assert 4000 == pytest.approx(found.first_up.parameters)
    assert (1000, 16000) == found.first_up.between
    assert math.isnan(found.first_up.low)


def test_the_interval_holds_the_crossover(crossover):
    found = crossover({1: 0.25, 2: 0.5, 8: 2.0, 16: 4.0}, spread=0.05, rounds=5)

    assert Finding.BETWEEN == found.outcome
    assert 2000 < found.first_up.low < found.first_up.parameters < found.first_up.high < 8000
    assert 4000 == pytest.approx(found.first_up.parameters)


def test_already_faster_at_the_smallest(crossover):
    found = crossover({1: 1.5, 16: 4.0})

    assert Finding.ALREADY == found.outcome
    assert () == found.crossings
    assert (1000, 16000) == found.span


def test_not_reached_up_to_the_largest(crossover):
    assert Finding.NOT_REACHED == crossover({1: 0.2, 16: 0.9}).outcome


def test_a_device_that_fails_at_large_scales_is_not_extrapolated(crossover):
    """The speedup rises towards 1, but the next scale did not fit: the largest row is the last that was measured."""
    found = crossover({1: 0.2, 16: 0.99}, _32="out of memory: too much")

    assert Finding.NOT_REACHED == found.outcome
    assert (1000, 16000) == found.span


def test_undecided_where_both_neighbours_contain_1(crossover):
    found = crossover({1: 0.5, 7: 0.98, 8: 1.02, 64: 2.0}, spread=0.1, rounds=5)

    assert Finding.UNDECIDED == found.outcome
    assert (7000, 8000) == found.first_up.between


def test_undecided_where_no_row_below_is_surely_slower(crossover):
    """It may be faster already at the smallest: the interval has no lower end."""
    found = crossover({1: 0.98, 16: 4.0}, spread=0.1, rounds=5)

    assert Finding.UNDECIDED == found.outcome
    assert math.isnan(found.first_up.low)
    assert found.first_up.high < 16000


def test_undecided_where_the_largest_row_may_be_faster(crossover):
    assert Finding.UNDECIDED == crossover({1: 0.5, 16: 0.98}, spread=0.1, rounds=5).outcome


def test_decided_where_one_neighbour_is_sure_and_others_bracket_it(crossover):
    found = crossover({1: 0.3, 7: 0.97, 64: 3.0}, spread=0.1, rounds=5)

    assert Finding.BETWEEN == found.outcome
    assert 1000 < found.first_up.low < found.first_up.parameters < found.first_up.high < 64000


def test_crossing_back_at_large_sizes(crossover):
    found = crossover({1: 0.5, 4: 2.0, 16: 2.0, 64: 0.5})

    assert Finding.BACK == found.outcome
    assert [("up", 2000), ("down", 32000)] == places(found)


def test_faster_for_small_models_only(crossover):
    found = crossover({1: 2.0, 4: 0.5})

    assert Finding.BACK == found.outcome
    assert [("down", 2000)] == places(found)
    assert found.first_up is None


@pytest.mark.parametrize(
    ("rounds", "spread"), [(1, 0.0), (5, 0.02)], ids=["without intervals", "with intervals that leave no side open"]
)
def test_every_sure_change_of_side_is_found(crossover, rounds, spread):
    found = crossover({1: 0.53, 4: 0.8, 9: 1.35, 16: 1.38, 25: 0.67, 36: 2.2}, spread, rounds)

    assert Finding.BACK == found.outcome
    assert ["up", "down", "up"] == [each.direction for each in found.crossings]
    assert [(4000, 9000), (16000, 25000), (25000, 36000)] == [each.between for each in found.crossings]
    assert all(each.between[0] < each.parameters < each.between[1] for each in found.crossings)
    assert found.back is found.crossings[1]


def test_each_change_of_side_has_the_interval_of_its_own_draws(crossover):
    found = crossover({1: 0.5, 4: 2.0, 16: 0.5, 64: 2.0}, spread=0.1, rounds=5)

    assert 3 == len(found.crossings)
    for each in found.crossings:
        assert each.between[0] < each.low < each.parameters < each.high < each.between[1]


def test_rows_of_an_open_side_between_sure_ones_are_passed_over(crossover):
    """At 4,000 it may be slower again, but is not surely; from 16,000 it is."""
    found = crossover({1: 0.5, 2: 2.0, 4: 0.98, 8: 2.0, 16: 0.5, 32: 1.02, 64: 0.4}, spread=0.1, rounds=5)

    assert ["up", "down"] == [each.direction for each in found.crossings]
    assert [(1000, 2000), (8000, 16000)] == [each.between for each in found.crossings]
    assert (None, None) == (found.open_below, found.open_above)


def test_a_change_without_a_sure_neighbour_lies_between_the_sure_rows_around_it(crossover):
    found = crossover({1: 0.5, 2: 2.0, 7: 1.02, 8: 0.98, 64: 0.5}, spread=0.1, rounds=5)

    assert Finding.BACK == found.outcome
    assert 2000 < found.back.low < 7000
    assert 8000 < found.back.high < 64000


@pytest.mark.parametrize(
    ("speedups", "below", "above"),
    [
        ({1: 0.98, 4: 4.0, 16: 0.4}, 4000, None),
        ({1: 2.0, 4: 0.5, 16: 1.02}, None, 4000),
        ({1: 1.02, 4: 0.5, 16: 2.0, 64: 0.98}, 4000, 16000),
    ],
)
def test_an_open_side_at_an_end_is_no_change_but_is_told(crossover, speedups, below, above):
    found = crossover(speedups, spread=0.1, rounds=5)

    assert 1 == len(found.crossings)
    assert (below, above) == (found.open_below, found.open_above)


@pytest.mark.parametrize(
    "speedups", [{1: 1.02, 4: 0.5, 16: 0.4}, {1: 2.0, 4: 0.98}], ids=["hardly ahead", "hardly behind"]
)
def test_crossing_back_is_undecided_where_a_side_is_not_sure(crossover, speedups):
    found = crossover(speedups, spread=0.1, rounds=5)

    assert Finding.UNDECIDED == found.outcome
    assert () == found.crossings


def test_undecided_where_no_row_beside_the_first_change_is_sure_whichever_way_it_goes(crossover):
    found = crossover({1: 2.0, 7: 1.02, 8: 0.98, 64: 0.5}, spread=0.1, rounds=5)

    assert Finding.UNDECIDED == found.outcome
    assert ["down"] == [each.direction for each in found.crossings]


def test_not_computable_without_a_scale_that_both_have(crossover):
    assert Finding.NOT_COMPUTABLE == crossover({}, _1="no device: none here").outcome


def test_one_row_is_enough_to_say_which_side_is_faster(crossover):
    assert Finding.ALREADY == crossover({4: 2.0}).outcome


def test_exactly_equal_is_not_yet_faster(crossover):
    found = crossover({1: 1.0, 2: 2.0})

    assert Finding.BETWEEN == found.outcome
    assert 1000 == pytest.approx(found.first_up.parameters)
