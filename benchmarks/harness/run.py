"""The state of one `pytest benchmarks`: what was asked for, and what became of it."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import pytest_benchmark
import torch
from pytest_benchmark.stats import Metadata, Stats

from crossover.benchmarks.harness import progress
from crossover.benchmarks.harness.forecast import Forecast
from crossover.benchmarks.harness.options import Options
from crossover.benchmarks.harness.progress import Progress
from crossover.benchmarks.machine import devices, host, unused_gpu
from crossover.benchmarks.machine.contention import Contention, ProcessorTime
from crossover.benchmarks.machine.probe import best, probe
from crossover.benchmarks.machine.torchrun import Place
from crossover.benchmarks.runs import units
from crossover.benchmarks.runs.cells import LEFT_OUT, UNREACHED, Cell, Group, Outcome, Series, Status, name_of
from crossover.benchmarks.runs.roofline import least_times_s
from crossover.benchmarks.storage.autosave import UnfinishedFile
from crossover.benchmarks.storage.document import complete, document
from crossover.benchmarks.storage.earlier import Earlier, EarlierCell
from crossover.benchmarks.storage.run_lock import RunLock
from crossover.model.network import parameter_count
from crossover.model.recipes import RECIPES

__all__ = ["Run"]

LOSS_TOLERANCE = 1e-3
"""The largest relative difference between the first-epoch mean losses of a scale's cells.

