"""Runs of a few cells, made up in the test that reads them."""

import sys
from subprocess import CompletedProcess

import pytest

from crossover.benchmarks import kinds
from crossover.benchmarks.cli import main
from crossover.benchmarks.machine import facts
from crossover.benchmarks.report.analysis import run_results
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


CONTROL = {"version": 1, "hash": "a", "scale": 1, "steps": 50}
"""The loop that is the same in all runs, but for its seconds."""

PROBE = {
    "flop_s": 1e6,
    "read_bytes_s": {"1000": 8e6, "10000": 4e6, "1000000": 2e6},
    "copy_bytes_s": {"1000": 9e6, "10000": 3e6, "1000000": 1e6},
    "launch_s": 1e-4,
}
"""What a device can do at most."""


@pytest.fixture
def cell():
    """Makes a cell of a saved run, with its entry among the benchmarks: `cell([0.5, 0.6], device="mps", scale=3)`.

    In the place of rounds may stand a status with its reason: `cell("too slow: two hours")`. `batch` is a batch size
    that was asked for, in which an epoch has twenty batches, or 1000 samples; `threads` a number of threads. `control`
    has the seconds of the control beside each round, or what it is else than usual. Other names are what its benchmark
    says beside the rounds (`in_turn=True`).
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
        control=None,
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
        if batch is not None:
            made["batch_size"] = batch
            extra_info = {"samples": max(1000, 20 * batch)} | extra_info
        made |= {} if threads is None else {"threads": threads}
        if control is not None:
            seconds = control if isinstance(control, dict) else {"seconds": [[each, each] for each in control]}
            extra_info["control"] = CONTROL | seconds
        timed = {"name": name, "stats": {"data": rounds}, "extra_info": extra_info}
        return made, timed if status == "measured" else None

    return make


PLACES = ("device", "scale", "recipe", "batch", "threads")


@pytest.fixture
def cells_of(cell):
    """Makes the cells of nested rounds: `{"cpu": {1: [0.5], 2: [0.9]}}` gives cpu one round at scale 1 and one at 2.

    `by` names the levels: by words that `cell` takes, or else by parts of a case; `workers,loader` is a level of pairs.
    In the place of rounds may stand all that `cell` is told of one; other names are told of all.
    """

    def make(rounds, by="device scale", **facts):
        if not by:
            return [cell(**facts | (rounds if isinstance(rounds, dict) else {"rounds": rounds}))]
        level, _, deeper = by.partition(" ")
        made = []
        names = level.split(",")
        for value, inside in rounds.items():
            place = dict(zip(names, value if len(names) > 1 else [value], strict=True))
            case = {name: place.pop(name) for name in names if name not in PLACES}
            made += make(inside, deeper, **facts | place | {"case": facts.get("case", {}) | case})
        return made

    return make


@pytest.fixture
def document(cells_of):
    """Makes a saved run of cells, `document([cell([0.5]), cell([0.9], scale=2)])`, or of what `cells_of` takes.

    `each` is what all of these are told. With a `probe` of the devices, which names what is else than in `PROBE`, each
    of them says how much work it was.
    """

    def make(
        rounds,
        *,
        by="device scale",
        each=None,
        machine="test-machine",
        taken="2026-01-01T00:00:00+00:00",
        source="measured",
        probe=None,
        facts=None,
        commit=None,
        **stamp,
    ):
        made = cells_of(rounds, by, **(each or {})) if isinstance(rounds, dict) else rounds
        if probe is not None and isinstance(rounds, dict):
            for of_cell, timed in made:
                if timed:
                    timed["extra_info"] = {"work": work_of(of_cell["scale"])} | timed["extra_info"]
        devices = dict.fromkeys(of_cell["device"] for of_cell, _ in made)
        return {
            "machine_info": {"crossover": {"name": machine, **(facts or {})}},
            "commit_info": commit or {},
            "benchmarks": [timed for _, timed in made if timed],
            "datetime": taken,
            "crossover": {
                "schema": 1,
                "source": source,
                "workload": {"version": 1, "epochs": 10, "batch_size": 10, "samples": 1000},
                "cells": [of_cell for of_cell, _ in made],
                "probe": {} if probe is None else dict.fromkeys(devices, PROBE | probe),
                **stamp,
            },
        }

    return make


def work_of(scale):
    return {"flop": 1000 * scale, "moved_bytes": 4000 * scale, "operations": 10}


@pytest.fixture
def run(document):
    """Makes a run as it is read, from what `document` takes."""
    return lambda rounds, label="made up", **facts: load.parse(document(rounds, **facts), label)


@pytest.fixture
def results(run):
    """Makes the results of a run, from what `document` takes."""
    return lambda rounds, **facts: run_results.results([run(rounds, **facts)])


@pytest.fixture
def answers(results):
    """Makes the tables of a run, from what `document` takes."""
    return lambda rounds, **facts: kinds.answers(results(rounds, **facts))


@pytest.fixture
def answer(answers):
    """Makes the one table of a run, from what `document` takes."""

    def make(rounds, **facts):
        (found,) = answers(rounds, **facts)
        return found

    return make
