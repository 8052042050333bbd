"""How small a change a machine can tell: from unchanged runs, else from a trial, else assumed."""

import json
import math
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crossover.benchmarks.report.analysis.noise import ASSUMED, History, Source, Trial, floors, history_of, shares
from crossover.benchmarks.report.analysis.regression import judge_run
from crossover.benchmarks.runs import load

CLEAN = {"id": "abc", "dirty": False}
FACTS = {"torch": "2.13", "threads": 2}
TRIAL = {"taken": "2026-01-01T00:00:00Z", "runs": 6, "torch": "2.13", "threads": 2, "timed": 0.08, "controlled": 0.03}


@pytest.fixture
def repeats(run, cell):
    """Runs of one machine at one clean commit, a day apart, from the cells of each or from the median of one."""

    def make(*runs, commit=CLEAN, facts=FACTS, **more):
        return [
            run(
                [cell([made] * 3)] if isinstance(made, float) else made,
                f"run {day}",
                taken=f"2026-01-{day:02}",
                commit=commit,
                facts=facts,
                **more,
            )
            for day, made in enumerate(runs, start=1)
        ]

    return make


def trial(**changes):
    return Trial(**TRIAL | {"taken": datetime(2026, 1, 1, tzinfo=UTC)} | changes)


def found(history, baseline):
    return [(floor.source, floor.repeats) for floor in vars(floors(history, baseline)).values()]


def test_a_floor_comes_from_unchanged_runs(repeats):
    """Five log medians of deviation s = 0.05 with four degrees of freedom: t · √2 · s bounds 95% of differences."""
    runs = repeats(*(math.exp(0.05 * deviation) for deviation in (-1, 0, 1, -1, 1)))
    timed = floors(History(runs), runs[0]).timed

    assert (5, Source.RUNS) == (timed.repeats, timed.source)
    assert math.expm1(2.776 * math.sqrt(2) * 0.05) == pytest.approx(timed.share, rel=0.02)


def test_a_floor_is_pooled_over_cells(repeats, cell):
    """The two cells have variances of 0.01 and 0.04 with two degrees of freedom each, and so one of 0.025 with four."""
    runs = repeats(
        *([cell([math.exp(s)]), cell([math.exp(5 + 2 * s)], scale=2)] for s in (-0.1, 0.0, 0.1)),
    )
    timed, controlled = shares(runs)

    assert math.expm1(2.776 * math.sqrt(2 * 0.025)) == pytest.approx(timed, rel=0.02)
    assert controlled is None


def test_against_the_control_a_machine_that_comes_and_goes_has_a_narrow_floor(repeats, cell):
    def beside(factor, control_s):
        return [cell([factor, 1.02 * factor, 0.99 * factor], control=[control_s] * 3)]

    runs = repeats(*(beside(factor, 0.1 * factor) for factor in (1, 2, 1.5, 3)))
    both = floors(History(runs), runs[0])

    assert both.timed.share > 1 > 0.01 > both.controlled.share
    assert [(Source.RUNS, 4)] * 2 == found(History(runs), runs[0])


