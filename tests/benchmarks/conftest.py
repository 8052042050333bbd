"""Runs of a few cells, made up in the test that reads them."""

import sys
from subprocess import CompletedProcess

import pytest

from crossover.benchmarks.cli import main
from crossover.benchmarks.runs import load


@pytest.fixture
def crossover(monkeypatch, capsys, tmp_path):
    """Runs the command in a folder of the test's own, in this process: a new one takes a second to start."""

    def run(*arguments):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["crossover", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        return CompletedProcess(sys.argv, ended.value.code or 0, *capsys.readouterr())

    return run


@pytest.fixture
def document():
    """Makes a saved run: `{"cpu": {1: [0.5], 2: [0.9]}}` gives cpu one round at scale 1 and one at scale 2.

    In the place of rounds may stand a status with its reason: `{"mps": {1: "too slow: two hours"}}`.
    """

    def make(devices, machine="test-machine", taken="2026-01-01T00:00:00+00:00", source="measured", probe=None):
        cells, benchmarks = [], []
        for device, scales in devices.items():
            for scale, rounds in scales.items():
                name = f"test_training[{device}-{scale}]"
                status, _, reason = rounds.partition(": ") if isinstance(rounds, str) else ("measured", "", "")
                if status == "measured":
                    work = {"flop": 1000 * scale, "moved_bytes": 4000 * scale, "operations": 10}
                    extra_info = {"work": work} if probe else {}
                    benchmarks.append({"name": name, "stats": {"data": rounds}, "extra_info": extra_info})
                cells.append(
                    {
                        "name": name,
                        "benchmark": "training",
                        "scale": scale,
                        "device": device,
                        "recipe": "article",
                        "parameters": 1000 * scale,
                        "status": status,
                        "reason": reason,
                    }
                )
        return {
            "machine_info": {"crossover": {"name": machine}},
            "benchmarks": benchmarks,
            "datetime": taken,
            "crossover": {
                "schema": 1,
                "source": source,
                "workload": {"version": 1, "epochs": 10, "batch_size": 10, "samples": 1000},
                "cells": cells,
                "probe": dict.fromkeys(devices, probe) if probe else {},
            },
        }

    return make


@pytest.fixture
def frame(document):
    """The cells of a made-up run, as `load.frame_of` gives them."""
    return lambda devices, **facts: load.frame_of(load.parse(document(devices, **facts), "made up"))
