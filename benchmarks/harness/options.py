"""The command-line options of `pytest benchmarks`."""

import shlex
from argparse import ArgumentTypeError
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import pytest

from crossover.benchmarks.harness import bench
from crossover.benchmarks.harness.catalogue import Catalogue, Kind
from crossover.benchmarks.harness.option_types import (
    parse_batch_sizes,
    parse_devices,
    parse_machine,
    parse_positive,
    parse_recipes,
    parse_scales,
    parse_seconds,
    parse_threads,
)
from crossover.benchmarks.harness.time_budget import Budget
from crossover.benchmarks.machine import torchrun
from crossover.benchmarks.machine.environment import shareable
from crossover.benchmarks.runs.plain import plain
from crossover.benchmarks.storage import pytest_benchmark_options
from crossover.model import constants

if TYPE_CHECKING:
    from crossover.model.workload import Workload

__all__ = ["Options", "add_options"]

SCALINGS = ("strong", "weak")

OF_RESUMING = ("--resume", "--skip-killed")


@dataclass(frozen=True)
class Options:
    """What a run was asked to do; with --benchmark-disable, one epoch, of scale 1 unless --scales is given."""

    kinds: Catalogue
    workload: "Workload"
    scales: list[int] | None
    devices: list[str]
    recipes: list[str]
    epochs: int
    budget: Budget
    machine: str | None
    resume: bool = False
    skip_killed: bool = False
    alongside: bool = False
    scaling: str = "strong"
    batch_sizes: list[int] | None = None
    """None for that of the workload alone."""

    threads: list[int] | None = None
    """The numbers of threads of the CPU's cells; None for torch's own alone."""

    is_bench: bool = False
    """Whether `crossover bench` started the run."""

    command: str = ""
    """The command as a shell would take it, without what is only of a resumed run."""

    @classmethod
    def of(cls, config: pytest.Config, kinds: Catalogue) -> Self:
        devices = config.getoption("devices") or parse_devices("auto")
        is_timed = not config.getoption("benchmark_disable") or config.getoption("benchmark_enable")
        return cls(
            kinds=kinds,
            workload=workload_of(config.getoption("workload")),
            scales=config.getoption("scales") or (None if is_timed else [1]),
            devices=devices,
            recipes=config.getoption("recipes") or parse_recipes("all"),
            epochs=config.getoption("epochs") if is_timed else 1,
            budget=Budget(config.getoption("cell_seconds"), config.getoption("rounds")),
            machine=config.getoption("machine"),
            resume=config.getoption("resume"),
            skip_killed=config.getoption("skip_killed"),
            alongside=config.getoption("alongside"),
            scaling=config.getoption("scaling"),
            batch_sizes=config.getoption("batch_sizes"),
            threads=threads_of(config.getoption("threads"), devices),
            is_bench=bench.is_bench(config),
            command=command_of(config),
        )

    def command_for(self, kind: Kind) -> str:
        """Returns the command that measures a kind of benchmark."""
        return f"crossover bench {kind.name}" if self.is_bench else f"pytest {kind.file}"

    @property
    def torchrun_command(self) -> str:
        """The command that measures training by several processes."""
        return torchrun.COMMAND_OF_BENCH if self.is_bench else torchrun.COMMAND

    def scales_of(self, benchmark: str) -> list[int]:
        """Returns the scales that were asked for, or the usual ones of a benchmark; else those of the main kind."""
        main = next(iter(self.kinds.values()))
        kind = self.kinds.get(benchmark, main)
        is_own = self.workload.scales != main.scales
        return self.scales or parse_scales(self.workload.scales if is_own else kind.scales)


