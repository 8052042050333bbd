"""The state of one `pytest benchmarks`: what was asked for, and what became of it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from pytest_benchmark.stats import Metadata, Stats

from crossover.benchmarks.harness.catalogue import Catalogue
from crossover.benchmarks.harness.divergence import FirstLosses
from crossover.benchmarks.harness.forecast import Forecast
from crossover.benchmarks.harness.options import Options
from crossover.benchmarks.harness.session import Session
from crossover.benchmarks.harness.terminal import Terminal
from crossover.benchmarks.machine import devices, facts, host, machine_info
from crossover.benchmarks.machine.torchrun import Place
from crossover.benchmarks.runs.cells import Cell, Outcome, Series, Status
from crossover.benchmarks.storage.autosave import UnfinishedFile
from crossover.benchmarks.storage.document import complete, document
from crossover.benchmarks.storage.earlier_sessions import Earlier, EarlierCell
from crossover.model.workload import Size, Workload

__all__ = ["Run"]


class Run:
    """The state of a run, kept in pytest's stash from its start to its end."""

    def __init__(self, config: pytest.Config, kinds: Catalogue, summarise: Callable[..., Iterator[str]]) -> None:
        """`summarise` returns the lines of words and tables that describe a saved run."""
        self.config = config
        self.summarise = summarise
        self.options = Options.of(config, kinds)
        self.place = Place.launched() or Place()
        self.session = Session(self.place.launcher)
        self.terminal = Terminal(config)
        self.forecast = Forecast(self.options.budget)
        self.losses = FirstLosses(is_built_in=self.workload.is_built_in)
        self.sizes: dict[tuple[int, int | None], Size | None] = {}
        """How large the workload is at each scale and batch size; None where its network cannot be built."""

        self.names: dict[Cell, str] = {}
        """The cells that are asked for, in order, each with the name of its benchmark."""

        self.left_out: list[pytest.Item] = []
        """The items that were collected but not asked for."""

        self.circumstances: list[str] = []
        """What a reader should know before the first cell, a line each."""

        self.told = 0
        """How many of the facts that could not be read have been told."""

        self.measuring: Cell | None = None
        """The cell that is being measured: the run's file says so, for the case that the process is killed."""

        self.outcomes: dict[Cell, Outcome] = {}
        self.timed: list[Metadata] = []
        self.stats: dict[str, Stats] = {}
        """The statistics of each timed cell when the run was last written, by name."""

        self.compared: list[dict[str, Any]] = []
        self.probes: dict[str, dict[str, Any]] = {}
        self.too_slow: dict[Series, tuple[int, str]] = {}
        """The smallest scale of a series at which one round was predicted to be too slow, and the reason given."""

        self.tried = 0
        """How many cells were tried untimed."""

        self.earlier = Earlier()
        self.file: UnfinishedFile | None = None
        """Holds the run until it is saved; None for a run that is not to be saved."""

        self.saved_as: Path | None = None
        """The file in which pytest-benchmark saved the run."""

        self.is_ending = False
        """Whether no more cells will be measured."""

        self.is_handed_over = False
        """Whether pytest-benchmark has been given all that it saves."""

        self.troubles: list[str] = []
        """What went wrong with the run as a whole, a line each."""

    @cached_property
    def machine_facts(self) -> dict[str, Any]:
        """The name of this machine, then the facts that decide how fast it trains."""
        return machine_info.describe(self.options.machine, self.results)

    @cached_property
    def machine_info(self) -> dict[str, Any]:
        """The machine as pytest-benchmark saves it. Found once: it takes a second, and cells are being timed."""
        hook = self.config.hook
        info: dict[str, Any] = hook.pytest_benchmark_generate_machine_info(config=self.config)
        hook.pytest_benchmark_update_machine_info(config=self.config, machine_info=info)
        return info

    @cached_property
    def commit_info(self) -> dict[str, Any]:
        """The state of the code when the session began, as pytest-benchmark saves it."""
        info: dict[str, Any] = self.config.hook.pytest_benchmark_generate_commit_info(config=self.config)
        if "error" in info:
            facts.unread.setdefault("commit", info["error"].partition("\\n")[0][:500])
        return info

    @property
    def results(self) -> Path:
        return self.config.rootpath / "results"

    @property
    def is_measured(self) -> bool:
        """Whether any cell was measured, also by an earlier session."""
        return any(outcome.status is Status.MEASURED for outcome in self.outcomes.values())

    @property
    def workload(self) -> Workload:
        """What is trained."""
        return self.options.workload

    def workload_of(self, cell: Cell) -> Workload:
        """Returns what is trained, in batches of the cell's size."""
        return replace(self.workload, batch_size=cell.batch_size) if cell.batch_size else self.workload

    @property
    def epochs(self) -> int:
        """The number of epochs in a round of training."""
        return self.options.epochs

    @property
    def asked(self) -> dict[str, Any]:
        """The saved options, apart from which cells were asked for."""
        budget = self.options.budget
        return {"rounds": budget.rounds, "cell_seconds": budget.cell_seconds, "command": self.options.command}

    def size(self, cell: Cell) -> Size | None:
        """Returns how large the workload of a cell is; None where its network cannot be built."""
        key = cell.scale, cell.batch_size
        if key not in self.sizes:
            try:
                self.sizes[key] = self.workload_of(cell).size(cell.scale)
            except Exception:  # ends the cell where it is built for it, which says why
                self.sizes[key] = None
        return self.sizes[key]

    def parameters(self, cell: Cell) -> int:
        """Returns the number of parameters in the network of a cell; 0 where it cannot be built."""
        size = self.size(cell)
        return size.parameters if size else 0

    def begin(self, cell: Cell) -> None:
        """Note on disk which cell is being measured from now on; never called while a clock runs."""
        self.measuring = cell
        self.note({})

    def rest(self) -> None:
        """Note on disk that no cell is being measured."""
        self.measuring = None
        self.note({})

    def note(self, outcomes: dict[Cell, Outcome]) -> None:
        """Record outcomes here and on disk; never called while a clock runs."""
        self.outcomes |= outcomes
        if self.file:
            self.file.renew(document(self), self.terminal.say)
        for line in self.news():
            self.terminal.say(line)

    def news(self) -> list[str]:
        """Returns a line for each fact that could not be read, those that were told already left out."""
        lines = facts.remarks()[self.told :]
        self.told += len(lines)
        return lines

    def earlier_cell(self, cell: Cell) -> EarlierCell | None:
        """Returns what an earlier session of this run measured of a cell, or None."""
        return self.earlier.cells.get(self.names.get(cell, ""))

    def describe(self, cell: Cell) -> dict[str, Any]:
        """Returns what is saved of a cell beside its times, whatever the benchmark."""
        return {
            "recipe": cell.recipe,
            "parameters": self.parameters(cell),
            "device_name": devices.device_name(cell.device, host.hardware()["cpu_model"]),
        }

    def session_facts(self) -> dict[str, Any]:
        """Returns what is saved of the current pytest session."""
        measuring = self.names[self.measuring] if self.measuring and not self.is_ending else None
        return self.session.facts(self.commit_info, self.machine_facts["power"], measuring)

    def hand_over(self, made: dict[str, Any]) -> None:
        """Complete what pytest-benchmark is about to save."""
        self.is_ending = True
        complete(self, made)
        self.is_handed_over = True
