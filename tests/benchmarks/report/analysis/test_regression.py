"""Each verdict from a few rounds."""

import math

import numpy as np
import pytest

from crossover.benchmarks.report.analysis import regression
from crossover.benchmarks.report.analysis.regression import NoiseFloor
from crossover.benchmarks.report.analysis.verdict import Verdict
from crossover.benchmarks.report.show import check_sheet, render
from crossover.benchmarks.runs import load

QUIET = NoiseFloor(0.01, 5)


@pytest.fixture
def check(frame):
    def judge(before, now, floor=QUIET, max_slowdown=0.1):
        frames = (frame({"cpu": {1: rounds}}) for rounds in (before, now))
        return regression.check(*frames, floor, max_slowdown)

    return judge


def around(seconds):
    return [seconds * share for share in (0.99, 0.995, 1.0, 1.005, 1.01)]


@pytest.mark.parametrize(
    ("now_s", "expected"),
    [(2.0, Verdict.REGRESSION), (1.0, Verdict.UNCHANGED), (0.5, Verdict.IMPROVEMENT), (1.1, Verdict.UNDECIDED)],
)
def test_each_verdict_from_rounds(check, now_s, expected):
    assert [expected] == [each.verdict for each in check(around(1.0), around(now_s))]


def test_the_noise_floor_keeps_from_crying_wolf(check):
    """The same 20% are a regression on a quiet machine and undecided on a noisy one."""
    assert [Verdict.REGRESSION] == [each.verdict for each in check(around(1.0), around(1.2))]
    assert [Verdict.UNDECIDED] == [each.verdict for each in check(around(1.0), around(1.2), NoiseFloor(0.35, 0))]


def test_a_doubling_is_caught_even_on_a_noisy_machine(check):
    assert [Verdict.REGRESSION] == [each.verdict for each in check(around(1.0), around(2.0), NoiseFloor(0.35, 0))]


def test_too_few_rounds_are_undecided(check):
    assert [Verdict.UNDECIDED] == [each.verdict for each in check([1.0], [9.0])]


def test_a_file_against_its_own_copy_is_not_surer_than_its_rounds(check):
    (judgement,) = check(around(1.0), around(1.0), NoiseFloor(0.0, 5))

    assert judgement.low < 1 < judgement.high


def test_cells_that_only_one_run_has_are_not_judged(frame):
    before, now = frame({"cpu": {1: [1.0], 2: [1.0]}}), frame({"cpu": {2: "too slow: x", 3: [1.0]}})

    assert [] == regression.check(before, now, QUIET, 0.1)


@pytest.mark.parametrize(
    ("now", "status", "expected"),
    [
        ("diverged: the loss became nan", "diverged", Verdict.REGRESSION),
        ("failed: ZeroDivisionError", "failed", Verdict.REGRESSION),
        ("too slow: an hour", "too slow", Verdict.UNDECIDED),
    ],
)
def test_a_cell_that_got_lost_is_no_silent_pass(frame, now, status, expected):
    (lost,) = regression.lost(frame({"cpu": {1: [1.0], 2: [1.0]}}), frame({"cpu": {1: [1.0], 2: now, 3: now}}))

    assert (2, status) == (lost.scale, lost.status)
    assert expected == regression.Check([], [lost], QUIET, 0.1).verdict


@pytest.fixture
def repeated(document):
    """Runs of one machine at one clean commit, from the medians of each."""

    def make(medians, commit="abc", dirty=False, **facts):
        runs = []
        for median in medians:
            made = document({"cpu": {1: [median] * 3}})
            made["commit_info"] = {"id": commit, "dirty": dirty}
            made["machine_info"]["crossover"] |= facts
            runs.append(load.parse(made, "x"))
        return runs

    return make


def test_the_noise_floor_comes_from_unchanged_runs(repeated):
    """Log medians of deviation s: two runs differ by less than t · √2 · s in 95% of cases."""
    medians = [math.exp(0.05 * deviation) for deviation in (-1, 0, 1, -1, 1)]
    floor = regression.noise_floor(repeated(medians), repeated([1.0])[0])

    assert 5 == floor.repeats
    assert math.expm1(2.776 * math.sqrt(2) * 0.05) == pytest.approx(floor.share, rel=0.02)


@pytest.mark.parametrize("other", [{"dirty": True}, {"commit": "unversioned"}, {"torch": "2.0"}, {"threads": 7}])
def test_runs_that_differ_by_more_than_chance_tell_no_noise_floor(repeated, other):
    baseline = repeated([1.0], torch="2.13", threads=2)[0]

    assert 3 == regression.noise_floor(repeated([1, 2, 3], torch="2.13", threads=2), baseline).repeats
    assert (
        0 == regression.noise_floor(repeated([1, 2, 3], **({"torch": "2.13", "threads": 2} | other)), baseline).repeats
    )


def test_runs_without_a_common_cell_tell_no_noise_floor(document):
    runs = []
    for scale in (1, 3, 5):
        made = document({"cpu": {scale: [1.0] * 3}}) | {"commit_info": {"id": "abc", "dirty": False}}
        runs.append(load.parse(made, "x"))

    assert 0 == regression.noise_floor(runs, runs[0]).repeats


def test_two_runs_are_too_few_for_a_noise_floor(repeated):
    assert NoiseFloor(regression.ASSUMED_NOISE_FLOOR, 0) == regression.noise_floor(
        repeated([1.0, 1.1]), repeated([1.0])[0]
    )


def test_false_alarms_are_rare_on_a_machine_as_noisy_as_assumed(frame):
    """Two runs of the same code whose medians differ by 15% (a standard deviation): at most 1 alarm in 20."""
    generator = np.random.default_rng(3)

    def run():
        """A cell at each of 200 scales, each with a luck of its own."""
        lucks = np.exp(generator.normal(0, 0.1, 200))
        cells = (luck * np.exp(generator.normal(0, 0.1, 5)) for luck in lucks)
        return frame({"cpu": {scale: rounds_s.tolist() for scale, rounds_s in enumerate(cells, start=1)}})

    judgements = regression.check(run(), run(), NoiseFloor(regression.ASSUMED_NOISE_FLOOR, 0), 0.1)
    alarms = sum(judgement.verdict is Verdict.REGRESSION for judgement in judgements)

    assert 200 == len(judgements)
    assert alarms <= 10


def test_the_sheet_says_direction_and_floor(check):
    judgements = check(around(1.0), around(2.0))
    text = render.text(
        check_sheet.sheet(regression.Check(judgements, [], QUIET, 0.1), ["torch differs"], "a against b")
    )

    assert "2.00x slower [1.9" in text
    assert "verdict: regression (allowed slowdown 10%)" in text
    assert "noise floor 1% (from 5 unchanged runs of this machine)" in text
    assert "torch differs" in text
