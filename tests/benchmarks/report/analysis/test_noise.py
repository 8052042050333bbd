"""How small a change a machine can tell from no change, from a few runs."""

import math

import pytest

from crossover.benchmarks.report.analysis.noise import ASSUMED_NOISE_FLOOR, NoiseFloor, noise_floor
from crossover.benchmarks.report.analysis.regression import judge_run

ASSUMED = NoiseFloor(ASSUMED_NOISE_FLOOR, 0)
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

    assert ASSUMED == judge_run(before, now, [*saved, before, now], 0.1).floors.timed
