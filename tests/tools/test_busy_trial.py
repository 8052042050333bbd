"""What the trial on a busy machine says of runs that are made up here."""

import pytest

from crossover.benchmarks.report.analysis.noise import ASSUMED, Floors, NoiseFloor
from crossover.benchmarks.runs import load
from tools import busy_trial

QUIET = Floors(NoiseFloor(0.01), NoiseFloor(0.01))


CELL = {"name": "training", "benchmark": "training", "scale": 1, "device": "cpu", "recipe": "article"}
CONTROL = {"version": 1, "hash": "a", "scale": 1, "steps": 50}


def runs(*medians_s, is_controlled=False):
    """Runs of one cell, a day apart, from the median of each; those above 1.5 s were disturbed."""
    made = []
    for day, seconds in enumerate(medians_s, start=1):
        beside = {"control": CONTROL | {"seconds": [[seconds, seconds]] * 3}} if is_controlled else {}
        extra_info = {"disturbed": [seconds > 1.5] * 3} | beside
        document = {
            "machine_info": {"crossover": {"name": "trial"}},
            "commit_info": {"id": "abc"},
            "benchmarks": [{"name": "training", "stats": {"data": [seconds] * 3}, "extra_info": extra_info}],
            "datetime": f"2026-01-0{day}",
            "crossover": {
                "schema": 1,
                "source": "measured",
                "workload": {"version": 1, "epochs": 10, "batch_size": 10, "samples": 1000},
                "cells": [CELL | {"parameters": 1000, "status": "measured"}],
            },
        }
        made.append(load.parse(document, f"run {day}"))
    return made


def test_each_pair_is_counted_among_quiet_or_disturbed_ones():
    """Without a control a disturbed run decides nothing; of quiet ones a doubling is found, and nothing else."""
    assert [
        "4 runs, 1 of them disturbed",
        "  times x 1, --max-slowdown 10%, 3 pairs with a disturbed run: undecided (disturbed) 3",
        "  times x 1, --max-slowdown 10%, 3 quiet pairs: unchanged 3",
        "  times x 1, --max-slowdown 30%, 3 pairs with a disturbed run: undecided (disturbed) 3",
        "  times x 1, --max-slowdown 30%, 3 quiet pairs: unchanged 3",
        "  times x 2, --max-slowdown 10%, 3 pairs with a disturbed run: undecided (disturbed) 3",
        "  times x 2, --max-slowdown 10%, 3 quiet pairs: regression 3",
        "  times x 2, --max-slowdown 30%, 3 pairs with a disturbed run: undecided (disturbed) 3",
        "  times x 2, --max-slowdown 30%, 3 quiet pairs: regression 3",
    ] == list(busy_trial.report(runs(1.0, 1.0, 3.0, 1.0), QUIET))


def test_a_control_tells_what_others_did():
    """The machine was three times as slow: time / control is as before, and twice that where the code is slower."""
    lines = list(busy_trial.report(runs(1.0, 3.0, is_controlled=True), QUIET))

    assert "  times x 1, --max-slowdown 10%, 1 pairs with a disturbed run: unchanged 1" in lines
    assert "  times x 2, --max-slowdown 30%, 1 pairs with a disturbed run: regression 1" in lines
    assert "  times x 1, --max-slowdown 10%, 0 quiet pairs: " in lines


@pytest.mark.parametrize(("floors", "expected"), [(None, "unchanged 1, undecided 9"), (ASSUMED, "undecided 10")])
def test_without_floors_each_pair_is_judged_by_the_noise_of_the_other_runs(floors, expected):
    """Beside the two slower runs all others are alike, which leaves no noise; beside every other pair they differ."""
    _, _, quiet, *_ = busy_trial.report(runs(1.0, 1.0, 1.0, 1.2, 1.2), floors)

    assert f"  times x 1, --max-slowdown 10%, 10 quiet pairs: {expected}" == quiet
