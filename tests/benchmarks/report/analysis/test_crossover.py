"""Each outcome from a few rows. Parameters are 1000 times the scale."""

import math

import numpy as np
import pytest

from crossover.benchmarks.report.analysis.compare import Ratio
from crossover.benchmarks.report.analysis.crossover import Direction, Finding, contains_one, find
from crossover.benchmarks.report.analysis.speedups import speedups
from crossover.benchmarks.report.analysis.stats import Estimate, LogEstimate

UP, DOWN = Direction


@pytest.fixture
def crossover(results):
    """The crossover of mps over a cpu that takes 1 s, from the speedup at each scale.

    One round tells which side is faster; of five, an interval leaves open whether 0.98 and 1.02 are above 1.
    """

    def find(faster, rounds=5, spread=0.1, **lost):
        cpu_s = np.linspace(1 - spread, 1 + spread, rounds)
        mps = {scale: (cpu_s / speedup).tolist() for scale, speedup in faster.items()}
        mps |= {int(scale.removeprefix("scale_")): status for scale, status in lost.items()}
        (found,) = speedups(results({"cpu": dict.fromkeys(faster, cpu_s.tolist()), "mps": mps})).crossovers
        return found

    return find


ONE_ROUND = {
    "between two": ({1: 0.25, 16: 4.0}, Finding.BETWEEN, [(UP, 1, 16)]),
    "equal is not yet faster": ({1: 1.0, 2: 2.0}, Finding.BETWEEN, [(UP, 1, 2)]),
    "already faster": ({1: 1.5, 16: 4.0}, Finding.ALREADY, []),
    "one row is enough": ({4: 2.0}, Finding.ALREADY, []),
    "not reached": ({1: 0.2, 16: 0.9}, Finding.NOT_REACHED, []),
    "back at large sizes": ({1: 0.5, 4: 2.0, 16: 2.0, 64: 0.5}, Finding.BACK, [(UP, 1, 4), (DOWN, 16, 64)]),
    "for small models only": ({1: 2.0, 4: 0.5}, Finding.BACK, [(DOWN, 1, 4)]),
    "three times": (
        {1: 0.53, 4: 0.8, 9: 1.35, 16: 1.38, 25: 0.67, 36: 2.2},
        Finding.BACK,
        [(UP, 4, 9), (DOWN, 16, 25), (UP, 25, 36)],
    ),
}

FIVE_ROUNDS = {
    "both neighbours open": ({1: 0.5, 7: 0.98, 8: 1.02, 64: 2.0}, Finding.UNDECIDED, [(UP, 7, 8)]),
    "both open on the way down": ({1: 2.0, 7: 1.02, 8: 0.98, 64: 0.5}, Finding.UNDECIDED, [(DOWN, 7, 8)]),
    "one neighbour sure": ({1: 0.3, 7: 0.97, 64: 3.0}, Finding.BETWEEN, [(UP, 7, 64)]),
    "smallest open": ({1: 0.98, 16: 4.0}, Finding.UNDECIDED, [(UP, 1, 16)]),
    "largest open": ({1: 0.5, 16: 0.98}, Finding.UNDECIDED, []),
    "hardly ahead": ({1: 1.02, 4: 0.5, 16: 0.4}, Finding.UNDECIDED, []),
    "hardly behind": ({1: 2.0, 4: 0.98}, Finding.UNDECIDED, []),
    "open ones between sure ones": (
        {1: 0.5, 2: 2.0, 4: 0.98, 8: 2.0, 16: 0.5, 32: 1.02, 64: 0.4}, Finding.BACK, [(UP, 1, 2), (DOWN, 8, 16)]
    ),
}  # fmt: skip


SURE = {f"{name}, in five rounds": ONE_ROUND[name] for name in ("between two", "already faster", "three times")}


