"""The one ratio: what is compared with what, how it is computed, and how sure it is."""

import math

import pytest

from crossover.benchmarks.report.analysis import stats
from crossover.benchmarks.report.analysis.compare import (
    CPU,
    DEVICE,
    MACHINE,
    RECIPE,
    RUN,
    Key,
    compare,
    compared,
    geometric_mean,
    ratio,
    slowdown,
)

WORKERS = Key(("workers",), lambda result: result.case.get("workers"))


@pytest.fixture
def pair(results, cell):
    """The results of a cell and of another, which differs in what is named."""

    def make(base_s, contender_s, label="made up", machine="test-machine", **other):
        (base,) = results([cell(base_s, case={"workers": 0}, in_turn=True)])
        (contender,) = results(
            [cell(contender_s, **{"case": {"workers": 0}, "in_turn": True} | other)], label=label, machine=machine
        )
        return base, contender

    return make


@pytest.mark.parametrize(
    ("key", "baseline", "other"),
    [
        (DEVICE, CPU, {"device": "mps"}),
        (RECIPE, "article", {"recipe": "fused"}),
        (MACHINE, "test-machine", {"machine": "new", "label": "another file"}),
        (RUN, "made up", {"label": "another file"}),
        (RUN, "made up", {"label": "another file", "batch": 10}),
        (WORKERS, 0, {"case": {"workers": 4}}),
    ],
    ids=["device", "recipe", "machine", "run", "run, in the usual batches by name", "part of a case"],
)
def test_sides_that_differ_in_the_key_alone_are_compared(pair, key, baseline, other):
    """The baseline's time / the other's; the baseline itself has no ratio."""
    base, contender = pair([6.0], [2.0], **other)
    found = compare([base, contender], key, baseline)

    assert {contender: 3.0} == {result: each.value for result, each in found.items()}
    assert (base, contender) == (found[contender].baseline, found[contender].contender)
    assert [False, True] == [row.speedup.is_known for row in compared([base, contender], key, baseline)]


@pytest.mark.parametrize(
    "too",
    [
        {"scale": 2},
        {"batch": 64},
        {"recipe": "fused"},
        {"benchmark": "other"},
        {"label": "another file"},
        {"case": {"workers": 1}},
    ],
)
def test_sides_that_differ_in_more_are_not_compared(pair, too):
    assert {} == compare(pair([6.0], [2.0], device="mps", **too), DEVICE, CPU)


@pytest.mark.parametrize("sides", [("too slow: an hour", [2.0]), ([6.0], "too big: no")])
def test_a_ratio_needs_both_sides(pair, sides):
    assert {} == compare(pair(*sides, device="mps"), DEVICE, CPU)


RISING = [1.0, 2.0, 4.0]
"""The rounds of a machine that gets slower and slower."""

NOT_PAIRED = {
    "not in turn": {"in_turn": False},
    "in turn with others": {"turn_group": "another"},
    "in another run": {"label": "another file"},
    "on another machine": {"label": "another file", "machine": "new"},
}


@pytest.mark.parametrize("other", NOT_PAIRED.values(), ids=NOT_PAIRED)
def test_without_turns_a_ratio_is_that_of_medians_and_as_unsure_as_both(pair, other):
    """Where both spread alike, its error is √2 times that of either."""
    found = ratio(*pair([2.0, 4.0, 8.0], RISING[::-1], **other))

    assert (2.0, math.sqrt(2) * stats.median(RISING).error) == pytest.approx((found.value, found.error))
    assert 4 == pytest.approx(found.free)
    assert not ratio(*pair([3.0, 3.1, 3.2], [1.0, 1.2], **other)).has_interval


