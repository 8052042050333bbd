"""Each verdict from a few rounds."""

import numpy as np
import pytest

from crossover.benchmarks.report.analysis.noise import ASSUMED, Floors, History, NoiseFloor
from crossover.benchmarks.report.analysis.regression import judge_run, judgements
from crossover.benchmarks.report.analysis.verdict import Verdict

QUIET = Floors(NoiseFloor(0.01, 5), NoiseFloor(0.01, 5))
SILENT = Floors(NoiseFloor(0.0, 5), NoiseFloor(0.0, 5))


@pytest.fixture
def judged(results):
    """Judges each cell of a run by another."""

    def judge(before, now, floors=QUIET):
        both = [*results(before, label="before"), *results(now, label="now")]
        return judgements(both, "before", floors, max_slowdown=0.1)

    return judge


def around(seconds):
    return np.linspace(0.99 * seconds, 1.01 * seconds, 5).tolist()


@pytest.mark.parametrize(
    ("now_s", "floors", "expected"),
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
def test_each_verdict_from_rounds_and_the_noise_of_the_machine(judged, now_s, floors, expected):
    """20% are a regression on a quiet machine, and undecided on a noisy one, which catches a doubling all the same."""
    assert [expected] == [
        each.verdict for each in judged({"cpu": {1: around(1.0)}}, {"cpu": {1: around(now_s)}}, floors)
    ]


def test_too_few_rounds_are_undecided(judged):
    assert [Verdict.UNDECIDED] == [each.verdict for each in judged({"cpu": {1: [1.0]}}, {"cpu": {1: [9.0]}})]


def test_a_file_against_its_own_copy_is_not_surer_than_its_rounds(judged):
    (found,) = judged({"cpu": {1: around(1.0)}}, {"cpu": {1: around(1.0)}}, SILENT)

    assert found.change.low < 1 == found.change.value < found.change.high


def test_cells_that_only_one_run_has_are_not_judged(judged):
    assert [] == judged({"cpu": {1: [1.0], 2: [1.0]}}, {"cpu": {2: "too slow: x", 3: [1.0]}})


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
    found = judge_run(run({"cpu": {2: [1.0]}}, "before"), run({"cpu": {2: now, 3: now}}, "now"), History(), 0.1)

    assert [(2, status)] == [(each.scale, each.status) for each in found.lost]
    assert expected == found.verdict


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
