"""Saved runs as one frame: a row for each round."""

from datetime import UTC, datetime

import pytest

from crossover.benchmarks.runs import load
from crossover.benchmarks.runs.frame import CELL, frame_of


def test_each_round_has_a_row(run, cell):
    """With all that tells it from others, in the order in which rounds were taken."""
    case = {"dataset": "memory", "workers": 2}
    control = {"version": 1, "hash": "abc", "scale": 1, "steps": 50, "seconds": [[0.04, 0.06], [0.03, 0.05]]}
    cells = [
        cell([0.5, 0.4], control=control),
        cell([3.0], benchmark="loading", scale=3, device="mps", recipe="fused", case=case),
    ]
    frame = frame_of(run(cells, "0001.json", taken="2026-01-01T00:00:00+01:00"))
    rows = frame.drop(columns=["control", "control_seconds"]).to_dict("records")
    place = {"run": "0001.json", "machine": "test-machine", "taken": datetime(2025, 12, 31, 23, tzinfo=UTC)}
    first = {"benchmark": "training", "scale": 1, "parameters": 1000, "device": "cpu", "recipe": "article", "case": ""}
    last = {
        "benchmark": "loading",
        "scale": 3,
        "parameters": 3000,
        "device": "mps",
        "recipe": "fused",
        "case": "memory-2",
    }

    assert place | first | {"round": 1, "seconds": 0.5} == rows[0]
    assert place | first | {"round": 2, "seconds": 0.4} == rows[1]
    assert [place | last | {"round": 1, "seconds": 3.0}] == rows[2:]
    assert ["abc, scale 1, 50 steps"] * 2 + [""] == frame["control"].tolist()
    assert [0.05, 0.04] == pytest.approx(frame["control_seconds"].dropna().tolist())


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
