"""Each verdict from a few rounds."""

import math

import numpy as np
import pytest

from crossover.benchmarks.report.analysis.regression import (
    ASSUMED_NOISE_FLOOR,
    CannotJudgeError,
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


def around(seconds, share=0.01):
    return np.linspace(seconds * (1 - share), seconds * (1 + share), 5).tolist()


@pytest.mark.parametrize(
    ("before", "now", "floor", "expected"),
    [
        (around(1.0), around(2.0), QUIET, Verdict.REGRESSION),
        (around(1.0), around(1.0), QUIET, Verdict.UNCHANGED),
        (around(1.0), around(0.5), QUIET, Verdict.IMPROVEMENT),
        (around(1.0), around(1.1), QUIET, Verdict.UNDECIDED),
        (around(1.0), around(1.2), QUIET, Verdict.REGRESSION),
        (around(1.0), around(1.2), ASSUMED, Verdict.UNDECIDED),
        (around(1.0), around(2.0), ASSUMED, Verdict.REGRESSION),
        ([1.0], [9.0], QUIET, Verdict.UNDECIDED),
    ],
    ids=[
        "slower",
        "as fast",
        "faster",
        "at the limit",
        "slower on a quiet machine",
        "which a noisy one cannot tell",
        "but a doubling it can",
        "too few rounds",
    ],
)
def test_each_verdict_from_rounds(judged, before, now, floor, expected):
    assert [expected] == [each.verdict for each in judged({"cpu": {1: before}}, {"cpu": {1: now}}, floor)]


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


def test_a_cell_that_is_still_to_come_has_not_failed(run, cell):
    unfinished = run([cell("out of memory: no", finished=False)], "now")

    assert Verdict.UNDECIDED == judge_run(run([cell([1.0])], "before"), unfinished, [], 0.1).verdict


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ({"machine": "other"}, "the baseline is of test-machine, the run of other"),
        ({"cells": {"cpu": {2: [1.0]}}}, "no cell was measured both in before and in now; torch differs"),
    ],
)
def test_runs_that_cannot_be_judged_say_why(run, now, expected):
    facts = {"cells": {"cpu": {1: [1.0]}}, "label": "now", "facts": {"torch": "2.13"}} | now

    with pytest.raises(CannotJudgeError, match=expected):
        judge_run(run({"cpu": {1: [1.0]}}, "before", facts={"torch": "2.12"}), run(**facts), [], 0.1)


CLEAN = {"id": "abc", "dirty": False}
FACTS = {"torch": "2.13", "threads": 2}


@pytest.fixture
def repeats(run):
    """Runs of one machine at one clean commit, from the cells of each."""

    def make(cells, commit=CLEAN, facts=FACTS):
        taken = [f"2026-01-{number:02}" for number in range(1, 1 + len(cells))]
        return [
            run({"cpu": each}, day, taken=day, commit=commit, facts=facts)
            for day, each in zip(taken, cells, strict=True)
        ]

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
    ids=["not committed", "no commit", "another torch", "other threads", "two runs", "no common cell"],
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
