"""The training that is timed, as a workload for `measure`."""

import math
import statistics
import time
from dataclasses import asdict
from typing import Any, NamedTuple

import torch
from torch.utils.data import DataLoader

from crossover.benchmarks.harness.budget import training_bytes
from crossover.benchmarks.machine import devices, memory
from crossover.benchmarks.machine.errors import CellEndedError, is_out_of_memory, one_line
from crossover.benchmarks.runs.cells import Cell, Status
from crossover.model import workload
from crossover.model.cost import is_counted
from crossover.model.data import Batch, Data
from crossover.model.network import NeuralNetwork, parameter_count
from crossover.model.recipes import ARTICLE, Fit, Recipe
from crossover.model.training import History, mean_loss

WARM_UP_SHARE = 20
"""The timed warm-up is the twentieth part of an epoch: 5 steps of 100, and an evaluation of 10 samples of 200."""

WARM_UP_S = 0.2
FEWEST_WARM_UPS = 3
"""Warm-ups are repeated until there were this many and they took this long: a single one of a small model is over
before it is warm, and any single one may have been disturbed."""

LONG_WARM_UP_S = 2.0
"""No more warm-ups after this time: what disturbs a large model for so long will go on."""


class Learnt(NamedTuple):
    """What a round of training came to."""

    first_epoch_loss: float
    last_epoch_loss: float
    """Means over the batches of an epoch, each before its step."""

    final_loss: float
    """The mean over all training samples, after the last step."""

    accuracy: float
    """The share of the test samples that are classified correctly."""


class Training:
    """Some epochs of training of a freshly drawn network: in the loop that everyone writes first, or by a recipe."""

    batch_size = workload.BATCH_SIZE

    def __init__(self, cell: Cell, epochs: int, recipe: Recipe = ARTICLE) -> None:
        self.cell = cell
        self.epochs = epochs
        self.recipe = recipe
        self.parameters = parameter_count(cell.scale)
        self.prepare_s = 0.0
        self.network: torch.nn.Module = torch.nn.Module()
        self.fit: Fit = unprepared
        self.figures: dict[str, Any] = {}
        self.failure: str | None = None

    def unavailable(self) -> str | None:
        return self.recipe.unavailable(self.cell.device)

    def needed_bytes(self) -> dict[str, int]:
        features = (workload.SAMPLES + workload.TEST_SAMPLES) * 100 * self.cell.scale
        return training_bytes(self.cell.device, self.parameters, features, self.recipe.weight_copies)

    def predict(self) -> float:
        """Train on a small part of the data, and from the fastest time work out that of a round.

        What a recipe does once an epoch counts too often here: it is rather predicted too slow than too fast.
        """
        memory.settle_allocator()
        self.data = Data.random(self.cell.scale)
        self.draw()
        self.prepare(self.data.first(self.batch_size, self.batch_size))(1)
        fit = self.prepare(self.data.first(workload.SAMPLES // WARM_UP_SHARE, workload.TEST_SAMPLES // WARM_UP_SHARE))
        times_s: list[float] = []
        while is_warming_up(times_s):
            start = time.perf_counter()
            fit(1)
            times_s.append(self.elapsed_s(start))
        return min(times_s) * WARM_UP_SHARE * self.epochs

    def elapsed_s(self, start_s: float) -> float:
        """The time since then, when the device has finished."""
        devices.synchronize(self.cell.device)
        return time.perf_counter() - start_s

    def go_on(self, figures: dict[str, Any], rounds: int) -> None:
        """Nothing is written down of each round but its time."""

    def setup(self) -> None:
        self.draw()
        self.fit = self.prepare(self.data)

    def draw(self) -> None:
        """Draw the network's weights on the CPU, the same ones for every round and device, and move them."""
        self.release()  # the last round's go first: two may not fit
        torch.manual_seed(workload.SEED)
        self.network = NeuralNetwork.scaled(self.cell.scale).to(self.cell.device)
        devices.synchronize(self.cell.device)

    def prepare(self, data: Data) -> Fit:
        """Let the recipe get ready. The longest time that this took is kept: the one with compiling, if any."""
        start = time.perf_counter()
        try:
            fit = self.recipe.prepare(
                self.network,
                data,
                batch_size=self.batch_size,
                learning_rate=workload.learning_rate(self.cell.scale),
                generator=torch.Generator().manual_seed(workload.SEED),
                device=self.cell.device,
            )
        except RuntimeError as error:  # what a recipe raises where a compiler fails
            if is_out_of_memory(error):
                raise
            raise CellEndedError(Status.FAILED, f"could not be prepared: {one_line(error)}") from None
        devices.synchronize(self.cell.device)
        self.prepare_s = max(self.prepare_s, time.perf_counter() - start)
        return fit

    def work(self) -> None:
        self.history = self.fit(self.epochs)
        devices.synchronize(self.cell.device)

    def release(self) -> None:
        """The samples stay: from scale 10 on they are less than a seventh of the weights."""
        self.network, self.fit = torch.nn.Module(), unprepared

    def check(self) -> None:
        """The loss must have fallen since the first epoch: in the last epoch, or over all samples at the end.

        At scale 1 the loss leaps from step to step, and what the last step leaves may lie above the first epoch's mean
        when that of the last epoch has more than halved. So either will do; a training that breaks down has neither.
        """
        learnt = self.learnt()
        self.figures = {
            "samples": workload.SAMPLES,
            "batch_size": self.batch_size,
            "epochs": self.epochs,
            "first_epoch_loss": finite(learnt.first_epoch_loss),
            "final_loss": finite(learnt.final_loss),
            "accuracy": learnt.accuracy,
            "prepare_s": self.prepare_s,
            "reduced_precision": self.recipe.reduced_precision,
            "work": asdict(self.recipe.cost(self.cell.scale, self.epochs)) if is_counted(self.cell.scale) else None,
        }
        if not math.isfinite(learnt.final_loss):
            self.failure = f"the loss became {learnt.final_loss}"
        elif not min(learnt.final_loss, learnt.last_epoch_loss) < learnt.first_epoch_loss:
            first, final = learnt.first_epoch_loss, learnt.final_loss
            self.failure = f"the loss did not fall: {first:.4f} in the first epoch, {final:.4f} at the end"

    def learnt(self) -> Learnt:
        first_epoch_loss, last_epoch_loss = (statistics.fmean(self.history.losses[epoch]) for epoch in (0, -1))
        final_loss = mean_loss(self.network, self.train_batches(), device=self.cell.device)
        return Learnt(first_epoch_loss, last_epoch_loss, final_loss, self.history.accuracies[-1])

    def train_batches(self) -> DataLoader[Batch]:
        return DataLoader(self.data.train, self.batch_size)


def is_warming_up(times_s: list[float]) -> bool:
    """Whether another warm-up is needed after some that took `times_s`: the fastest tells how long a round takes."""
    is_short = len(times_s) < FEWEST_WARM_UPS or sum(times_s) < WARM_UP_S
    return is_short and sum(times_s) < LONG_WARM_UP_S


def unprepared(epochs: int) -> History:
    raise RuntimeError("`setup` comes before `work`")


def finite(number: float) -> float | None:
    """The number, or None for what JSON has no number for."""
    return number if math.isfinite(number) else None
