"""The training that is timed, as a workload for `measure`."""

import math
import statistics
import time
from dataclasses import asdict
from typing import Any

import torch
from torch.utils.data import DataLoader

from benchmarks import devices
from benchmarks.budget import training_bytes
from benchmarks.cells import Cell
from model import workload
from model.cost import training_cost
from model.data import Data, Loaders
from model.network import NeuralNetwork, parameter_count
from model.training import History, fit, mean_loss

WARM_UP_SHARE = 20
"""The timed warm-up is the twentieth part of an epoch: 5 steps of 100, and an evaluation of 10 samples of 200."""

WARM_UP_S = 0.2
"""Warm-ups are repeated until they took this long: a single one of a small model is over before it is warm."""


class Training:
    """Some epochs of training of a freshly drawn network, in the plain loop that everyone writes first."""

    def __init__(self, cell: Cell, epochs: int) -> None:
        self.cell = cell
        self.epochs = epochs
        self.parameters = parameter_count(cell.scale)
        self.figures: dict[str, Any] = {}
        self.failure: str | None = None

    def needed_bytes(self) -> dict[str, int]:
        samples = workload.SAMPLES + workload.TEST_SAMPLES
        return training_bytes(self.cell.device, self.parameters, samples * 100 * self.cell.scale)

    def predict(self) -> float:
        """Train on a small part of the data, and from the fastest time work out that of a round."""
        devices.settle_allocator()
        self.data = Data.random(self.cell.scale)
        self.setup()
        self.train_on(self.data.first(workload.BATCH_SIZE, workload.BATCH_SIZE), epochs=1)
        part = self.data.first(workload.SAMPLES // WARM_UP_SHARE, workload.TEST_SAMPLES // WARM_UP_SHARE)
        times_s: list[float] = []
        while sum(times_s) < WARM_UP_S:
            start = time.perf_counter()
            self.train_on(part, epochs=1)
            times_s.append(time.perf_counter() - start)
        return min(times_s) * WARM_UP_SHARE * self.epochs

    def setup(self) -> None:
        """Draw the network's weights on the CPU, the same ones for every round and device, and move them."""
        self.network = torch.nn.Module()  # the last round's goes first: two may not fit
        torch.manual_seed(workload.SEED)
        self.network = NeuralNetwork.scaled(self.cell.scale).to(self.cell.device)
        devices.synchronize(self.cell.device)

    def work(self) -> None:
        self.history = self.train_on(self.data, self.epochs)

    def train_on(self, data: Data, epochs: int) -> History:
        order = torch.Generator().manual_seed(workload.SEED)
        history = fit(
            self.network,
            Loaders.over(data, workload.BATCH_SIZE, order),
            epochs=epochs,
            learning_rate=workload.learning_rate(self.cell.scale),
            device=self.cell.device,
        )
        devices.synchronize(self.cell.device)
        return history

    def check(self) -> None:
        """The loss over all training samples must be smaller than that of the batches in the first epoch."""
        loader = DataLoader(self.data.train, workload.BATCH_SIZE)
        final_loss = mean_loss(self.network, loader, device=self.cell.device)
        first_epoch_loss = statistics.fmean(self.history.losses[0])
        self.figures = {
            "samples": workload.SAMPLES,
            "batch_size": workload.BATCH_SIZE,
            "epochs": self.epochs,
            "first_epoch_loss": finite(first_epoch_loss),
            "final_loss": finite(final_loss),
            "accuracy": self.history.accuracies[-1],
            "work": asdict(training_cost(self.cell.scale, self.epochs)),
        }
        if not math.isfinite(final_loss):
            self.failure = f"the loss became {final_loss}"
        elif not final_loss < first_epoch_loss:
            self.failure = (
                f"the loss did not fall: {first_epoch_loss:.4f} in the first epoch, {final_loss:.4f} at the end"
            )


def finite(number: float) -> float | None:
    """The number, or None for what JSON has no number for."""
    return number if math.isfinite(number) else None
