"""The command-line options of `pytest benchmarks`: what each takes, and the errors for anything else."""

import math
import re
import shlex
from argparse import ArgumentTypeError
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

from crossover.benchmarks.harness.budget import Budget
from crossover.benchmarks.harness.catalogue import KINDS, TRAINING, kind_of
from crossover.model import workload

__all__ = ["Options", "add_options", "parse_positive", "parse_scales", "parse_seconds"]

SCALINGS = ("strong", "weak")

LARGEST_SCALE = 10**6
"""Its network has 9e16 parameters, more than any machine holds; much larger numbers overflow in torch."""

LONGEST_S = 1e9
"""Thirty years, the longest time that a saved run may hold."""

MOST_SCALES = 1000
"""A longer list is a slip of the finger, such as `1-50000` for `1-5,000`."""


@dataclass(frozen=True)
class Options:
    """What a run was asked to do; with --benchmark-disable, one epoch, of scale 1 unless --scales is given."""

    scales: list[int] | None
    devices: list[str]
    recipes: list[str]
    epochs: int
    budget: Budget
    machine: str | None
    resume: bool = False
    alongside: bool = False
    scaling: str = "strong"
    command: str = ""
    """The command as a shell would take it, without --resume."""

    @classmethod
    def of(cls, config: pytest.Config) -> Self:
        is_timed = not config.getoption("benchmark_disable") or config.getoption("benchmark_enable")
        return cls(
            scales=config.getoption("scales") or (None if is_timed else [1]),
            devices=config.getoption("devices") or parse_devices("auto"),
            recipes=config.getoption("recipes") or parse_recipes("all"),
            epochs=config.getoption("epochs") if is_timed else 1,
            budget=Budget(config.getoption("cell_seconds"), config.getoption("rounds")),
            machine=config.getoption("machine"),
            resume=config.getoption("resume"),
            alongside=config.getoption("alongside"),
            scaling=config.getoption("scaling"),
            command=command_of(config),
        )

    def scales_of(self, benchmark: str) -> list[int]:
        """Returns the scales that were asked for, or the usual ones of a benchmark."""
        return self.scales or parse_scales(kind_of(benchmark).scales)


def add_options(parser: pytest.Parser) -> None:
    group = parser.getgroup("crossover", "Crossover: which cells to measure, and how long")
    group.addoption(
        "--scales",
        type=parse_scales,
        metavar="LIST",
        help="model sizes: scale s is an MLP 100s → 300s → 200s → 2. Example: --scales 1-5,10. "
        f"Default: {TRAINING.scales}"
        + "".join(f"; of {kind.name} {kind.scales}" for kind in KINDS.values() if kind is not TRAINING),
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
        "--scaling",
        choices=SCALINGS,
        default="strong",
        help="what stays the same with more processes, for test_distributed.py: the batch of all together (strong) "
        "or that of each (weak). Default: %(default)s",
    )
    group.addoption(
        "--epochs",
        type=parse_positive,
        default=workload.EPOCHS,
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
        "--all",
        action="store_true",
        help="measure every benchmark of a folder, also those that take long: "
        + ", ".join(f"{kind.name} ({kind.duration})" for kind in KINDS.values() if not kind.is_usual),
    )
    group.addoption(
        "--alongside",
        action="store_true",
        help="measure although another session is measuring on this machine; both runs are marked",
    )


def command_of(config: pytest.Config) -> str:
    """Returns the command that started this run, with `~` for the home folder, which bears its owner's name."""
    arguments = [argument for argument in config.invocation_params.args if argument != "--resume"]
    return shlex.join(["pytest", *arguments]).replace(str(Path.home()), "~")[:10_000]


def parse_scales(text: str) -> list[int]:
    """`1-3,10` → `[1, 2, 3, 10]`, in rising order; raises ArgumentTypeError for anything else."""
    scales: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,9})(?:-(\d{1,9}))?\s*", part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        is_range = 1 <= first <= last <= LARGEST_SCALE and last - first < MOST_SCALES
        scales.update(range(first, last + 1) if is_range else ())
        if not is_range or len(scales) > MOST_SCALES:
            raise ArgumentTypeError(
                f"{text!r} is no list of scales; it takes positive integers and ranges of them, "
                f"such as 1-5,10 (at most {MOST_SCALES} scales, up to {LARGEST_SCALE:,})"
            )
    return sorted(scales)


def parse_devices(text: str) -> list[str]:
    """`cpu,cuda:1` → `["cpu", "cuda:1"]`; `auto` for the usual ones; raises ArgumentTypeError for an unknown one."""
    from crossover.benchmarks.machine import devices  # torch takes seconds to import, and `--help` needs none of it

    try:
        names = [name.strip().lower() for name in text.split(",")]
        listed = devices.default_devices() if names == ["auto"] else [devices.check_device(name) for name in names]
    except devices.UnknownDeviceError as error:
        raise ArgumentTypeError(str(error)) from error
    return list(dict.fromkeys(listed))


def parse_recipes(text: str) -> list[str]:
    """`article,fused` → `["article", "fused"]`; `all` for every one; raises ArgumentTypeError for an unknown one."""
    from crossover.model.recipes import RECIPES, UnknownRecipeError, recipe  # imports torch too

    names = [name.strip() for name in text.split(",")]
    if names == ["all"]:
        return list(RECIPES)
    try:
        return list(dict.fromkeys(recipe(name).name for name in names))
    except UnknownRecipeError as error:
        raise ArgumentTypeError(f"{error.args[0]}; it takes all or a list of these") from error


def parse_positive(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text) or int(text) == 0:
        raise ArgumentTypeError(f"{text!r} is out of range; it takes a positive integer")
    return int(text)


def parse_seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= LONGEST_S:
        raise ArgumentTypeError(f"{text!r} is out of range; it takes seconds, such as 120, or 0 for no limit")
    return seconds


def parse_machine(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", text):
        raise ArgumentTypeError(
            f"{text!r} is no name for a folder; it takes letters, digits, '.', '_' and '-', such as my-laptop"
        )
    return text
