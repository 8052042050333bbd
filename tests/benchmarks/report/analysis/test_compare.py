"""The one ratio: what is compared with what, how it is computed, and how sure it is."""

import math

import pytest

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
)

WORKERS = Key(("workers",), lambda result: result.case.get("workers"))


@pytest.fixture
def pair(results, cell):
    """The results of a cell and of another, which differs in what is named. Each may have taken turns in a group."""

    def make(base_s, contender_s, label="made up", machine="test-machine", turns=(None, None), **other):
        one, another = ({"in_turn": True, "turn_group": group} if group else {} for group in turns)
        (base,) = results([cell(base_s, case={"workers": 0}, **one)])
        (contender,) = results(
            [cell(contender_s, **{"case": {"workers": 0}} | another | other)], label=label, machine=machine
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
        (WORKERS, 0, {"case": {"workers": 4}}),
    ],
    ids=["device", "recipe", "machine", "run", "part of a case"],
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
    [{"scale": 2}, {"recipe": "fused"}, {"benchmark": "other"}, {"label": "another file"}, {"case": {"workers": 1}}],
)
def test_sides_that_differ_in_more_are_not_compared(pair, too):
    assert {} == compare(pair([6.0], [2.0], device="mps", **too), DEVICE, CPU)


@pytest.mark.parametrize("sides", [("too slow: an hour", [2.0]), ([6.0], "too big: no")])
def test_a_ratio_needs_both_sides(pair, sides):
    assert {} == compare(pair(*sides, device="mps"), DEVICE, CPU)


def test_the_interval_of_a_ratio_comes_from_the_rounds_of_both_sides(pair):
    found = ratio(*pair([3.0, 3.1, 3.2], [1.0, 1.1, 1.2]))

    assert 3.1 / 1.1 == pytest.approx(found.value)
    assert 2 < found.low < found.value < found.high < 4
    assert not ratio(*pair([3.0, 3.1, 3.2], [1.0, 1.2])).has_interval


RISING = [1.0, 2.0, 4.0]
"""The rounds of a machine that gets slower and slower."""


@pytest.mark.parametrize(
    ("base_s", "contender_s", "expected"),
    [
        ([2.0, 4.0, 8.0], RISING, (2.0, 2.0, 2.0)),
        ([2.0, 4.0, 8.0, 100.0, 100.0], RISING, (2.0, 2.0, 2.0)),
        ([3.0, 5.0], [1.0, 1.0], (4.0, math.nan, math.nan)),
    ],
    ids=["as many", "more, of which the first are paired", "too few: the ratio of medians"],
)
def test_rounds_taken_in_turn_are_compared_pair_by_pair(pair, base_s, contender_s, expected):
    found = ratio(*pair(base_s, contender_s, turns=("x", "x")))

    assert expected == pytest.approx((found.value, found.low, found.high), nan_ok=True)


def test_first_rounds_that_were_no_pair_do_not_count(pair):
    """Each was taken before the next cell was prepared."""
    rounds = [9.0, 2.0, 4.2, 8.0], [1.0, *RISING]

    assert 2.0 == ratio(*pair(*rounds, turns=("x", "x"), first_pair=1)).value


def test_a_paired_interval_is_narrower_where_rounds_share_their_luck(pair):
    found = ratio(*pair([2.0, 4.2, 8.0], RISING, turns=("x", "x")))
    unpaired = ratio(*pair([2.0, 4.2, 8.0], RISING))

    assert 10 < found.narrowing
    assert found.narrowing == pytest.approx(math.log(unpaired.high / unpaired.low) / math.log(found.high / found.low))


@pytest.mark.parametrize(
    "other",
    [{"turns": (None, None)}, {"turns": ("x", None)}, {"turns": (None, "x")}, {"turns": ("x", "y")},
     {"label": "another file"}, {"machine": "new", "label": "another file"}],
)  # fmt: skip
def test_only_cells_of_one_run_that_took_turns_with_each_other_are_paired(pair, other):
    """The ratio of medians is 2.1, the median of the ratios 2.0."""
    found = ratio(*pair([2.0, 4.2, 8.0], RISING, **{"turns": ("x", "x")} | other))

    assert 2.1 == found.value
    assert math.isnan(found.narrowing)


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