def add_options(parser: pytest.Parser, kinds: Catalogue) -> None:
    main, *others = kinds.values()
    group = parser.getgroup("crossover", "Crossover: which cells to measure, and how long")
    group.addoption(
        "--scales",
        type=parse_scales,
        metavar="LIST",
        help="model sizes: scale s is an MLP 100s → 300s → 200s → 2. Example: --scales 1-5,10. "
        f"Default: {main.scales}"
        + "".join(f"; of {kind.name} {kind.scales}" for kind in others)
        + "; of another workload its own",
    )
    group.addoption(
        "--workload",
        default="mlp",
        metavar="NAME",
        help="what is trained: mlp, cnn, transformer, lstm, or your own as FILE, FILE:NAME or module:NAME. "
        "Example: --workload my_model.py. Default: %(default)s",
    )
    group.addoption(
        "--devices",
        type=parse_devices,
        metavar="LIST",
        help="torch devices. Example: --devices cpu,cuda:1. Default: auto (cpu and the accelerator that is here)",
    )
    group.addoption(
        "--recipes",
        type=parse_recipes,
        metavar="LIST",
        help="ways to run the training, for test_recipes.py. Example: --recipes article,fused. Default: all",
    )
    group.addoption(
        "--batch-sizes",
        type=parse_batch_sizes,
        metavar="LIST",
        help="samples in a batch, for test_training.py and test_recipes.py. Example: --batch-sizes 10,64,512. "
        "Default: that of the workload, 10 of the MLP",
    )
    group.addoption(
        "--threads",
        type=parse_threads,
        metavar="LIST",
        help="threads of the CPU, each number in processes of its own, for test_training.py. Example: --threads 1,2. "
        "Default: torch's own number",
    )
    group.addoption(
        "--scaling",
        choices=SCALINGS,
        default="strong",
        help="what stays the same with more processes, for test_distributed.py: the batch of all together (strong) "
        "or that of each (weak). Default: %(default)s",
    )
    group.addoption(
        "--epochs",
        type=parse_positive,
        default=constants.EPOCHS,
        metavar="N",
        help="epochs in a round of training; one of loading has a single one. Default: %(default)s",
    )
    group.addoption(
        "--rounds",
        type=parse_positive,
        default=5,
        metavar="N",
        help="the most rounds of a cell, as far as --cell-seconds allows. Default: %(default)s",
    )
    group.addoption(
        "--cell-seconds",
        type=parse_seconds,
        default=120.0,
        metavar="S",
        help="the most seconds that a cell takes; one of which not one round fits is left out; 0 for no limit. "
        "Default: %(default)g",
    )
    group.addoption(
        "--machine",
        type=parse_machine,
        metavar="NAME",
        help="the folder under results/ where the run is saved. Default: after CPU and accelerator",
    )
    group.addoption(
        "--resume",
        action="store_true",
        help="go on with a run that was interrupted, however it ended: the same command again, or a part of it",
    )
    group.addoption(
        "--skip-killed",
        action="store_true",
        help="with --resume: leave out the cell that was being measured when the run was killed; one that was killed "
        "twice always is",
    )
    group.addoption(
        "--all",
        action="store_true",
        help="measure every benchmark of a folder, also those that take long: "
        + ", ".join(f"{kind.name} ({kind.duration})" for kind in kinds.values() if not kind.is_usual),
    )
    group.addoption(
        "--alongside",
        action="store_true",
        help="measure although another session is measuring on this machine; both runs are marked",
    )


def threads_of(asked: list[int] | None, devices: list[str]) -> list[int] | None:
    """The numbers of threads to measure: those asked for, and torch's own where other devices are compared with that.

    Raises UsageError where no CPU is measured.
    """
    if not asked:
        return None
    if "cpu" not in devices:
        raise pytest.UsageError(f"--threads: {', '.join(devices)} has no threads to choose: add cpu to --devices")
    import torch

    return list(dict.fromkeys([*asked, torch.get_num_threads()])) if len(devices) > 1 else asked


def workload_of(text: str) -> "Workload":
    """`mlp`, `my_model.py`, … → the workload, whose own code runs; raises UsageError for what cannot be trained."""
    from crossover.model.workload import WorkloadError  # imports torch too
    from crossover.model.workloads import find

    try:
        found = find(text)
        parse_scales(found.scales)
    except (WorkloadError, ArgumentTypeError) as error:
        raise pytest.UsageError(f"--workload {text}: {plain(str(error).removeprefix(f'{text}: '))}") from error
    return found


def command_of(config: pytest.Config) -> str:
    """Returns the command that started this run, with the options of PYTEST_ADDOPTS and as it can be saved."""
    program = bench.NAME.split() if bench.is_bench(config) else ["pytest"]
    typed = [each for each in pytest_benchmark_options.arguments(config) if each not in OF_RESUMING + bench.ARGUMENTS]
    return shareable(shlex.join([*program, *typed]))[:10_000]
