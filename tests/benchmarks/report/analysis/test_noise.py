"""How small a change a machine can tell from no change, from a few runs."""

import json
import math
from datetime import UTC, datetime

import msgspec
import pytest

from crossover.benchmarks.report.analysis.noise import ASSUMED, History, NoiseFloor, Source, Trial, floors, history_of
from crossover.benchmarks.report.analysis.regression import judge_run
from crossover.benchmarks.runs import load

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
    floor = floors(History(runs), runs[0]).timed

    assert (5, Source.RUNS) == (floor.repeats, floor.source)
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

    assert 3 == floors(History(repeats(**same)), baseline).timed.repeats
    assert ASSUMED == floors(History(repeats(**same | other)), baseline)


def test_a_change_does_not_widen_its_own_tolerance(repeats):
    """The two runs that are compared do not count for the noise floor; without them two are too few."""
    *saved, before, now = repeats(medians(1, 1, 1, 9))

    assert ASSUMED == judge_run(before, now, History([*saved, before, now]), 0.1).floors


TRIAL = Trial(datetime(2026, 1, 1, tzinfo=UTC), 6, **FACTS, timed=0.07, controlled=0.03)
TRIED = {"repeats": 6, "source": Source.TRIAL}


def test_a_trial_stands_in_for_runs_that_are_too_few(repeats):
    few, many = repeats(medians(1, 2)), repeats(medians(1, 2, 3))

    assert [NoiseFloor(0.07, **TRIED), NoiseFloor(0.03, **TRIED)] == [
        *vars(floors(History(few, TRIAL), few[0])).values()
    ]
    assert [Source.RUNS, Source.TRIAL] == [each.source for each in vars(floors(History(many, TRIAL), few[0])).values()]


@pytest.mark.parametrize("fact", [{"torch": "2.0"}, {"threads": 7}])
def test_a_trial_with_another_torch_or_number_of_threads_tells_nothing(repeats, fact):
    (baseline,) = repeats(medians(1), facts=FACTS | fact)

    assert ASSUMED == floors(History([], TRIAL), baseline)


def test_a_trial_without_a_control_tells_of_times_alone(repeats):
    (baseline,) = repeats(medians(1))
    found = floors(History([], msgspec.structs.replace(TRIAL, controlled=None)), baseline)

    assert (NoiseFloor(0.07, **TRIED), ASSUMED.controlled) == (found.timed, found.controlled)


@pytest.mark.parametrize(
    ("content", "expected"), [(msgspec.json.encode(TRIAL), TRIAL), (b"{", None), (b"{}", None), (b"\xff", None)]
)
def test_a_history_holds_the_runs_and_the_trial_of_a_folder_as_far_as_they_can_be_read(
    document, tmp_path, content, expected
):
    (tmp_path / "0001_run.json").write_text(json.dumps(document({"cpu": {1: [1.0]}})))
    (tmp_path / "0002_broken.json").write_text("{")
    (tmp_path / load.NOISE).write_bytes(content)
    found = history_of(tmp_path)

    assert (1, expected) == (len(found.runs), found.trial)


def test_without_a_folder_there_is_no_history(tmp_path):
    assert [History(), History(), History()] == [history_of(each) for each in (None, tmp_path / "none", tmp_path)]
