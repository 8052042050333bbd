"""What the table of loading says of a few cells, made up in the test that reads them."""

import json
import math

import pytest

from crossover.benchmarks.report.analysis.loading import loading_table
from crossover.benchmarks.report.show import loading_sheet, render
from crossover.benchmarks.runs import load

NONE, FOUR, READY = "memory-0-samples-training", "memory-4-samples-training", "memory-0-ready-training"


@pytest.fixture
def run():
    """Makes a run of loading: `{"memory-0-samples-training": [2.0]}`; a status may stand for rounds."""

    def make(cells, device="cpu", **extra):
        saved, benchmarks = [], []
        for name, rounds in cells.items():
            dataset, workers, loader, use = name.split("-")
            status, _, reason = rounds.partition(": ") if isinstance(rounds, str) else ("measured", "", "")
            if status == "measured":
                info = {"in_turn": True} | extra.get(loader, {})
                benchmarks.append({"name": name, "stats": {"data": rounds}, "extra_info": info})
            case = {"dataset": dataset, "workers": int(workers), "loader": loader, "use": use}
            saved.append(
                {
                    "name": name, "benchmark": "loading", "scale": 1, "device": device, "recipe": "article",
                    "case": case, "parameters": 1000, "status": status, "reason": reason,
                }
            )  # fmt: skip
        return {
            "machine_info": {"crossover": {"name": "test-machine"}},
            "benchmarks": benchmarks,
            "datetime": "2026-01-01T00:00:00+00:00",
            "crossover": {
                "schema": 1,
                "source": "measured",
                "workload": {"version": 1, "epochs": 10, "batch_size": 10, "samples": 1000},
                "cells": saved,
            },
        }

    return make


@pytest.fixture
def table(run):
    return lambda cells, **facts: loading_table(load.frame_of(load.parse(run(cells, **facts), "made up")))


def shown(table):
    return render.text(loading_sheet.sheet(table))


def rising(seconds):
    """Five rounds on a machine that gets slower and slower."""
    return [seconds * (1 + place / 10) for place in range(5)]


SHEET = """\
Loading, 1 epoch, on test-machine

 device   scale   dataset    loader    workers    alone   training           gain   waiting
 ──────────────────────────────────────────────────────────────────────────────────────────
    cpu       1    memory   samples   0 (best)   100 ms     1.00 s                      20%
    cpu       1    memory   samples          4   failed     2.00 s   0.50x slower       10%
    cpu       1    memory     ready                         800 ms   1.25x faster

cpu, scale 1, memory: best with no workers; 20% of an epoch is waiting
num_workers=4, the article's advice, on cpu at scale 1: takes more rounds to be judged for memory (0.50x slower)
gain = time of training without workers / time of training: medians of paired ratios
waiting = share of an epoch of training in which its loop stood still for the next batch
ready: batches made and moved to the device beforehand; its gain is all that loading costs
cpu (memory-0-samples-alone, memory-0-samples-training, memory-4-samples-training, memory-0-ready-training), scale 1: \
one round: no interval
cpu (memory-4-samples-alone), scale 1: failed: RuntimeError: DataLoader worker (pid 7) is killed"""

CELLS = {
    "memory-0-samples-alone": [0.1],
    NONE: [1.0],
    "memory-4-samples-alone": "failed: RuntimeError: DataLoader worker (pid 7) is killed",
    FOUR: [2.0],
    READY: [0.8],
}


def test_the_sheet(table):
    assert SHEET == shown(table(CELLS, samples={"waits_s": [0.2]}))


def test_csv_and_json_have_every_cell(table):
    made = table(CELLS)
    lines = render.csv(loading_sheet.csv_rows(made)).splitlines()
    cells = json.loads(render.as_json(loading_sheet.json_table(made)))["cells"]

    assert 5 == len(cells) == len(lines) - 1
    assert [None, None, None, 0.5, 1.25] == [cell["gain"] for cell in cells]
    assert [NONE] == ["{dataset}-{workers}-{loader}-{use}".format(**cell) for cell in cells if cell["best"]]


