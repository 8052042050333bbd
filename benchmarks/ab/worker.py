"""One side of a comparison: a process that sleeps until it is asked, and then trains for an epoch or a part of it."""

import gc
import math
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from crossover.benchmarks.ab.answering import answer_all
from crossover.benchmarks.harness.memory_needs import shortage_reason
from crossover.benchmarks.harness.trainable import require_trainable
from crossover.benchmarks.kinds.training.timed import Training
from crossover.benchmarks.machine import devices, memory
from crossover.benchmarks.runs.cells import Cell
from crossover.benchmarks.runs.roofline import least_times_s
from crossover.model.recipes import ARTICLE, Recipe, UnknownRecipeError
from crossover.model.recipes import recipe as recipe_of
from crossover.model.workload import Workload, WorkloadError
from crossover.model.workloads import MLP, find

__all__ = ["REST_S", "TurnWorker", "serve"]

EPOCHS = 1
"""Turns of one epoch spread no more than turns of ten, and ten times as many fit in the same time."""

REST_S = 0.02
"""The seconds a side waits before it answers, so that its idle threads are asleep.

OpenMP's threads spin for some milliseconds after their last work (libgomp, GOMP_SPINCOUNT), and would do so on the
other side's cores and clock.
"""


KEPT = 6
"""The prepared cells that a side keeps, without their networks: a search goes back and forth between some sizes."""


class TurnWorker:
    """Answers requests about one cell after another."""

    def __init__(self, make: Callable[[Workload, Cell, int, Recipe], Training]) -> None:
        self.make = make
        self.workloads: dict[str, Workload] = {}
        self.training: Training | None = None
        self.probes: dict[str, dict[str, Any]] = {}
        self.prepared: dict[tuple[object, ...], tuple[Training, dict[str, Any]]] = {}

    def prepare(self, scale: int, device: str, **cell: Any) -> dict[str, Any]:
        """Prepare and warm up a cell; returns its numbers, or why it is left out."""
        self.training = None
        key = scale, device, *sorted(cell.items())
        if key in self.prepared:
            self.training, numbers = self.prepared[key] = self.prepared.pop(key)
            return numbers
        while len(self.prepared) >= KEPT:
            del self.prepared[next(iter(self.prepared))]
        found = self.asked_for(scale, device, **cell)
        if not isinstance(found, Training):
            return found
        trained = found.workload
        memory.release_unused(device)
        if reason := shortage_reason(found.needed_bytes(), memory.free_bytes):
            return {"left_out": reason}
        turn_s = found.predict()
        self.training = found
        self.rest()
        size, rate = trained.size(scale), trained.learning_rate(scale)
        numbers = {"parameters": size.parameters, "learning_rate": rate, "turn_s": turn_s}
        numbers |= {"version": trained.version} if trained.version else {}
        self.prepared[key] = found, numbers
        return numbers

    def size(self, scale: int, device: str, **cell: Any) -> dict[str, Any]:
        """Returns the number of parameters of a cell and of its samples, and why it would be left out, if it would."""
        found = self.asked_for(scale, device, **cell)
        if not isinstance(found, Training):
            return found
        reason, trained = shortage_reason(found.needed_bytes(), memory.free_bytes), found.workload
        numbers = {
            "parameters": trained.size(scale).parameters,
            "samples": trained.train_samples,
            "batch_size": trained.batch_size,
        }
        return numbers | ({"left_out": reason} if reason else {})

    def limits(self, scale: int, device: str, **cell: Any) -> dict[str, float]:
        """Returns the least seconds of an epoch of a cell that each limit of the device allows; empty where unknown."""
        from crossover.benchmarks.machine.probe import probe

        found = self.asked_for(scale, device, **cell)
        if not isinstance(found, Training) or not (cost := found.recipe.cost(found.workload, scale, EPOCHS)):
            return {}
        if device not in self.probes:
            self.probes[device] = probe(device)
        return least_times_s(asdict(cost), self.probes[device], found.workload.size(scale).parameters)

    def asked_for(
        self,
        scale: int,
        device: str,
        workload: str = MLP.name,
        recipe: str = ARTICLE.name,
        batch_size: int | None = None,
    ) -> Training | dict[str, Any]:
        """Returns the training of a cell, or the answer that says why there is none."""
        try:
            devices.check_device(device)
            by = recipe_of(recipe)
            found = self.workload(workload, scale)
            found = replace(found, batch_size=batch_size) if batch_size else found
        except (devices.UnknownDeviceError, UnknownRecipeError, WorkloadError) as error:
            return {"error": str(error.args[0])}
        if reason := devices.missing_reason(device) or by.unavailable(device, found):
            return {"left_out": reason}
        return self.make(found, Cell("training", scale, device, batch_size=batch_size), EPOCHS, by)

    def workload(self, name: str, scale: int) -> Workload:
        """The workload of a name, loaded and checked once, at the first scale that is asked for.

        Raises WorkloadError where there is none, or where it cannot be trained.
        """
        if name not in self.workloads:
            found = find(name)
            require_trainable(found, scale)
            self.workloads[name] = found
        return self.workloads[name]

    def turn(self, share: float | None = None) -> dict[str, Any]:
        """Train a fresh network, with only `work` on the clock; returns the seconds and the first-epoch loss.

        What it learnt is checked at the first turn: all others learn the same. With a `share` of an epoch, a step goes
        before that is not timed, and a part of it learns too little to be checked: its loss must be a number.
        """
        training = self.training
        assert training, "a turn needs a prepared cell"
        if share is None:
            training.setup()
        else:
            training.setup_part(share)
        gc.collect()  # else that of another turn may fall into this one
        start = time.perf_counter()
        training.work()
        seconds = time.perf_counter() - start
        loss = statistics.fmean(training.history.losses[0])
        if share is not None and share < 1:
            training.failure = None if math.isfinite(loss) else f"the loss became {loss}"
        elif not training.figures:
            training.check()
        if training.failure:
            return {"error": f"{training.cell} diverged: {training.failure}"}
        self.rest()
        return {"seconds": seconds, "loss": loss}

    def rest(self) -> None:
        """Let go of the network, for many processes share the memory, and let this one's threads fall asleep."""
        if self.training:
            self.training.release()
            memory.release_unused(self.training.cell.device)
        time.sleep(REST_S)


def machine(results: str) -> dict[str, Any]:
    """Returns what is saved of this machine, whose name is not that of another one among some saved runs."""
    from crossover.benchmarks.machine import machine_info  # imports more than turns need

    return machine_info.describe(None, Path(results))


def serve(make: Callable[[Workload, Cell, int, Recipe], Training]) -> None:
    """Answer requests for turns, until standard input ends."""
    turns = TurnWorker(make)
    actions: dict[str, Callable[..., dict[str, Any]]] = {
        "prepare": turns.prepare,
        "size": turns.size,
        "turn": turns.turn,
        "limits": turns.limits,
        "machine": machine,
    }
    answer_all(actions, sys.stdin)


if __name__ == "__main__":
    serve(Training)