@pytest.mark.parametrize(
    ("base_s", "contender_s", "first", "expected"),
    [
        ([2.0, 4.0, 8.0], RISING, 0, (2.0, 2.0, 2.0)),
        ([2.0, 4.0, 8.0, 100.0, 100.0], RISING, 0, (2.0, 2.0, 2.0)),
        ([9.0, *(2 * each for each in RISING)], [1.0, *RISING], 1, (2.0, 2.0, 2.0)),
        ([3.0, 5.0], [1.0, 1.0], 0, (4.0, math.nan, math.nan)),
    ],
    ids=["as many", "more, of which the first are paired", "from some pair on", "too few: the ratio of medians"],
)
def test_rounds_taken_in_turn_are_compared_pair_by_pair(pair, base_s, contender_s, first, expected):
    found = ratio(*pair(base_s, contender_s, first_pair=first))

    assert expected == pytest.approx((found.value, found.low, found.high), nan_ok=True)


def test_a_paired_interval_is_narrower_where_rounds_share_their_luck(pair):
    """The pairs spread by 5% and the rounds by a factor of two, so that medians are about 30 times less sure."""
    found, unpaired = (ratio(*pair([2.0, 4.2, 8.0], RISING, in_turn=in_turn)) for in_turn in (True, False))
    width = math.log(unpaired.high / unpaired.low) / math.log(found.high / found.low)

    assert (2.0, 2.1) == (found.value, unpaired.value)
    assert 20 < found.narrowing == pytest.approx(width)
    assert math.isnan(unpaired.narrowing)


@pytest.mark.parametrize(
    ("sides", "value", "has_interval"),
    [
        ([([2.0], [1.0]), ([8.0], [1.0])], 4.0, False),
        ([([2.0, 2.1, 2.2], [1.0, 1.1, 1.2])], 2.1 / 1.1, True),
        ([([2.0, 2.0, 2.0], [1.0, 1.0, 1.0]), ([8.0], [1.0])], 4.0, False),
        ([], math.nan, False),
    ],
)
def test_the_geometric_mean_has_an_interval_where_all_ratios_have_one(pair, sides, value, has_interval):
    ratios = [ratio(*pair(*rounds, machine="new")) for rounds in sides]
    found = geometric_mean(ratios)

    assert value == pytest.approx(found.value, nan_ok=True)
    assert has_interval == found.has_interval
    assert not has_interval or (ratios[0].low, ratios[0].high) == pytest.approx((found.low, found.high))


def test_the_geometric_mean_is_surer_the_more_ratios_it_has(pair):
    """The mean of four equally unsure logarithms has half their error, and four times their degrees of freedom."""
    one = ratio(*pair([2.0, 2.1, 2.4], [1.0, 1.0, 1.0], in_turn=False))
    found = geometric_mean([one] * 4)

    assert (one.value, one.error / 2, 4 * one.free) == pytest.approx((found.value, found.error, found.free))


@pytest.mark.parametrize(
    ("now", "noise", "expected"),
    [
        ([2.0] * 3, 0.0, (2.0, 2.0, 2.0)),
        ([2.0] * 3, 0.1, (2.0, 2 / 1.1, 2 * 1.1)),
        ([0.5] * 5, 0.35, (0.5, 0.5 / 1.35, 0.5 * 1.35)),
        ([2.0] * 2, 0.1, (2.0, math.nan, math.nan)),
    ],
    ids=["a machine without noise", "noise", "faster", "too few rounds"],
)
def test_a_slowdown_is_as_unsure_as_the_machine_at_least(now, noise, expected):
    """Exact rounds leave the noise floor alone."""
    found = slowdown([1.0] * 3, now, noise)

    assert expected == pytest.approx((found.value, found.low, found.high), nan_ok=True)


def test_a_slowdown_is_as_unsure_as_machine_and_rounds_together():
    """Errors add by their squares: 5% of noise is a normal error of log(1.05) / 1.96."""
    before, now = [1.0, 1.1, 1.2, 1.3, 1.4], [2.0, 2.3, 2.5, 2.6, 2.9]
    rounds = stats.median(before).error ** 2 + stats.median(now).error ** 2
    found = slowdown(before, now, 0.05)

    assert 2.5 / 1.2 == pytest.approx(found.value)
    assert math.sqrt(rounds + (math.log(1.05) / 1.96) ** 2) == pytest.approx(found.error, rel=1e-3)
