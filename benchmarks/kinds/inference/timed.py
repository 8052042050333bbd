"""Loading a network from a checkpoint and predicting with it, timed by `measure`."""

import shutil
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import torch

from crossover.benchmarks.harness.memory_needs import inference_bytes, shortage_reason
from crossover.benchmarks.machine import devices, facts
from crossover.benchmarks.machine.cell_errors import CellEndedError
from crossover.benchmarks.machine.environment import unwritable
from crossover.benchmarks.runs.cells import Cell, Status
from crossover.model import checkpoint, constants
from crossover.model.data import Data
from crossover.model.workload import Workload

__all__ = ["TASKS", "Load", "Predict"]

AGREEMENT = 0.99
"""The share of the test samples for which the network must predict the same class as before it was saved. Another
device adds in another order, which can move a sample on the border between two classes."""

ROUNDING = 1e-2
"""Values may differ by this much, or by this share of themselves."""

TASKS = {"load": 0, "sample": 1, "batch-10": 10, "batch-1000": 1000}
"""The samples of a call, by the name of what is timed: loading the checkpoint (0), or predicting some at a time."""

CALLS = {"load": 1, "sample": 200, "batch-10": 50, "batch-1000": 3}
"""How many calls a round has: enough for it to take longer than microseconds."""

MOST_CALL_TIMES = 10_000
"""The most times of single calls that are saved for a cell. They are enough for its 99th percentile; those of all calls
would make the file too large."""

WARM_UP_S = 1.0
"""Warm-up calls stop after this time in total, even if there were fewer than three."""


class Inference(ABC):
    """A network saved by `checkpoint.save` and loaded into a fresh one; subclasses define the timed `work`."""

    def __init__(self, workload: Workload, cell: Cell) -> None:
        self.workload = workload
        self.cell = cell
        task = str(dict(cell.case)["task"])
        self.batch_size, self.calls = TASKS[task], CALLS[task]
        self.folder: tempfile.TemporaryDirectory[str] | None = None
        self.network: torch.nn.Module = torch.nn.Module()
        self.call_times_s: list[float] = []
        self.figures: dict[str, Any] = {}
        self.failure: str | None = None

    def unavailable(self) -> str | None:
        return None

    def needed_bytes(self) -> dict[str, int]:
        workload, at_once = self.workload, max(self.batch_size, self.workload.test_samples)
        samples = workload.train_samples + workload.test_samples
        batches = at_once / workload.batch_size
        return inference_bytes(self.cell.device, workload.size(self.cell.scale), samples, batches)

    def predict(self) -> float:
        """Predict the seconds of a round from the fastest of some single calls.

        Raises CellEndedError (`too big`) where the checkpoint does not fit the disk.
        """
        with writing():
            reason = shortage_reason({"disk": self.workload.size(self.cell.scale).parameter_bytes}, free_on_disk)
        if reason:
            raise CellEndedError(Status.TOO_BIG, f"{reason} on disk in {tempfile.gettempdir()}")
        self.data = Data.of(self.workload, self.cell.scale)
        self.setup()
        calls, self.calls = self.calls, 1
        times_s: list[float] = []
        while len(times_s) < 3 and sum(times_s) < WARM_UP_S:
            start = time.perf_counter()
            self.work()
            times_s.append(time.perf_counter() - start)
        self.calls = calls
        return min(times_s) * calls

    def setup(self) -> None:
        """Save one network, and put another, freshly drawn one on the device."""
        self.release()
        torch.manual_seed(constants.SEED)
        network = self.workload.network(self.cell.scale)
        self.expected = self.answers(network, self.data.test.features)
        with writing():
            self.folder = tempfile.TemporaryDirectory(prefix="crossover-", ignore_cleanup_errors=True)
            checkpoint.save(network, self.path)
        del network  # before the next one is drawn: two may not fit
        self.network = self.workload.network(self.cell.scale).to(self.cell.device)
        devices.synchronize(self.cell.device)

    @property
    def path(self) -> Path:
        assert self.folder
        return Path(self.folder.name) / "model.pth"

    def load(self) -> None:
        """Load the checkpoint to the device; a file just written comes from the system's cache rather than the disk."""
        checkpoint.load(self.network, self.path)
        devices.synchronize(self.cell.device)

    @abstractmethod
    def work(self) -> None: ...

    def check(self) -> None:
        """Fail the round unless the loaded network predicts what it predicted before it was saved."""
        answers = self.answers(self.network, self.data.test.features.to(self.cell.device)).cpu()
        agreement = answers.isclose(self.expected, rtol=ROUNDING, atol=ROUNDING).float().mean().item()
        self.figures = {"calls": self.calls, "batch_size": self.batch_size or None, "agreement": agreement}
        if agreement < AGREEMENT:
            self.failure = f"{1 - agreement:.0%} of the answers are not those of the network that was saved"

    def answers(self, network: torch.nn.Module, features: torch.Tensor) -> torch.Tensor:
        """The most likely classes; where targets are values, the outputs."""
        return checkpoint.predict(network, features, classes=not self.data.test.targets.is_floating_point())

    def control(self) -> None:
        """There is none: no other work is known to get slower by the same factor."""
        return

    def go_on(self, figures: dict[str, Any], rounds: int) -> None:
        self.call_times_s = figures.get("call_times_s", [])[: rounds * self.calls]

    def release(self) -> None:
        self.network = torch.nn.Module()
        if self.folder:
            self.folder.cleanup()
        self.folder = None


class Load(Inference):
    """Loading: from a checkpoint to a network that can predict."""

    def work(self) -> None:
        self.load()


class Predict(Inference):
    """Predicting some samples at a time, from features in the host's memory to answers in the host's memory."""

    def setup(self) -> None:
        super().setup()
        self.load()
        self.batches = list(islice(cycle(self.data.train.features.split(self.batch_size)), self.calls))
        self.answers(self.network, self.batches[0].to(self.cell.device)).tolist()  # warms up

    def work(self) -> None:
        self.times_s = []
        for features in self.batches[: self.calls]:
            start = time.perf_counter()
            self.answers(self.network, features.to(self.cell.device)).tolist()
            self.times_s.append(time.perf_counter() - start)

    def check(self) -> None:
        super().check()
        if cost := self.workload.forward_cost(self.cell.scale, self.batch_size):
            self.figures["work"] = asdict(cost.times(self.calls))
        if self.batch_size == 1:
            self.call_times_s += self.times_s[: MOST_CALL_TIMES - len(self.call_times_s)]
            self.figures["call_times_s"] = [float(f"{time_s:.4g}") for time_s in self.call_times_s]


@contextmanager
def writing() -> Iterator[None]:
    """Raise CellEndedError (`unavailable`) where temporary files cannot be written in the block."""
    try:
        yield
    except (OSError, checkpoint.CheckpointError) as error:
        cause = error if isinstance(error, OSError) else error.__cause__
        assert isinstance(cause, OSError)
        raise CellEndedError(Status.UNAVAILABLE, unwritable(cause)) from error


def free_on_disk(place: str) -> int:
    """The bytes that are free in the folder for temporary files; sys.maxsize where that cannot be read."""
    free: int = facts.read("free disk", lambda: shutil.disk_usage(tempfile.gettempdir()).free, otherwise=sys.maxsize)
    return free
