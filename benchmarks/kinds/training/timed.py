"""Training from scratch, timed by `measure`."""

import math
import statistics
import time
from dataclasses import asdict
from typing import Any, NamedTuple

import torch
from torch.utils.data import DataLoader

from crossover.benchmarks.harness.memory_needs import training_bytes
from crossover.benchmarks.machine import devices, memory
from crossover.benchmarks.machine.cell_errors import CellEndedError, is_out_of_memory, one_line
from crossover.benchmarks.runs.cells import Cell, Status
from crossover.model import constants, control
from crossover.model.control import Control
from crossover.model.data import Batch, Data
from crossover.model.recipes import ARTICLE, Fit, Recipe
from crossover.model.training import FirstPass, History, first_pass, mean_loss
from crossover.model.workload import Workload

__all__ = ["Learnt", "Training"]

WARM_UP_SHARE = 20
"""A timed warm-up is one twentieth of an epoch: of the MLP's 5 of 100 steps, and 10 of the 200 test samples.

Where a batch size is asked for, its steps are whole ones: part of a batch may take as long as all of it.
"""

WARM_UP_S = 0.2
FEWEST_WARM_UPS = 3
"""Warm-ups are repeated until there are this many and they took this long in total: a small model's single warm-up is
over before it is warm, and any single one may have been disturbed."""

LONG_WARM_UP_S = 2.0
"""No more warm-ups start after this time in total: whatever disturbs a large model for that long will go on."""


class Learnt(NamedTuple):
    """The losses and the accuracy that a round of training reached."""

    first_epoch_loss: float
    last_epoch_loss: float
    """Means over the batches of an epoch, each taken before the batch's step."""

    final_loss: float
    """The mean over all training samples, after the last step."""

    accuracy: float
    """The share of the test samples that are classified correctly."""


