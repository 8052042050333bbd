"""Loading the data of one epoch, alone or with training, timed by `measure_in_turn`."""

import time
from collections.abc import Callable
from typing import Any

import torch

from crossover.benchmarks.harness.memory_needs import loading_bytes
from crossover.benchmarks.kinds.loading.batch_source import BatchSource
from crossover.benchmarks.kinds.training.timed import Training
from crossover.benchmarks.machine import devices, host, memory
from crossover.benchmarks.runs.cells import Cell
from crossover.model import constants
from crossover.model.data import Batches, Data, Samples
from crossover.model.recipes import Recipe
from crossover.model.sample_sources import SOURCES
from crossover.model.workload import Workload

__all__ = ["LoadedTraining", "Loading", "cases"]

ADVISED = 4
"""The number of workers that the article calls usually best."""

MOST_WORKERS = 16
"""The most workers to try: more would share too few batches, as an epoch has 100."""

USES = ("alone", "training")
"""A round is one epoch of only loading and moving to the device, or one epoch of training."""

Parts = tuple[str, int, str, str]
"""Dataset, workers, loader and use."""


def cases() -> list[Parts]:
    """The cases to compare, dataset by dataset.

    A loader collects a batch from `samples`, or fetches whole `batches` by one indexing, which decides for tensors in
    memory; in both, workers start before the epoch. With `restarted`, PyTorch's default, workers start anew in every
    epoch; it is timed once. With `ready`, batches are made and moved beforehand, and an epoch waits for nothing.
    """
    counts = sorted({0, 1, 2, ADVISED, min(host.usable_cores(), MOST_WORKERS)})
    found: list[Parts] = []
    for dataset in SOURCES:
        loaders = [(count, "samples") for count in counts]
        if dataset == "memory":
            loaders += [(count, "batches") for count in (0, ADVISED)]
        found += [(dataset, count, loader, use) for count, loader in loaders for use in USES]
        found += [(dataset, ADVISED, "restarted", "training"), (dataset, 0, "ready", "training")]
    return found


class LoadedTraining(Training):
    """One epoch of training with the batches of a batch source."""

    def __init__(self, workload: Workload, cell: Cell) -> None:
        self.batch_source = BatchSource(cell)
        self.waits_s: list[float] = []
        super().__init__(workload, cell, epochs=1, recipe=Recipe("article", self.batch_source))

    def unavailable(self) -> str | None:
        return self.batch_source.unavailable()

    def predict(self) -> float:
        self.begin()
        memory.settle_allocator()

        def epoch_s(samples: int) -> float:
            fit = self.prepare(
                self.data.first(samples, samples * self.workload.test_samples // self.workload.train_samples)
            )
            start = time.perf_counter()
            fit(1)
            devices.synchronize(self.cell.device)
            return time.perf_counter() - start

        return extrapolated(epoch_s, self.workload)

    def check(self) -> None:
        super().check()
        self.waits_s.append(self.batch_source.waits.waited_s)
        self.figures |= {**self.batch_source.facts, "waits_s": self.waits_s}

    def go_on(self, figures: dict[str, Any], rounds: int) -> None:
        self.waits_s = figures.get("waits_s", [])[:rounds]

    def release(self) -> None:
        super().release()
        self.batch_source.close()


class Loading:
    """One epoch of loading batches and moving them to the device, without using them."""

    def __init__(self, workload: Workload, cell: Cell) -> None:
        self.workload = workload
        self.cell = cell
        self.batch_source = BatchSource(cell)
        self.batches: Batches = []
        self.prepare_s = 0.0
        self.figures: dict[str, Any] = {}
        self.failure: str | None = None

    def unavailable(self) -> str | None:
        return self.batch_source.unavailable()

    def needed_bytes(self) -> dict[str, int]:
        samples = self.workload.train_samples + self.workload.test_samples
        return loading_bytes(self.cell.device, self.workload.size(self.cell.scale), samples)

    def predict(self) -> float:
        self.data = Data.of(self.workload, self.cell.scale)

        def epoch_s(samples: int) -> float:
            self.open(self.data.train.first(samples))
            start = time.perf_counter()
            self.work()
            return time.perf_counter() - start

        return extrapolated(epoch_s, self.workload)

    def setup(self) -> None:
        start = time.perf_counter()
        self.open(self.data.train)
        self.prepare_s = max(self.prepare_s, time.perf_counter() - start)

    def open(self, samples: Samples) -> None:
        generator = torch.Generator().manual_seed(constants.SEED)
        self.batches = self.batch_source.open(samples, self.workload.batch_size, generator)

    def work(self) -> None:
        self.samples = 0
        for features, labels in self.batches:
            features.to(self.cell.device), labels.to(self.cell.device)
            self.samples += len(labels)
        devices.synchronize(self.cell.device)

    def check(self) -> None:
        self.figures = {
            "samples": self.samples,
            "batch_size": self.workload.batch_size,
            "epochs": 1,
            "prepare_s": self.prepare_s,
            **self.batch_source.facts,
        }
        if self.samples != len(self.data.train):
            self.failure = f"{self.samples} samples came of {len(self.data.train)}"

    def control(self) -> None:
        """There is none: no other work is known to get slower by the same factor."""
        return

    def go_on(self, figures: dict[str, Any], rounds: int) -> None:
        """Keep nothing: a round's time is all that is saved of it."""

    def release(self) -> None:
        self.batches = []
        self.batch_source.close()


def fastest_s(epoch_s: Callable[[int], float], samples: int) -> float:
    """The seconds of the shorter of two epochs: either may be disturbed, and starting workers takes time."""
    return min(epoch_s(samples), epoch_s(samples))


def extrapolated(epoch_s: Callable[[int], float], workload: Workload) -> float:
    """Predict the seconds of an epoch of all samples from epochs of one batch and of five.

    The epoch of one batch includes the time to begin, such as to start workers; the other adds that of further batches.
    """
    few, more = workload.batch_size, 5 * workload.batch_size
    few_s, more_s = fastest_s(epoch_s, few), fastest_s(epoch_s, more)
    return few_s + max(0.0, more_s - few_s) * (workload.train_samples - few) / (more - few)