@pytest.mark.parametrize(
    ("four", "two", "expected"),
    [
        (0.5, 0.9, "holds for memory (2.00x [2.00, 2.00] faster)"),
        (0.5, 0.4, "pays, but not most, for memory (2.00x [2.00, 2.00] faster)"),
        (2.0, 0.9, "costs time for memory (0.50x [0.50, 0.50] slower)"),
    ],
)
def test_whether_the_advice_holds(table, four, two, expected):
    """By paired rounds it is as sure as can be, whatever the machine did meanwhile."""
    cells = {NONE: rising(1.0), "memory-2-samples-training": rising(two), FOUR: rising(four)}

    assert f"the article's advice, on cpu at scale 1: {expected}" in shown(table(cells))


def test_an_advice_that_rounds_leave_open(table):
    text = shown(table({NONE: [1.0, 1.1, 1.0, 1.1, 1.0], FOUR: [1.1, 1.0, 1.1, 1.0, 1.1]}))

    assert "the article's advice, on cpu at scale 1: makes no sure difference for memory (0.91x [0.91, 1." in text
    assert "best with no workers (0 to 4 cannot be told apart)" in text


def test_the_best_may_be_whole_batches_or_another_number(table):
    batches = {NONE: rising(1.0), "memory-0-batches-training": rising(0.5), FOUR: rising(2.0)}
    waiting = {"waiting-0-samples-training": rising(1.0), "waiting-1-samples-training": rising(0.5)}
    text = shown(table(batches | waiting))

    assert "memory: best with no workers and whole batches, 2.00x [2.00, 2.00] faster than without" in text
    assert "waiting: best with 1 worker, 2.00x [2.00, 2.00] faster than without" in text


def test_ready_batches_are_never_the_best(table):
    made = table({NONE: [1.0], FOUR: [0.9], READY: [0.1]})

    assert ["memory-4-samples-training"] == made.cells[made.cells["best"]]["case_name"].tolist()


def test_alone_is_compared_with_alone(table):
    made = table({"memory-0-samples-alone": [1.0], "memory-4-samples-alone": [0.5], NONE: [8.0], FOUR: [2.0]})

    assert [2.0, 4.0] == made.cells["gain"].dropna().tolist()


def test_without_the_baseline_the_best_is_that_of_the_least_time(table):
    made = table({NONE: "too slow: hours", FOUR: [0.9], "memory-2-samples-training": [0.8]})

    assert ["memory-2-samples-training"] == made.cells[made.cells["best"]]["case_name"].tolist()
    assert made.cells["gain"].isna().all()


def test_a_share_of_waiting_has_an_interval(table):
    made = table({NONE: [1.0, 2.0, 4.0]}, samples={"waits_s": [0.5, 1.0, 2.0]})

    assert [0.5] * 3 == pytest.approx(made.cells[["waiting", "waiting_low", "waiting_high"]].iloc[0].tolist())


def test_waits_of_other_rounds_tell_nothing(table):
    made = table({NONE: [1.0, 2.0, 4.0]}, samples={"waits_s": [0.5]})

    assert math.isnan(made.cells["waiting"].iloc[0])


def test_what_a_device_never_ran_has_no_row_but_a_reason(table):
    text = shown(table({NONE: "no device: none here", FOUR: "no device: none here"}, device="mps"))

    assert "every cell: no device: none here" in text
    assert "memory" not in text


def test_how_workers_were_started_is_said(table):
    facts = {"start_method": "fork", "pin_memory": True, "prepare_s": 0.05}
    text = shown(table({NONE: [1.0], FOUR: [1.0]}, samples=facts))

    assert "workers of cpu: started by fork, in 50.0 ms to 50.0 ms, off the clock unless restarted" in text
    assert "batches of cpu that workers made were pinned in memory" in text
