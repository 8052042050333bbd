"""Saved runs as one frame: a row for each round."""

import math
from datetime import UTC, datetime

from crossover.benchmarks.runs import load
from crossover.benchmarks.runs.frame import CELL, frame_of


def test_each_round_has_a_row(run, cell):
    """With all that tells it from others, in the order in which rounds were taken."""
    case = {"dataset": "memory", "workers": 2}
    control = {"version": 1, "hash": "a", "scale": 1, "steps": 50, "seconds": [[0.25, 0.75], [0.5, 0.25]]}
    other = cell([3.0], benchmark="loading", scale=3, device="mps", recipe="fused", case=case)
    frame = frame_of(run([cell([0.5, 0.4], control=control), other], "0001.json", taken="2026-01-01T00:00:00+01:00"))
    first, second, last = frame.to_dict("records")
    place = {
        "batch_size": 10,
        "threads": 0,
        "run": "0001.json",
        "machine": "test-machine",
        "taken": datetime(2025, 12, 31, 23, tzinfo=UTC),
    }
    one = {"benchmark": "training", "scale": 1, "parameters": 1000, "device": "cpu", "recipe": "article", "case": ""}
    one |= place | {"control": "a, scale 1, 50 steps"}
    another = {"benchmark": "loading", "scale": 3, "parameters": 3000, "device": "mps", "recipe": "fused"}
    another |= place | {"case": "memory-2", "control": ""}

    assert one | {"round": 1, "seconds": 0.5, "control_seconds": 0.5} == first
    assert one | {"round": 2, "seconds": 0.4, "control_seconds": 0.375} == second
    assert math.isnan(last.pop("control_seconds"))
    assert another | {"round": 1, "seconds": 3.0} == last


def test_a_cell_that_was_not_measured_has_no_row(run, cell):
    """Not even one whose times are in the file: what ran there was no training. The columns are there all the same."""
    saved, timed = cell([0.5])
    frame = frame_of(run([(saved | {"status": "diverged"}, timed), cell("too slow: hours", scale=2)]))

    assert frame.empty
    assert {*CELL, "run", "round", "seconds"} < set(frame.columns)


def test_runs_stand_one_below_the_other_and_cells_are_told_apart(run):
    runs = [
        run({"cpu": {1: [seconds] * 2, 2: [9.0]}}, label, machine=label) for label, seconds in [("b", 2.0), ("a", 1.0)]
    ]
    frame = frame_of(*runs)

    assert ["b", "b", "b", "a", "a", "a"] == frame["run"].tolist() == frame["machine"].tolist()
    assert [1.0, 9.0, 2.0, 9.0] == frame.groupby(["run", *CELL])["seconds"].median().tolist()
    assert frame_of().empty


def test_the_published_run_has_its_figures(pytestconfig):
    runs, _ = load.read_all([pytestconfig.rootpath / "docs" / "runs" / "apple-m2-max"])
    frame = frame_of(*runs)
    seconds = frame.groupby("device", sort=False)["seconds"].agg(list)

    assert [1, 2, 3, 4, 5, 10, 50, 75, 100] == frame["scale"].unique().tolist()
    assert [0.5, 0.8, 1.8, 2.4, 3.4, 7.5, 147.9, 337.2, 575.2] == seconds["cpu"]
    assert [2.6, 3.4, 3.1, 3.3, 3.6, 4.5, 23.2, 57.7, 104.0] == seconds["mps"]
    assert 900_090_002 == frame["parameters"].max()