@pytest.mark.parametrize(
    ("rounds", "faster", "outcome", "changes"),
    [(1, *row) for row in ONE_ROUND.values()] + [(5, *row) for row in (FIVE_ROUNDS | SURE).values()],
    ids=[*ONE_ROUND, *FIVE_ROUNDS, *SURE],
)
def test_the_outcome_follows_from_the_side_of_each_row(crossover, rounds, faster, outcome, changes):
    found = crossover(faster, rounds)

    assert outcome == found.outcome
    assert changes == [(each.direction, *(size // 1000 for size in each.between)) for each in found.crossings]
    assert (1000 * min(faster), 1000 * max(faster)) == found.span
    assert (None, None) == (found.open_below, found.open_above)
    assert (None if UP not in {each[0] for each in changes} else UP) == (found.first_up and found.first_up.direction)


def test_scales_that_one_side_lacks_are_not_extrapolated_to(crossover):
    """The speedup rises towards 1, but the next scale did not fit: the largest row is the last that was measured."""
    found, nothing = (
        crossover({1: 0.2, 16: 0.99}, 1, scale_32="out of memory: too much"),
        crossover({}, scale_1="failed: x"),
    )

    assert (Finding.NOT_REACHED, (1000, 16000)) == (found.outcome, found.span)
    assert (Finding.NOT_COMPUTABLE, None) == (nothing.outcome, nothing.span)


@pytest.mark.parametrize(
    ("faster", "expected"),
    [({1: 0.25, 16: 4.0}, [4000]), ({1: 1.0, 2: 2.0}, [1000]), ({1: 0.5, 4: 2.0, 16: 2.0, 64: 0.5}, [2000, 32000])],
)
def test_between_two_scales_it_is_interpolated_in_logarithms(crossover, faster, expected):
    """From 1/4 at 1,000 to 4 at 16,000 parameters, the middle in logarithms is 4,000. One round has no interval."""
    found = crossover(faster, rounds=1).crossings

    assert expected == pytest.approx([each.size for each in found])
    assert all(math.isnan(each.low) and math.isnan(each.high) for each in found)


@pytest.mark.parametrize(
    ("faster", "spread", "ends"),
    [
        ({1: 0.25, 2: 0.5, 8: 2.0, 16: 4.0}, 0.05, [(2000, 8000)]),
        ({1: 0.3, 7: 0.97, 64: 3.0}, 0.1, [(1000, 64000)]),
        ({1: 0.5, 4: 2.0, 16: 0.5, 64: 2.0}, 0.1, [(1000, 4000), (4000, 16000), (16000, 64000)]),
        ({1: 0.5, 2: 2.0, 7: 1.02, 8: 0.98, 64: 0.5}, 0.1, [(1000, 2000), (2000, 64000)]),
    ],
)
def test_an_interval_holds_the_crossover_and_ends_before_the_next_sure_rows(crossover, faster, spread, ends):
    found = crossover(faster, spread=spread).crossings

    for each, (below, above) in zip(found, ends, strict=True):
        assert below < each.low < each.size < each.high < above


def test_an_interval_goes_beyond_rows_that_may_be_on_either_side(crossover):
    back = crossover({1: 0.5, 2: 2.0, 7: 1.02, 8: 0.98, 64: 0.5}).back
    open_below = crossover({1: 0.98, 16: 4.0}).first_up

    assert back.low < 7000 < 8000 < back.high
    assert math.isnan(open_below.low), "it may be faster already at the smallest"
    assert open_below.high < 16000


@pytest.fixture
def ratios(results):
    """The speedup at each scale, from its value, its error and the error's degrees of freedom."""

    def make(rows):
        sides = results({"mps": {scale: [1.0] for scale in rows}})
        estimates = [LogEstimate.of(*row) for row in rows.values()]
        return [Ratio(**vars(each), baseline=side, contender=side) for each, side in zip(estimates, sides, strict=True)]

    return make


def test_an_interval_is_that_of_the_speedup_s_error_where_one_row_alone_is_unsure(ratios):
    """The straight line from 1/4 at 1,000 parameters to an end of the interval of the other speedup, in logarithms."""
    rows = ratios({1: (0.25, 0.0, 4), 16: (4.0, 0.3, 4)})
    (found,) = find("mps", rows).crossings
    below = math.log(4)
    ends = [1000 * 16 ** (below / (below + math.log(speedup))) for speedup in (rows[1].high, rows[1].low)]

    assert ends == pytest.approx([found.low, found.high], rel=0.05)
    assert 4000 == pytest.approx(found.size)


def test_between_exact_speedups_a_crossover_is_exact(crossover):
    """Equal rounds, and a ratio of them, have an error of nothing."""
    (found,) = crossover({1: 0.25, 16: 4.0}, spread=0.0).crossings

    assert [4000] * 3 == pytest.approx([found.low, found.size, found.high])


def test_a_row_without_an_interval_leaves_a_crossover_without_one(ratios):
    (found,) = find("mps", ratios({1: (0.25, 0.1, 4), 16: (4.0, math.nan, math.nan)})).crossings

    assert math.isnan(found.low)
    assert math.isnan(found.high)


@pytest.mark.parametrize(
    ("faster", "below", "above"),
    [
        ({1: 0.98, 4: 4.0, 16: 0.4}, 4000, None),
        ({1: 2.0, 4: 0.5, 16: 1.02}, None, 4000),
        ({1: 1.02, 4: 0.5, 16: 2.0, 64: 0.98}, 4000, 16000),
    ],
)
def test_an_open_side_at_an_end_is_no_change_but_is_told(crossover, faster, below, above):
    found = crossover(faster)

    assert 1 == len(found.crossings)
    assert (below, above) == (found.open_below, found.open_above)


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(0.9, 1.1, True), (1.0, 1.1, True), (1.01, 1.1, False), (math.nan, math.nan, False)]
)
def test_an_interval_that_contains_1_leaves_open_which_side_is_faster(low, high, expected):
    assert expected == contains_one(Estimate(1.05, low, high))


@pytest.mark.parametrize(
    ("disturbed", "faster", "outcome"),
    [
        (4, {1: 0.25, 4: 0.5, 16: 4.0}, Finding.UNDECIDED),
        (16, {1: 0.25, 4: 0.5, 16: 4.0}, Finding.UNDECIDED),
        (1, {1: 0.25, 4: 0.5, 16: 4.0}, Finding.BETWEEN),
        (1, {1: 2.0, 4: 4.0}, Finding.UNDECIDED),
    ],
    ids=["below it", "above it", "further below", "where there is none"],
)
def test_what_rests_on_disturbed_rounds_is_undecided(results, cell, disturbed, faster, outcome):
    """A busy core slows a CPU several times, and a GPU hardly at all."""
    cells = [cell([1.0], scale=scale, disturbed=[scale == disturbed]) for scale in faster]
    cells += [cell([1.0 / speedup], scale=scale, device="mps") for scale, speedup in faster.items()]
    (found,) = speedups(results(cells)).crossovers

    assert outcome == found.outcome
    assert (outcome is Finding.UNDECIDED) == found.is_busy