In float32, one CPU with one thread and with two differed by at most 4e-5, and another order of the same batches changes
the loss by 1e-2. Later losses tell nothing: at scale 1, rounding alone changes the final one by half.
"""


MOST_NAMES = 8
"""A progress line names up to this many cells; it only counts more."""


class Run:
    """The state of a run, kept in pytest's stash from its start to its end."""

    def __init__(self, config: pytest.Config, summarise: Callable[..., Iterator[str]]) -> None:
        """`summarise` returns the lines of words and tables that describe a saved run."""
        self.config = config
        self.summarise = summarise
        self.options = Options.of(config)
        self.place = Place.launched() or Place()
        self.progress = Progress(config)
        self.forecast = Forecast(self.options.budget)
        self.names: dict[Cell, str] = {}
        self.left_out: list[pytest.Item] = []
        """The items that were collected but not asked for."""

        self.circumstances: list[str] = []
        """What a reader should know before the first cell, a line each."""

        self.outcomes: dict[Cell, Outcome] = {}
        self.timed: list[Metadata] = []
        self.stats: dict[str, Stats] = {}
        """The statistics of each timed cell when the run was last written, by name."""

        self.compared: list[dict[str, Any]] = []
        self.probes: dict[str, dict[str, Any]] = {}
        self.too_slow: dict[Series, tuple[Cell, float]] = {}
        """The smallest cell of a series that was too slow for one round, and the seconds that a round would take."""

        self.tried = 0
        """How many cells were tried untimed."""

        self.first_epoch_losses: dict[tuple[str, int], tuple[Cell, float]] = {}
        self.started = datetime.now(UTC)
        self.processor_time: ProcessorTime | None = None
        """The processor time when the first cell began; None before that."""

        self.session = RunLock()
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
        accelerators = devices.accelerators(host.hardware()["cpu_model"])
        facts = host.hardware() | {
            "accelerators": accelerators,
            "unused_gpu": None if accelerators else unused_gpu.unused_gpu(),
            "threads": torch.get_num_threads(),
            "power": host.power_source(),
            "torch": str(torch.__version__),
            "pytest_benchmark": pytest_benchmark.__version__,
        }
        from crossover.benchmarks.runs import names  # imports pandas

        name = self.options.machine or names.free_name(
            host.default_name(facts["cpu_model"], facts["cores"], accelerators[0]["name"] if accelerators else None),
            self.results,
            facts,
        )
        return {"name": name} | facts

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
        return info

    @property
    def results(self) -> Path:
        return self.config.rootpath / "results"

    def expect(self, cells: dict[Cell, str]) -> None:
        """Set the cells that will be asked for, in order, each with the name of its benchmark."""
        self.names = cells

    @property
    def is_measured(self) -> bool:
        """Whether any cell was measured, also by an earlier session."""
        return any(outcome.status is Status.MEASURED for outcome in self.outcomes.values())

    @property
    def epochs(self) -> int:
        """The number of epochs in a round of training."""
        return self.options.epochs

    @property
    def asked(self) -> dict[str, Any]:
        """The saved options, apart from which cells were asked for."""
        budget = self.options.budget
        return {"rounds": budget.rounds, "cell_seconds": budget.cell_seconds, "command": self.options.command}

    def parameters(self, cell: Cell) -> int:
        """Returns the number of parameters in the network of a cell."""
        return parameter_count(cell.scale)

    def to_come(self) -> list[tuple[Cell, int]]:
        """Returns the cells without an outcome that can run on their device, each with its number of parameters."""
        here = {device for device in self.options.devices if not devices.missing_reason(device)}
        cells = [
            cell
            for cell in self.names
            if cell not in self.outcomes and cell.device in here and not RECIPES[cell.recipe].unavailable(cell.device)
        ]
        return [(cell, self.parameters(cell)) for cell in cells]

    def probe(self, device: str) -> None:
        """Measure the limits of a device, once a run."""
        if device not in self.probes:
            self.progress.show(f"probing {device}: what it can do at most")
            self.probes[device] = probe(device)

    def probe_again(self) -> None:
        """Measure the limits of a device once more where a cell exceeded them: the first probe was disturbed."""
        for device in {cell.device for cell in self.beating()}:
            self.progress.show(f"probing {device} again: a cell was faster than it could be")
            self.probes[device] = best(self.probes[device], probe(device))

    def beating(self) -> list[Cell]:
        """Returns the cells that took less time than the probe of their device says they can."""
        fastest_s = {metadata.name: (min(metadata.stats.data), metadata.extra_info) for metadata in self.timed}
        return [
            cell
            for cell, name in self.names.items()
            if name in fastest_s and (work := fastest_s[name][1].get("work")) and cell.device in self.probes
            if max(least_times_s(work, self.probes[cell.device], self.parameters(cell)).values()) > fastest_s[name][0]
        ]

    def start(self, cell: Cell, round_s: float, rounds: int, waiting_s: float = 0.0) -> None:
        """Say what comes next and when all will be over; `waiting_s` is what earlier cells still need."""
        times = "1 round" if rounds == 1 else f"{rounds} rounds"
        likely_s = round_s * self.forecast.bias
        words = self.end_words(waiting_s, (cell, likely_s * self.options.budget.likely_rounds(likely_s)))
        self.show(cell, f"{times} of about {units.roughly(round_s)}; {words}")

    def go_on(self, cell: Cell, number: int, rounds: int, left_s: float) -> None:
        """Say which round comes next; only a terminal shows it."""
        self.progress.renew(self.line(cell, f"round {number} of {rounds}; {self.end_words(left_s)}"))

    def announce(self, turn: int, group: Group, cells: list[Cell], waiting_s: float) -> None:
        """Say which cells have a round in a turn of a group."""
        names = ", ".join("-".join(map(str, cell.variant or (cell.recipe,))) for cell in cells)
        who = names if len(cells) <= MOST_NAMES else f"{len(cells)} cells"
        self.progress.show(f"{name_of(group)}, turn {turn}: {who}; {self.end_words(waiting_s)}")

    def end_words(self, waiting_s: float, begun: tuple[Cell, float] | None = None) -> str:
        """Says how long the rest of the run will take: `waiting_s`, the cell just begun, and the cells to come."""
        to_come = [(cell, size) for cell, size in self.to_come() if not begun or cell != begun[0]]
        remaining = self.forecast.remaining(to_come)
        seconds = waiting_s + (begun[1] if begun else 0.0) + remaining.seconds
        return progress.to_go(seconds, is_known=remaining.is_known)

    def finish(self, cell: Cell, outcome: Outcome) -> None:
        """Record the outcome of a cell, and say so where it was not measured."""
        if outcome.status is not Status.MEASURED:
            self.show(cell, f"{outcome.status}: {outcome.reason}")
        if outcome.status in LEFT_OUT:
            self.forecast.without_rounds.add(cell.series)
        self.note({cell: outcome})

    def note(self, outcomes: dict[Cell, Outcome]) -> None:
        """Record outcomes here and on disk; never called while a clock runs."""
        self.outcomes |= outcomes
        if self.file:
            self.file.renew(document(self), self.progress.say)

    def earlier_cell(self, cell: Cell) -> EarlierCell | None:
        """Returns what an earlier session of this run measured of a cell, or None."""
        return self.earlier.cells.get(self.names.get(cell, ""))

    def show(self, cell: Cell, text: str) -> None:
        self.progress.show(self.line(cell, text))

    def line(self, cell: Cell, text: str) -> str:
        number = list(self.names).index(cell) + 1
        return f"[{number:>{len(str(len(self.names)))}}/{len(self.names)}] {cell}  {text}"

    def describe(self, cell: Cell) -> dict[str, Any]:
        """Returns what is saved of a cell beside its times, whatever the benchmark."""
        return {
            "recipe": cell.recipe,
            "parameters": self.parameters(cell),
            "device_name": devices.device_name(cell.device, host.hardware()["cpu_model"]),
        }

    def disagreement(self, cell: Cell, figures: dict[str, Any]) -> str | None:
        """Returns how far a cell's first-epoch loss is off that of its scale's first cell; None where they agree."""
        loss = figures.get("first_epoch_loss")
        if loss is None:
            return None
        other, expected = self.first_epoch_losses.setdefault((cell.benchmark, cell.scale), (cell, loss))
        difference = abs(loss - expected) / expected
        if difference <= LOSS_TOLERANCE:
            return None
        return f"first-epoch loss {loss:.5f} is {difference:.1%} off that of {other}, {expected:.5f}"

    def session_facts(self) -> dict[str, Any]:
        """Returns what is saved of the current pytest session."""
        return {
            "started": self.started.isoformat(timespec="seconds"),
            "commit": self.commit_info.get("id"),
            "dirty": self.commit_info.get("dirty", False),
            "power": self.machine_facts["power"],
            "alongside": self.session.is_disturbed,
        } | self.contention_facts()

    def contention_facts(self) -> dict[str, Any]:
        """Returns how many cores others have used since the first cell began; empty before that."""
        if not self.processor_time:
            return {}
        found = Contention.between(self.processor_time, ProcessorTime.now(self.place.launcher))
        return {
            "other_cores": round(found.other_cores, 3),
            "stolen_cores": round(found.stolen_cores, 3),
            "busy": found.is_busy,
        }

    def hand_over(self, made: dict[str, Any]) -> None:
        """Complete what pytest-benchmark is about to save."""
        self.is_ending = True
        complete(self, made)
        self.is_handed_over = True

    def show_table(self, benchmark: str) -> None:
        """Print the table of a benchmark whose cells are all done, while those of others are to come."""
        if any(cell.benchmark == benchmark for cell in self.outcomes):
            saved = document(self)
            self.progress.tell(
                lambda width, color: "\n".join(self.summarise(saved, benchmark=benchmark, width=width, color=color))
            )

    def write_summary(self, terminal: pytest.TerminalReporter) -> None:
        """Print the table of the run at the end of pytest's output, with what its comparison with other runs means."""
        if self.tried:
            cells = f"{self.tried} cell{'s' * (self.tried > 1)}"
            terminal.write_line(f"benchmarks are disabled: {cells} tried for one epoch each, nothing timed or saved")
        if not self.outcomes:
            if self.processor_time:
                terminal.write_line("nothing was measured: the run ended before the first round")
            return
        terminal.ensure_newline()
        terminal.section("Crossover")
        width, color = progress.width_of(terminal), bool(terminal.isatty)
        saved = self.results / self.machine_facts["name"]
        for text in self.summarise(document(self), compared=self.compared, saved=saved, width=width, color=color):
            terminal.write_line(text)
        if saved_as := self.saved_as or self.config.option.benchmark_json:
            terminal.write_line(f"saved: {os.path.relpath(saved_as)}")
        elif not self.file and self.timed:
            terminal.write_line("not saved: with --benchmark-autosave, `crossover table` shows it again")
        for line in [*self.troubles, *self.to_resume()]:
            terminal.write_line(line, red=True)

    def to_resume(self) -> list[str]:
        """Returns a line that says how many cells are to come; empty where none is or the run cannot be resumed."""
        cells = [self.outcomes.get(cell, UNREACHED).finished for cell in self.names]
        cells += [cell["finished"] for cell in self.earlier.others]
        left = cells.count(False)
        if not left or not self.file:
            return []
        command = "the same command" if all(cell["finished"] for cell in self.earlier.others) else "the first command"
        return [f"unfinished: {left} of {len(cells)} cells are to come; {command} with --resume goes on"]

    def adapt_machine_info(self, machine_info: dict[str, Any]) -> None:
        """Add what decides the times; drop what changes by itself and would look like another machine."""
        machine_info["crossover"] = self.machine_facts
        machine_info.pop("node", None)  # a laptop's node changes with its network and names its owner
        for fact in [fact for fact in machine_info.get("cpu", {}) if fact.startswith("hz_")]:
            del machine_info["cpu"][fact]  # the momentary clock rate
