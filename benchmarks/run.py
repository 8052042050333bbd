"""Everything one `pytest benchmarks` measures: what was asked for, what became of it, and how it is saved."""

from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import pytest_benchmark
import torch
from pytest_benchmark.stats import Metadata

from benchmarks import devices, machine, quantities
from benchmarks.cells import Cell, Group, Outcome, Status, name_of, record
from benchmarks.forecast import Forecast
from benchmarks.options import Options
from benchmarks.probe import probe
from benchmarks.progress import Progress, clock
from model import workload
from model.network import parameter_count

SCHEMA = 1
"""The number of the saved format, described in results/README.md."""

LOSS_TOLERANCE = 1e-3
"""How far the mean loss of the first epoch may differ between cells of a scale, as a share of it.

In float32, on one CPU with one thread and with two, it differed by 4e-5 of itself at most, and another order of the
same batches changes it by 1e-2. Later losses tell nothing: at scale 1 rounding alone changes the final one by half.
"""


MOST_NAMES = 8
"""More cells than this are counted in a line of progress, and not named."""


class Run:
    """The state of a run, kept in pytest's stash from its start to its end."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.options = Options.of(config)
        self.progress = Progress(config)
        self.forecast = Forecast(self.options.budget)
        self.names: dict[Cell, str] = {}
        self.outcomes: dict[Cell, Outcome] = {}
        self.timed: list[Metadata] = []
        self.compared: list[dict[str, Any]] = []
        self.probes: dict[str, dict[str, Any]] = {}
        self.first_epoch_losses: dict[tuple[str, int], tuple[Cell, float]] = {}

    @cached_property
    def machine_facts(self) -> dict[str, Any]:
        """What decides how fast this machine trains, its name first."""
        accelerators = devices.accelerators(machine.hardware()["cpu_model"])
        facts = machine.hardware() | {
            "accelerators": accelerators,
            "threads": torch.get_num_threads(),
            "power": machine.power_source(),
            "torch": str(torch.__version__),
            "pytest_benchmark": pytest_benchmark.__version__,
        }
        name = self.options.machine or machine.free_name(
            machine.default_name(facts["cpu_model"], facts["cores"], accelerators[0]["name"] if accelerators else None),
            self.results,
            facts,
        )
        return {"name": name} | facts

    @property
    def results(self) -> Path:
        return self.config.rootpath / "results"

    def expect(self, cells: dict[Cell, str]) -> None:
        """Tell which cells will be asked for, each with the name of its benchmark, in their order."""
        self.names = cells

    def to_come(self) -> list[tuple[Cell, int]]:
        return [(cell, parameter_count(cell.scale)) for cell in self.names if cell not in self.outcomes]

    def probe(self, device: str) -> None:
        """Measure what a device can do at most, once a run."""
        if device not in self.probes:
            self.progress.show(f"probing {device}: what it can do at most")
            self.probes[device] = probe(device)

    def start(self, cell: Cell, round_s: float, rounds: int, waiting_s: float = 0.0) -> None:
        """Say what comes now, and when all will be over; `waiting_s` is what earlier cells are still to take."""
        self.forecast.learn(cell, parameter_count(cell.scale), round_s)
        times = "1 round" if rounds == 1 else f"{rounds} rounds"
        self.show(cell, f"{times} of about {quantities.roughly(round_s)}, {self.end_words(waiting_s)}")

    def announce(self, turn: int, group: Group, cells: list[Cell], waiting_s: float) -> None:
        """Say whose rounds come in a turn of a group."""
        names = ", ".join("-".join(map(str, cell.variant or (cell.recipe,))) for cell in cells)
        who = names if len(cells) <= MOST_NAMES else f"{len(cells)} cells"
        self.progress.show(f"{name_of(group)}, turn {turn}: {who}; {self.end_words(waiting_s)}")

    def end_words(self, waiting_s: float) -> str:
        return f"all done at about {clock(waiting_s + self.forecast.remaining_s(self.to_come()))}"

    def finish(self, cell: Cell, outcome: Outcome) -> None:
        """Write down what became of a cell, and say so where it was not measured."""
        self.outcomes[cell] = outcome
        if outcome.status is not Status.MEASURED:
            self.show(cell, f"{outcome.status}: {outcome.reason}")

    def show(self, cell: Cell, text: str) -> None:
        number = list(self.names).index(cell) + 1
        self.progress.show(f"[{number:>{len(str(len(self.names)))}}/{len(self.names)}] {cell}  {text}")

    def describe(self, cell: Cell) -> dict[str, Any]:
        """What is saved of a cell beside its times, whatever the benchmark."""
        return {
            "recipe": cell.recipe,
            "parameters": parameter_count(cell.scale),
            "device_name": devices.device_name(cell.device, machine.hardware()["cpu_model"]),
        }

    def disagreement(self, cell: Cell, figures: dict[str, Any]) -> str | None:
        """How the cell learnt something else than the first one of its scale, or None where it learnt the same."""
        loss = figures.get("first_epoch_loss")
        if loss is None:
            return None
        other, expected = self.first_epoch_losses.setdefault((cell.benchmark, cell.scale), (cell, loss))
        difference = abs(loss - expected) / expected
        if difference <= LOSS_TOLERANCE:
            return None
        return f"first-epoch loss {loss:.5f} is {difference:.1%} off that of {other}, {expected:.5f}"

    def stamp(self) -> dict[str, Any]:
        """What a saved run holds beside pytest-benchmark's own: the workload and what became of every cell."""
        unreached = Outcome(Status.FAILED, "the run ended before it")
        return {
            "schema": SCHEMA,
            "source": "measured",
            "workload": {
                "version": workload.VERSION,
                "samples": workload.SAMPLES,
                "test_samples": workload.TEST_SAMPLES,
                "batch_size": workload.BATCH_SIZE,
                "epochs": self.options.epochs,
                "learning_rate": f"{workload.learning_rate(1):g} / scale",
                "seed": workload.SEED,
                "computed_rounds": workload.COMPUTED_ROUNDS,
                "waiting_s": workload.WAITING_S,
            },
            "probe": self.probes,
            "cells": [
                record(name, cell, parameter_count(cell.scale), self.outcomes.get(cell, unreached))
                for cell, name in self.names.items()
            ],
        }

    def document(self) -> dict[str, Any]:
        """The run so far, exactly as it would be saved."""
        hook = self.config.hook
        machine_info = hook.pytest_benchmark_generate_machine_info(config=self.config)
        hook.pytest_benchmark_update_machine_info(config=self.config, machine_info=machine_info)
        document: dict[str, Any] = hook.pytest_benchmark_generate_json(
            config=self.config, benchmarks=self.timed, include_data=True, machine_info=machine_info, commit_info={}
        )
        document["crossover"] = self.stamp()
        return document

    def write_summary(self, terminal: pytest.TerminalReporter) -> None:
        """Print the table of the run at the end of pytest's output, and what a compare with other runs means."""
        if not self.outcomes:
            return
        from benchmarks.report import load, summary

        document = self.document()
        terminal.ensure_newline()
        terminal.section("Crossover")
        saved = self.results / self.machine_facts["name"]
        for text in summary.texts(
            load.parse(document, "this run"), self.compared, saved, terminal._tw.fullwidth, color=bool(terminal.isatty)
        ):
            terminal.write_line(text)

    def adapt_machine_info(self, machine_info: dict[str, Any]) -> None:
        """Add what decides the times, and leave out what changes by itself and would look like another machine."""
        machine_info["crossover"] = self.machine_facts
        machine_info.pop("node", None)  # a laptop's changes with its network, and it names its owner
        for fact in [fact for fact in machine_info.get("cpu", {}) if fact.startswith("hz_")]:
            del machine_info["cpu"][fact]  # the clock rate of the moment


def use_results_folder(run: Run) -> None:
    """Save and compare under results/MACHINE with all round times, unless pytest-benchmark's options say else."""
    option = run.config.option
    option.benchmark_save_data = True
    if option.benchmark_storage == "file://./.benchmarks":
        saves = option.benchmark_save or option.benchmark_autosave or option.benchmark_compare
        folder = run.results / run.machine_facts["name"] if saves else run.results
        option.benchmark_storage = f"file://{folder}"
