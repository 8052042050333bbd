"""Each verdict from a few rounds."""

import math

import numpy as np
import pytest

from crossover.benchmarks.report.analysis.regression import (
    ASSUMED_NOISE_FLOOR,
    NoiseFloor,
    judge_run,
    judgements,
    noise_floor,
)
from crossover.benchmarks.report.analysis.verdict import Verdict

QUIET, ASSUMED = NoiseFloor(0.01, 5), NoiseFloor(ASSUMED_NOISE_FLOOR, 0)


@pytest.fixture
def judged(results):
    """Judges each cell of a run by another."""

    def judge(before, now, floor=QUIET):
        both = [*results(before, label="before"), *results(now, label="now")]
        return judgements(both, "before", floor, max_slowdown=0.1)

    return judge


def around(seconds):
    return np.linspace(0.99 * seconds, 1.01 * seconds, 5).tolist()


@pytest.mark.parametrize(
    ("now_s", "floor", "expected"),
    [
        (2.0, QUIET, Verdict.REGRESSION),
        (1.0, QUIET, Verdict.UNCHANGED),
        (0.5, QUIET, Verdict.IMPROVEMENT),
        (1.1, QUIET, Verdict.UNDECIDED),
        (1.2, QUIET, Verdict.REGRESSION),
        (1.2, ASSUMED, Verdict.UNDECIDED),
        (2.0, ASSUMED, Verdict.REGRESSION),
    ],
)
def test_each_verdict_from_rounds_and_the_noise_of_the_machine(judged, now_s, floor, expected):
    """20% are a regression on a quiet machine, and undecided on a noisy one, which catches a doubling all the same."""
    assert [expected] == [
        each.verdict for each in judged({"cpu": {1: around(1.0)}}, {"cpu": {1: around(now_s)}}, floor)
    ]


def test_too_few_rounds_are_undecided(judged):
    assert [Verdict.UNDECIDED] == [each.verdict for each in judged({"cpu": {1: [1.0]}}, {"cpu": {1: [9.0]}})]


def test_a_file_against_its_own_copy_is_not_surer_than_its_rounds(judged):
    (found,) = judged({"cpu": {1: around(1.0)}}, {"cpu": {1: around(1.0)}}, NoiseFloor(0.0, 5))

    assert found.change.low < 1 == found.change.value < found.change.high


def test_cells_that_only_one_run_has_are_not_judged(judged):
    assert [] == judged({"cpu": {1: [1.0], 2: [1.0]}}, {"cpu": {2: "too slow: x", 3: [1.0]}})


def test_each_case_is_judged_by_itself(judged, cell):
    cases = [cell([seconds], case={"workers": seconds}) for seconds in (2, 4)]
    found = judged(cases, list(reversed(cases)))

    assert [("4", 1.0), ("2", 1.0)] == [(each.result.case_name, each.change.value) for each in found]


@pytest.mark.parametrize(
    ("now", "status", "expected"),
    [
        ("diverged: the loss became nan", "diverged", Verdict.REGRESSION),
        ("failed: ZeroDivisionError", "failed", Verdict.REGRESSION),
        ("too slow: an hour", "too slow", Verdict.UNDECIDED),
    ],
)
def test_a_cell_that_got_lost_is_no_silent_pass(run, now, status, expected):
    """A cell that the baseline did not have is not lost."""
    found = judge_run(run({"cpu": {2: [1.0]}}, "before"), run({"cpu": {2: now, 3: now}}, "now"), [], 0.1)

    assert [(2, status)] == [(each.scale, each.status) for each in found.lost]
    assert expected == found.verdict


CLEAN = {"id": "abc", "dirty": False}
FACTS = {"torch": "2.13", "threads": 2}


@pytest.fixture
def repeats(run):
    """Runs of one machine at one clean commit, from the cells of each."""

    def make(cells, commit=CLEAN, facts=FACTS):
        taken = [f"2026-01-{number:02}" for number in range(1, 1 + len(cells))]
        days = zip(taken, cells, strict=True)
        return [run({"cpu": each}, day, taken=day, commit=commit, facts=facts) for day, each in days]

    return make


def medians(*medians_s):
    return [{1: [median_s] * 3} for median_s in medians_s]


def test_the_noise_floor_comes_from_unchanged_runs(repeats):
    """Log medians of deviation s: two runs differ by less than t · √2 · s in 95% of cases."""
    runs = repeats(medians(*(math.exp(0.05 * deviation) for deviation in (-1, 0, 1, -1, 1))))
    floor = noise_floor(runs, runs[0])

    assert 5 == floor.repeats
    assert math.expm1(2.776 * math.sqrt(2) * 0.05) == pytest.approx(floor.share, rel=0.02)


@pytest.mark.parametrize(
    "other",
    [
        {"commit": CLEAN | {"dirty": True}},
        {"commit": CLEAN | {"id": "unversioned"}},
        {"facts": FACTS | {"torch": "2.0"}},
        {"facts": FACTS | {"threads": 7}},
        {"cells": medians(1, 2)},
        {"cells": [{1: [1.0] * 3}, {3: [1.0] * 3}, {5: [1.0] * 3}]},
    ],
)
def test_runs_that_differ_by_more_than_chance_or_are_too_few_tell_no_noise_floor(repeats, other):
    same = {"cells": medians(1, 2, 3)}
    baseline = repeats(medians(1))[0]

    assert 3 == noise_floor(repeats(**same), baseline).repeats
    assert ASSUMED == noise_floor(repeats(**same | other), baseline)


def test_a_change_does_not_widen_its_own_tolerance(repeats):
    """The two runs that are compared do not count for the noise floor; without them two are too few."""
    *saved, before, now = repeats(medians(1, 1, 1, 9))

    assert ASSUMED == judge_run(before, now, [*saved, before, now], 0.1).floor


def test_false_alarms_are_rare_on_a_machine_as_noisy_as_assumed(judged):
    """Two runs of the same code whose medians differ by 15% (a standard deviation): at most 1 alarm in 20."""
    generator = np.random.default_rng(3)

    def taken():
        """A cell at each of 200 scales, each with a luck of its own."""
        lucks = np.exp(generator.normal(0, 0.1, 200))
        cells = (luck * np.exp(generator.normal(0, 0.1, 5)) for luck in lucks)
        return {"cpu": {scale: rounds_s.tolist() for scale, rounds_s in enumerate(cells, start=1)}}

    found = judged(taken(), taken(), ASSUMED)

    assert 200 == len(found)
    assert sum(each.verdict is Verdict.REGRESSION for each in found) <= 10
