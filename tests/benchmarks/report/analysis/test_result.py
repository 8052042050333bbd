"""What follows from one cell alone: its median, its remarks, and what binds it."""

import math

import pytest

from crossover.benchmarks.report.analysis.result import MOST_SHARE
from crossover.benchmarks.report.analysis.run_results import results as results_of
from crossover.benchmarks.runs import load


def test_every_cell_that_was_asked_for_has_a_result(results):
    found = results({"cpu": {1: [0.5, 0.6], 2: "too slow: two hours"}})

    assert [(1000, [0.5, 0.6], "measured", ""), (2000, [], "too slow", "two hours")] == [
        (each.parameters, each.rounds_s, each.status, each.reason) for each in found
    ]


def test_a_diverged_cell_has_no_times_to_compare(results, cell):
    """Its times are in the file, but what ran there was no training."""
    saved, timed = cell([0.5])
    (found,) = results([(saved | {"status": "diverged"}, timed)])

    assert [] == found.rounds_s
    assert not found.time.is_known


def test_text_of_a_file_cannot_control_a_terminal(results):
    (found,) = results({"cpu": {1: "failed: \x1b[31mred\x1b[0m\nnext\u202eline"}}, machine="m\x07")

    assert ("m�", "�[31mred�[0m�next�line") == (found.machine, found.reason)


def test_a_cell_is_told_from_others_by_its_case_or_else_by_its_recipe(results, cell):
    found = results([cell([1.0], case={"dataset": "memory", "workers": 2}), cell([1.0], recipe="fused")])

    assert ["memory-2", ""] == [each.case_name for each in found]
    assert ["memory-2", "fused"] == [each.variant for each in found]


def test_rounds_that_others_disturbed_tell_what_they_used(results, cell):
    saved, timed = cell([1.0, 2.0, 1.0])
    timed["extra_info"] |= {"disturbed": [False, True, False], "other_cores": [0.0, 0.1, 0.0]}
    timed["extra_info"] |= {"other_gpu": [0.0, 0.42, None]}
    (found,) = results([(saved, timed)])

    assert "1 of 3 rounds disturbed: other processes used up to 0.1 cores and 42% of the GPU" in found.remarks
    assert found.is_busy


def test_a_cell_with_too_few_rounds_has_a_median_and_no_interval(results):
    found = results({"cpu": {1: [2.0], 2: [2.0, 4.0], 3: "too big: needs 9 GB", 4: [2.0, 4.0, 3.5]}})

    assert [2.0, 3.0, math.nan, 3.5] == pytest.approx([each.time.value for each in found], nan_ok=True)
    assert [False, False, False, True] == [each.time.has_interval for each in found]
    assert ["one round: no interval", "2 rounds: too few for an interval"] == [
        line for each in found[:3] for line in each.remarks
    ]


@pytest.mark.parametrize(
    ("changes", "bound", "least_s"),
    [
        ({}, "arithmetic", 1e-3),
        ({"flop_s": 1e9}, "launch", 1e-3),
        ({"flop_s": 1e9, "launch_s": 1e-9}, "memory", 4000 / 9e6),
    ],
)
def test_the_longest_of_three_least_times_binds(results, changes, bound, least_s):
    """The limit of a cell whose work is 1000 FLOP, 4000 bytes and 10 operations."""
    (found,) = results({"cpu": {1: [0.01]}}, probe=changes)

    assert (bound, pytest.approx(least_s), pytest.approx(least_s / 0.01)) == (
        found.limit.bound,
        found.limit.least_s,
        found.limit.share,
    )


def test_nothing_binds_without_a_probe_or_without_rounds(results):
    for found in [*results({"cpu": {1: [0.01]}}), *results({"cpu": {1: "too slow: hours"}}, probe={})]:
        assert "" == found.limit.bound
        assert math.isnan(found.limit.share)


def test_no_cell_of_the_real_run_is_faster_than_its_machine_can_be(pytestconfig):
    runs, _ = load.read_all([pytestconfig.rootpath / "docs" / "runs"])
    shares = [each.limit.share for each in results_of(runs) if each.limit.bound]

    assert shares, "no run with a probe"
    assert 0 < min(shares) <= max(shares) < MOST_SHARE