class Training:
    """Some epochs of training a freshly drawn network, by the article's loop or by another recipe."""

    def __init__(self, workload: Workload, cell: Cell, epochs: int, recipe: Recipe = ARTICLE) -> None:
        self.workload = workload
        self.cell = cell
        self.epochs = epochs
        self.recipe = recipe
        self.batch_size = workload.batch_size
        self.prepare_s = 0.0
        self.network: torch.nn.Module = torch.nn.Module()
        self.fit: Fit = unprepared
        self.figures: dict[str, Any] = {}
        self.failure: str | None = None
        self.first = FirstPass()
        self.fallbacks: list[str] = []

    def unavailable(self) -> str | None:
        return self.recipe.unavailable(self.cell.device, self.workload)

    def needed_bytes(self) -> dict[str, int]:
        samples, size = self.workload.train_samples + self.workload.test_samples, self.workload.size(self.cell.scale)
        needed = training_bytes(self.cell.device, size, samples, self.recipe.weight_copies)
        if self.is_controlled:
            needed[self.cell.device] += control.needed_bytes(self.cell.scale)
        return needed

    def predict(self) -> float:
        """Predict the seconds of a round from the fastest of some warm-ups on a small part of the data.

        A recipe's work once an epoch counts too often here, so a prediction is too slow rather than too fast.
        """
        memory.settle_allocator()
        self.begin()
        with devices.noting_fallbacks(self.fallbacks):
            self.prepare(self.data.first(self.batch_size, self.batch_size))(1)
        samples = self.workload.train_samples // WARM_UP_SHARE
        if self.cell.batch_size:
            samples -= samples % self.batch_size
        fit = self.prepare(self.data.first(samples, self.workload.test_samples // WARM_UP_SHARE))
        times_s: list[float] = []
        while is_warming_up(times_s):
            start = time.perf_counter()
            fit(1)
            times_s.append(self.elapsed_s(start))
        return min(times_s) * self.workload.train_samples / samples * self.epochs

    def begin(self) -> None:
        """Draw samples and network, and look at what the network makes of its first batch."""
        self.data = Data.of(self.workload, self.cell.scale)
        self.draw()
        first = self.data.train.first(self.batch_size)
        self.first = first_pass(self.network, first, self.workload, device=self.cell.device)

    def elapsed_s(self, start_s: float) -> float:
        """The seconds since `start_s`, once the device has finished."""
        devices.synchronize(self.cell.device)
        return time.perf_counter() - start_s

    def control(self) -> Control | None:
        """The control of the article's loop, which does the same kind of work; others are judged by its rounds."""
        return Control(self.cell.scale, self.cell.device, self.epochs) if self.is_controlled else None

    @property
    def is_controlled(self) -> bool:
        """Whether the control, whose batches are of 10, does the same kind of work: other sizes have another pace."""
        return self.recipe is ARTICLE and self.cell.batch_size in (None, constants.BATCH_SIZE)

    def go_on(self, figures: dict[str, Any], rounds: int) -> None:
        """Keep nothing: a round's time is all that is saved of it."""

    def setup(self) -> None:
        self.draw()
        self.fit = self.prepare(self.data)

    def setup_part(self, share: float) -> None:
        """Set up for a share of the samples, after a step: the first one takes the memory that all others find."""
        self.draw()
        self.prepare(self.data.first(self.batch_size, self.batch_size))(1)
        batches = max(1, round(share * self.workload.train_samples / self.batch_size))
        self.fit = self.prepare(self.data.first(batches * self.batch_size, round(share * self.workload.test_samples)))

    def draw(self) -> None:
        """Draw the network's weights on the CPU, the same for every round and device, and move them to the device."""
        self.release()  # frees the last round's network first: two may not fit
        torch.manual_seed(constants.SEED)
        self.network = self.workload.network(self.cell.scale).to(self.cell.device)
        devices.synchronize(self.cell.device)

    def prepare(self, data: Data) -> Fit:
        """Let the recipe prepare, and keep the longest time this took: the one that compiled, if any.

        Raises CellEndedError (`failed`) for a RuntimeError other than out of memory.
        """
        start = time.perf_counter()
        try:
            fit = self.recipe.prepare(
                self.network,
                data,
                self.workload,
                scale=self.cell.scale,
                batch_size=self.batch_size,
                generator=torch.Generator().manual_seed(constants.SEED),
                device=self.cell.device,
            )
        except RuntimeError as error:  # a recipe raises it where a compiler fails
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
        """Let go of the network, not of the samples: from scale 10 on they are less than a seventh of the weights."""
        self.network, self.fit = torch.nn.Module(), unprepared

    def check(self) -> None:
        """Fail the round unless the loss fell since the first epoch: in the last epoch, or over all samples at the end.

        At scale 1 the loss jumps from step to step: after the last step it may exceed the first epoch's mean although
        the last epoch's mean has more than halved. So either fall is enough; a training that breaks down has neither.
        Of a user's workload that is only a remark: many time theirs on targets that mean nothing.
        """
        learnt = self.learnt()
        cost = self.recipe.cost(self.workload, self.cell.scale, self.epochs)
        self.figures = {
            "samples": self.workload.train_samples,
            "batch_size": self.batch_size,
            "epochs": self.epochs,
            "first_batch_loss": finite(self.first.loss),
            "draws_in_training": self.first.is_random,
            "first_epoch_loss": finite(learnt.first_epoch_loss),
            "final_loss": finite(learnt.final_loss),
            "accuracy": finite(learnt.accuracy),
            "prepare_s": self.prepare_s,
            "reduced_precision": self.recipe.reduced_precision,
            "work": cost and asdict(cost),
            "remarks": self.remarks(),
        }
        losses = learnt.first_epoch_loss, learnt.last_epoch_loss, learnt.final_loss
        if broken := next((loss for loss in losses if not math.isfinite(loss)), None):
            self.failure = f"the loss became {broken}"
        elif not min(learnt.final_loss, learnt.last_epoch_loss) < learnt.first_epoch_loss:
            words = f"the loss did not fall: {losses[0]:.4g} in the first epoch, {losses[2]:.4g} at the end"
            if self.workload.is_built_in:
                self.failure = words
            else:
                self.figures["remarks"].append(words)

    def remarks(self) -> list[str]:
        """What a reader should know of the cell, whatever its rounds came to."""
        reason, names = self.workload.size(self.cell.scale).not_counted, sorted(set(self.fallbacks))
        lines = [f"not predicted: {reason}"] if reason else []
        return lines + ([f"{self.cell.device} lacks {', '.join(names)}: run on the CPU instead"] if names else [])

    def learnt(self) -> Learnt:
        first_epoch_loss, last_epoch_loss = (statistics.fmean(self.history.losses[epoch]) for epoch in (0, -1))
        final_loss = mean_loss(self.network, self.train_batches(), self.workload, device=self.cell.device)
        return Learnt(first_epoch_loss, last_epoch_loss, final_loss, self.history.accuracies[-1])

    def train_batches(self) -> DataLoader[Batch]:
        return DataLoader(self.data.train, self.batch_size)


def is_warming_up(times_s: list[float]) -> bool:
    """Whether another warm-up is needed after those that took `times_s`."""
    is_short = len(times_s) < FEWEST_WARM_UPS or sum(times_s) < WARM_UP_S
    return is_short and sum(times_s) < LONG_WARM_UP_S


def unprepared(epochs: int) -> History:
    raise RuntimeError("`setup` comes before `work`")


def finite(number: float) -> float | None:
    """The number, or None where it is not finite and JSON cannot hold it."""
    return number if math.isfinite(number) else None
