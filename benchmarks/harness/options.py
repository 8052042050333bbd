"""What a run was asked to do, from its command line."""

import shlex
from argparse import ArgumentTypeError
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import pytest

from crossover.benchmarks.harness import bench
from crossover.benchmarks.harness.catalogue import Catalogue, Kind
from crossover.benchmarks.harness.option_types import (
    parse_devices,
    parse_recipes,
    parse_scales,
)
from crossover.benchmarks.harness.time_budget import Budget
from crossover.benchmarks.machine import torchrun
from crossover.benchmarks.machine.environment import shareable
from crossover.benchmarks.runs.plain import plain
from crossover.benchmarks.storage import pytest_benchmark_options

if TYPE_CHECKING:
    from crossover.model.workload import Workload

__all__ = ["Options"]

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