OTHERS = {
    "not committed": {"commit": CLEAN | {"dirty": True}},
    "unversioned": {"commit": CLEAN | {"id": "unversioned"}},
    "another torch": {"facts": FACTS | {"torch": "2.0"}},
    "other threads": {"facts": FACTS | {"threads": 7}},
    "another machine": {"facts": FACTS | {"id": "another"}},
    "published": {"source": "published"},
    "other work": {"workload": {"version": 1, "epochs": 1, "batch_size": 10, "samples": 1000}},
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_runs_that_differ_by_more_than_chance_tell_no_floor(repeats, other):
    (baseline,) = repeats(1.0, facts=FACTS | {"id": "this"})
    same = {"facts": FACTS | {"id": "this"}} | other

    assert (Source.RUNS, 3) == found(History(repeats(1.0, 2.0, 3.0, facts=FACTS | {"id": "this"})), baseline)[0]
    assert ASSUMED == floors(History(repeats(1.0, 2.0, 3.0, **same)), baseline)


def test_too_few_runs_or_cells_in_common_tell_no_floor(repeats, cell):
    apart = repeats(*([cell([1.0], scale=scale)] for scale in (1, 3, 5)))

    for runs in (repeats(1.0, 2.0), apart, []):
        assert ASSUMED == floors(History(runs), *repeats(1.0))


def test_of_two_commits_that_with_more_runs_counts(repeats):
    runs = [*repeats(1.0, 2.0, 3.0), *repeats(1.0, 1.0, 1.0, 1.0, commit=CLEAN | {"id": "aaa"})]
    timed = floors(History(runs), runs[0]).timed

    assert (0, 4) == (timed.share, timed.repeats)


def test_a_change_does_not_widen_its_own_tolerance(repeats):
    """The two runs that are compared do not count for the noise floor; without them two are too few."""
    runs = repeats(1.0, 1.0, 1.0, 9.0)

    assert ASSUMED == judge_run(*runs[2:], History(runs), 0.1).floors


TRIED = (Source.TRIAL, 6)
NOTHING = (Source.ASSUMED, 0)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, [TRIED, TRIED]),
        ({"controlled": None}, [TRIED, NOTHING]),
        ({"torch": "2.0"}, [NOTHING, NOTHING]),
        ({"threads": None}, [NOTHING, NOTHING]),
    ],
    ids=["as made", "without a control", "another torch", "other threads"],
)
def test_a_trial_with_the_same_torch_and_threads_takes_the_place_of_what_is_assumed(repeats, changes, expected):
    history = History(repeats(1.0, 2.0), trial(**changes))

    assert expected == found(history, history.runs[0])
    assert floors(history, history.runs[0]).timed.share == {TRIED: 0.08, NOTHING: 0.35}[expected[0]]


def test_unchanged_runs_count_more_than_a_trial(repeats):
    history = History(repeats(1.0, 2.0, 3.0), trial())

    assert [(Source.RUNS, 3), TRIED] == found(history, history.runs[0])


def test_a_run_is_judged_by_a_trial(repeats):
    before, now = repeats(1.0, 1.0)
    timed = judge_run(before, now, History([before, now], trial()), 0.1).floors.timed

    assert (0.08, Source.TRIAL) == (timed.share, timed.source)


@pytest.fixture
def folder(tmp_path, document):
    """The folder of a machine with a run, and one that cannot be read."""
    (tmp_path / "0001_run.json").write_text(json.dumps(document({"cpu": {1: [1.0]}})))
    (tmp_path / "0002_run.json").write_text("{")
    return tmp_path


def test_a_trial_is_read_beside_the_runs_of_its_machine(folder):
    (folder / load.NOISE).write_text(json.dumps(TRIAL))
    history = history_of(folder)

    assert (1, trial()) == (len(history.runs), history.trial)


BROKEN = {
    "empty": "",
    "cut off": json.dumps(TRIAL)[:-9],
    "a run": '{"benchmarks": []}',
    "no number": json.dumps(TRIAL | {"timed": "8%"}),
    "below nothing": json.dumps(TRIAL | {"timed": -0.1}),
    "not finite": json.dumps(TRIAL | {"controlled": math.nan}),
    "no runs": json.dumps(TRIAL | {"runs": 0}),
    "deep": "[" * 99999,
    "no text": b"\xff\xfe",
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_trial_is_as_good_as_none(folder, content):
    (folder / load.NOISE).write_bytes(content if isinstance(content, bytes) else content.encode())
    history = history_of(folder)

    assert (1, None) == (len(history.runs), history.trial)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_trial_that_would_never_end_is_not_read(folder):
    os.mkfifo(folder / load.NOISE)

    assert history_of(folder).trial is None


def test_without_a_folder_or_without_runs_there_is_no_history(tmp_path):
    (tmp_path / "empty").mkdir()

    for folder in (None, tmp_path / "nowhere", tmp_path / "empty"):
        assert History() == history_of(folder)


def test_a_trial_is_no_run(folder):
    """Neither for whoever reads the folder nor among what could not be read; named itself, it is refused."""
    (folder / "machine").mkdir()
    for place in (folder, folder / "machine"):
        (place / load.NOISE).write_text(json.dumps(TRIAL))
    runs, remarks = load.read_all([folder])

    assert (1, ["0002_run.json"]) == (len(runs), [Path(line.partition(":")[0]).name for line in remarks])
    with pytest.raises(load.LoadError, match="is no saved run"):
        load.read_all([folder / load.NOISE])
    with pytest.raises(load.LoadError, match=r"no saved run in this folder$"):
        load.read_all([folder / "machine"])
