"""Runs of a few cells, made up in the test that reads them."""

import sys
from subprocess import CompletedProcess

import pytest

from crossover.benchmarks import kinds
from crossover.benchmarks.cli import main
from crossover.benchmarks.machine import facts
from crossover.benchmarks.report.analysis import result
from crossover.benchmarks.runs import load


@pytest.fixture
def crossover(monkeypatch, capsys, tmp_path):
    """Runs the command in a folder of the test's own, in this process: a new one takes a second to start."""

    def run(*arguments):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["crossover", *map(str, arguments)])
        monkeypatch.setattr(facts, "unread", {})  # those of other tests
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        return CompletedProcess(sys.argv, ended.value.code or 0, *capsys.readouterr())

    return run


@pytest.fixture
def cell():
    """Makes a cell of a saved run, with its entry among the benchmarks: `cell([0.5, 0.6], device="mps", scale=3)`.

    In the place of rounds may stand a status with its reason: `cell("too slow: two hours")`. `batch` is a batch size
    that was asked for, `threads` a number of threads. Other names are what its benchmark says beside the rounds
    (`in_turn=True`).
    """

    def make(
        rounds,
        *,
        benchmark="training",
        scale=1,
        device="cpu",
        recipe="article",
        case=None,
        batch=None,
        threads=None,
        parameters=None,
        step_flop=None,
        name=None,
        finished=True,
        rounds_by_session=(),
        **extra_info,
    ):
        status, _, reason = rounds.partition(": ") if isinstance(rounds, str) else ("measured", "", "")
        is_implied = recipe == "article" and benchmark != "recipes"
        variant = [*([] if is_implied else [recipe]), *map(str, (case or {}).values())]
        sizes = [] if batch is None else [f"batch{batch}"]
        sizes += [] if threads is None else [f"{threads}thread{'s' * (threads > 1)}"]
        name = name or f"test_{benchmark}[{'-'.join([device, str(scale), *sizes, *variant])}]"
        made = {
            "name": name,
            "benchmark": benchmark,
            "scale": scale,
            "device": device,
            "recipe": recipe,
            "case": case or {},
            "parameters": 1000 * scale if parameters is None else parameters,
            "step_flop": step_flop,
            "status": status,
            "reason": reason,
            "finished": finished,
            "rounds_by_session": list(rounds_by_session),
        }
        made |= {} if batch is None else {"batch_size": batch}
        made |= {} if threads is None else {"threads": threads}
        timed = {"name": name, "stats": {"data": rounds}, "extra_info": extra_info}
        return made, timed if status == "measured" else None

    return make


@pytest.fixture
def document(cell):
    """Makes a saved run of cells, `document([cell([0.5]), cell([0.9], scale=2)])`, or of training on some devices.

    Of training on devices: `{"cpu": {1: [0.5], 2: [0.9]}}` gives cpu one round at scale 1 and one at scale 2. With a
    `probe` of each device, each cell says how much work it was.
    """

    def make(
        cells,
        *,
        machine="test-machine",
        taken="2026-01-01T00:00:00+00:00",
        source="measured",
        probe=None,
        facts=None,
        commit=None,
        **stamp,
    ):
        if isinstance(cells, dict):
            cells = [
                cell(rounds, scale=scale, device=device, **({"work": work_of(scale)} if probe else {}))
                for device, scales in cells.items()
                for scale, rounds in scales.items()
            ]
        devices = dict.fromkeys(made["device"] for made, _ in cells)
        return {
            "machine_info": {"crossover": {"name": machine, **(facts or {})}},
            "commit_info": commit or {},
            "benchmarks": [timed for _, timed in cells if timed],
            "datetime": taken,
            "crossover": {
                "schema": 1,
                "source": source,
                "workload": {"version": 1, "epochs": 10, "batch_size": 10, "samples": 1000},
                "cells": [made for made, _ in cells],
                "probe": dict.fromkeys(devices, probe) if probe else {},
                **stamp,
            },
        }

    return make


def work_of(scale):
    return {"flop": 1000 * scale, "moved_bytes": 4000 * scale, "operations": 10}


@pytest.fixture
def run(document):
    """Makes a run as it is read, from what `document` takes."""
    return lambda cells, label="made up", **facts: load.parse(document(cells, **facts), label)


@pytest.fixture
def results(run):
    """Makes the results of a run, from what `document` takes."""
    return lambda cells, **facts: result.results([run(cells, **facts)])


@pytest.fixture
def answer(results):
    """Makes the one table of a run, from what `document` takes."""

    def make(cells, **facts):
        (found,) = kinds.answers(results(cells, **facts))
        return found

    return make
