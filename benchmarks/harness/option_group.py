"""The options that `pytest benchmarks` takes besides pytest's own, and what its help says of them."""

import pytest

from crossover.benchmarks.harness.catalogue import Catalogue
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
from crossover.model import constants

__all__ = ["add_options"]

SCALINGS = ("strong", "weak")


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
