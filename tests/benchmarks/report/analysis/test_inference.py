"""What the table of inference says of a few cells, made up in the test that reads them."""

import json

import pytest

from crossover.benchmarks.report.analysis.inference import inference_table
from crossover.benchmarks.report.show import inference_sheet, render
from crossover.benchmarks.runs import load

BATCHES = {"load": None, "sample": 1, "batch-10": 10}


@pytest.fixture
def run():
    """Makes a run of inference: `{"cpu": {1: {"load": [2.0]}}}`; a status may stand for rounds."""

    def make(devices, calls=None, times=None):
        cells, benchmarks = [], []
        for device, scales in devices.items():
            for scale, tasks in scales.items():
                for task, rounds in tasks.items():
                    name = f"test_inference[{device}-{scale}-{task}]"
                    status, _, reason = rounds.partition(": ") if isinstance(rounds, str) else ("measured", "", "")
                    if status == "measured":
                        info = {"calls": (calls or {}).get(task, 1), "batch_size": BATCHES[task]}
                        if task == "sample" and times:
                            info["call_times_s"] = times
                        benchmarks.append({"name": name, "stats": {"data": rounds}, "extra_info": info})
                    key = {"benchmark": "inference", "scale": scale, "device": device, "recipe": "article"}
                    key |= {"case": {"task": task}, "parameters": 1000 * scale, "status": status, "reason": reason}
                    cells.append({"name": name} | key)
        workload = {"version": 1, "epochs": 10, "batch_size": 10, "samples": 1000}
        return {
            "machine_info": {"crossover": {"name": "test-machine"}},
            "benchmarks": benchmarks,
            "datetime": "2026-01-01T00:00:00+00:00",
            "crossover": {"schema": 1, "source": "measured", "workload": workload, "cells": cells},
        }

    return make


@pytest.fixture
def table(run):
    return lambda devices, **facts: inference_table(load.frame_of(load.parse(run(devices, **facts), "made up")))


def shown(table):
    return render.text(inference_sheet.sheet(table))


def test_the_sheet(table):
    devices = {
        "cpu": {1: {"load": [2.0], "sample": [0.2], "batch-10": [2.0]}, 4: {"load": [8.0]}},
        "mps": {1: {"load": [8.0], "sample": [2.0], "batch-10": "failed: RuntimeError: no"}, 4: {"load": [2.0]}},
    }
    text = shown(table(devices, calls={"batch-10": 20, "sample": 200}, times=[0.001] * 3))

    assert "load: mps overtakes cpu at about 2,000 parameters, between 1,000 and 4,000" in text
    assert "sample: mps does not overtake cpu up to the largest model measured on both, 1,000 parameters" in text
    assert "batch-10: no crossover of mps: no scale was measured on both cpu and mps" in text
    assert "mps (batch-10), scale 1: failed: RuntimeError: no" in text
    assert "median and 99th percentile of 3 calls" in text
    rows = {tuple(line.split()) for line in text.splitlines()}
    assert ("load", "1", "1,000", "2.00", "s", "8.00", "s", "0.25x", "slower") in rows
    assert ("2,000", "1.00x", "crossover") in rows
    assert ("batch-10", "1", "1,000", "100/s") in rows


def test_latency_is_that_of_single_calls_with_intervals(table):
    """A thousand calls, the slowest twenty of which take three times as long."""
    text = shown(table({"cpu": {1: {"sample": [1.04]}}}, calls={"sample": 1000}, times=[0.001] * 980 + [0.003] * 20))

    assert "1.00 ms [1.00 ms, 1.00 ms]" in text
    assert "3.00 ms [3.00 ms, 3.00 ms]" in text
    assert "median and 99th percentile of 1,000 calls" in text


def test_throughput_counts_samples_and_turns_its_interval(table):
    text = shown(table({"cpu": {1: {"batch-10": [1.0, 2.0, 4.0]}}}, calls={"batch-10": 100}))

    assert "500/s [" in text
    low, high = text.partition("500/s [")[2].partition("]")[0].split(", ")
    assert float(low.removesuffix("/s")) < 500 < float(high.removesuffix("/s").replace(",", ""))


def test_csv_and_json_have_every_cell_and_times_of_one_call(table):
    made = table({"cpu": {1: {"load": [2.0], "batch-10": [2.0]}, 4: {"load": "too big: x"}}}, calls={"batch-10": 20})
    lines = render.csv(inference_sheet.csv_rows(made)).splitlines()
    content = json.loads(render.as_json(inference_sheet.json_table(made)))

    assert 3 == len(content["cells"]) == len(lines) - 1
    assert [2.0, None, 0.1] == [cell["median_s"] for cell in content["cells"]]
    assert ["load", "load", "batch-10"] == [cell["task"] for cell in content["cells"]]


def test_crossovers_are_in_the_json_by_task(table):
    made = table({device: {1: {"load": [s]}, 4: {"load": [8 / s]}} for device, s in (("cpu", 1.0), ("mps", 4.0))})
    (found,) = json.loads(render.as_json(inference_sheet.json_table(made)))["crossovers"]

    assert ("load", "mps") == (found["task"], found["device"])
    assert 1000 < found["parameters"] < 4000
