"""The other end of a side's pipe: says hello, and answers one request after another until there are no more."""

import gc
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import torch

from crossover.benchmarks.ab.protocol import PROTOCOL
from crossover.benchmarks.machine import devices
from crossover.benchmarks.machine.cell_errors import is_out_of_memory
from crossover.model import constants

__all__ = ["answer_all", "failure"]


def answer_all(actions: Mapping[str, Callable[..., dict[str, Any]]], requests: Iterable[str]) -> None:
    """Say hello on standard output, and then answer each request there by the action that it names."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever else is printed goes to standard error

    def answer(facts: dict[str, Any]) -> None:
        print(json.dumps(facts), file=answers, flush=True)

    torch.optim.SGD([torch.zeros(1)], lr=1.0)  # imports as much again: better beside other processes than in a cell
    gc.collect()
    gc.freeze()  # what is there now stays, and is not looked through in any turn
    answer(hello())
    for line in requests:
        request = json.loads(line)
        name = request.pop("do")
        try:
            answer(actions[name](**request))
        except Exception as error:  # one line for the other end, whatever it was
            answer(failure(name, error))


def failure(request: str, error: Exception) -> dict[str, Any]:
    """Returns the answer to a request that failed: without memory to prepare a cell, it is left to other processes."""
    key = "left_out" if request == "prepare" and is_out_of_memory(error) else "error"
    return {key: f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"}


def hello() -> dict[str, Any]:
    numbers = {name: value for name, value in vars(constants).items() if name.isupper() and isinstance(value, int)}
    return {
        "protocol": PROTOCOL,
        "tree": str(Path(constants.__file__).parents[1]),
        "workload": numbers,
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "devices": devices.default_devices(),
    }
