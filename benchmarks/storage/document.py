"""A run as it is saved: pytest-benchmark's own format, and what Crossover adds to it."""

import copy
from typing import Any, Protocol

import pytest
from pytest_benchmark.stats import Metadata, Stats

from crossover.benchmarks.runs.cells import TO_COME, UNREACHED, Cell, Outcome, record
from crossover.benchmarks.runs.schema import SCHEMA
from crossover.benchmarks.storage.earlier_sessions import Earlier
from crossover.benchmarks.storage.readable import readable
from crossover.model import constants
from crossover.model.sample_sources import COMPUTED_ROUNDS, WAITING_S
from crossover.model.workload import Size, Workload

__all__ = ["complete", "document"]


class RunState(Protocol):
    """What is saved of a run, as far as it has come."""

    config: pytest.Config
    names: dict[Cell, str]
    outcomes: dict[Cell, Outcome]
    timed: list[Metadata]
    stats: dict[str, Stats]
    probes: dict[str, dict[str, Any]]
    earlier: Earlier
    is_ending: bool

    @property
    def workload(self) -> Workload: ...
    @property
    def epochs(self) -> int: ...
    @property
    def asked(self) -> dict[str, Any]:
        """What the run was asked to do, apart from which cells; saved under `options`."""

    @property
    def machine_info(self) -> dict[str, Any]: ...
    @property
    def commit_info(self) -> dict[str, Any]: ...
    def size(self, cell: Cell) -> Size | None: ...
    def session_facts(self) -> dict[str, Any]: ...


def document(run: RunState) -> dict[str, Any]:
    """Returns the run so far, exactly as it would be saved."""
    made: dict[str, Any] = run.config.hook.pytest_benchmark_generate_json(
        config=run.config,
        benchmarks=[as_of_now(run, metadata) for metadata in run.timed],
        include_data=True,
        machine_info=run.machine_info,
        commit_info=run.commit_info,
    )
    complete(run, made)
    return made


def complete(run: RunState, made: dict[str, Any]) -> None:
    """Add the stamp to what pytest-benchmark saves, and the earlier sessions' benchmarks not yet taken over.

    A run without any cell has no stamp: it is of other benchmarks.
    """
    if not run.names:
        return
    held = {bench["name"] for bench in made["benchmarks"]}
    taken_over = {metadata.name for metadata in run.timed}
    for name, cell in run.earlier.cells.items():
        if cell.bench and name not in held | taken_over:
            made["benchmarks"].append(cell.bench)
    made["crossover"] = stamp(run)
    made |= readable(made)


def as_of_now(run: RunState, metadata: Metadata) -> Metadata:
    """Returns a benchmark with its own statistics: pytest-benchmark caches them, and more rounds may come.

    They are recomputed only after new rounds: recomputing those of all cells would take most of the time of a write.
    """
    stats = run.stats.get(metadata.name)
    if stats is None or len(stats.data) != len(metadata.stats.data):
        stats = run.stats[metadata.name] = Stats()
        stats.data = list(metadata.stats.data)
    result = copy.copy(metadata)
    result.stats = stats
    return result


def stamp(run: RunState) -> dict[str, Any]:
    """Returns what Crossover adds to a saved run: workload, options, sessions, probe and what became of every cell."""
    rounds = {metadata.name: len(metadata.stats.data) for metadata in run.timed}
    unmeasured = UNREACHED if run.is_ending else TO_COME
    return {
        "schema": SCHEMA,
        "source": "measured",
        "workload": {
            "name": run.workload.name,
            "hash": run.workload.version,
            "version": constants.VERSION,
            "samples": run.workload.train_samples,
            "test_samples": run.workload.test_samples,
            "batch_size": run.workload.batch_size,
            "epochs": run.epochs,
            "learning_rate": run.workload.learning_rate_text(),
            "seed": constants.SEED,
            "network": run.workload.structure,
            "computed_rounds": COMPUTED_ROUNDS,
            "waiting_s": WAITING_S,
        },
        "options": run.asked,
        "sessions": [*run.earlier.sessions, run.session_facts()],
        "probe": run.probes,
        "cells": [
            *(
                record(name, cell, size_facts(run.size(cell)), run.outcomes.get(cell, unmeasured))
                | {"rounds_by_session": rounds_by_session(run, cell, rounds.get(name))}
                for cell, name in run.names.items()
            ),
            *(cell | {"rounds_by_session": [*cell["rounds_by_session"], 0]} for cell in run.earlier.others),
        ],
    }


def size_facts(size: Size | None) -> dict[str, object]:
    """Returns what is saved of the size of a cell's workload; the size is None where its network cannot be built."""
    return {
        "parameters": size.parameters if size else 0,
        "step_flop": size.counts.step.flop if size and size.counts else None,
    }


def rounds_by_session(run: RunState, cell: Cell, rounds: int | None) -> list[int]:
    """Returns how many rounds of a cell each session took; `rounds` is their sum, None where none is taken over yet."""
    found = run.earlier.cells.get(run.names[cell])
    if found and rounds is None:
        return [*found.rounds_by_session, 0]
    before = found.usable_by_session() if found else [0] * len(run.earlier.sessions)
    return [*before, (rounds or 0) - sum(before)]
