"""A short training that never changes, timed beside each round: where it got slower too, the machine did, not the code.

It imports nothing of this project, because whatever it imported might change. It is the same kind of work as what it
stands beside, because a busy machine slows another kind by another factor.
"""

import hashlib
import inspect
import sys
import time
from functools import cache
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

__all__ = ["VERSION", "Control", "fingerprint", "needed_bytes"]

VERSION = 1
"""Raised whenever the control's work changes on purpose."""

LARGEST_SCALE = 10
"""A larger model is controlled by one of this scale, which takes little time and memory beside it."""

STEPS_PER_EPOCH = 5
"""One twentieth of the steps of an epoch. There are two controls beside a round, so that they take a tenth of it."""

BATCH_SIZE = 10


class Control:
    """The control of a scale on a device; `epochs` is that of a round."""

    def __init__(self, scale: int, device: str, epochs: int) -> None:
        self.scale = min(scale, LARGEST_SCALE)
        self.steps = STEPS_PER_EPOCH * epochs
        self.device = torch.device(device)
        self.generator = torch.Generator().manual_seed(1)  # leaves torch's global generator alone
        widths = [100 * self.scale, 300 * self.scale, 200 * self.scale, 2]
        layers = [torch.nn.utils.skip_init(torch.nn.Linear, *pair) for pair in pairwise(widths)]
        self.network = torch.nn.Sequential(layers[0], torch.nn.ReLU(), layers[1], torch.nn.ReLU(), layers[2])
        self.initial = [self.draw(parameter) for parameter in self.network.parameters()]
        self.network.to(self.device)
        features = torch.randn(BATCH_SIZE * self.steps, widths[0], generator=self.generator)
        labels = torch.randint(0, 2, (BATCH_SIZE * self.steps,), generator=self.generator)
        self.samples = TensorDataset(features, labels)
        self.seconds()  # what is loaded on first use must not be in a time

    def draw(self, parameter: torch.Tensor) -> torch.Tensor:
        bound = parameter.shape[-1] ** -0.5
        return torch.empty_like(parameter, device="cpu").uniform_(-bound, bound, generator=self.generator)

    def seconds(self) -> float:
        """Train from the initial weights, and return how many seconds the steps took."""
        with torch.no_grad():
            for parameter, initial in zip(self.network.parameters(), self.initial, strict=True):
                parameter.copy_(initial)
        batches = DataLoader(self.samples, BATCH_SIZE, generator=self.generator)
        optimizer = torch.optim.SGD(self.network.parameters(), lr=0.1 / self.scale)
        synchronize(self.device)
        start = time.perf_counter()
        for features, labels in batches:
            loss = F.cross_entropy(self.network(features.to(self.device)), labels.to(self.device))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss.item()
        synchronize(self.device)
        return time.perf_counter() - start

    def identity(self) -> dict[str, Any]:
        """What must be the same where times of two controls are compared."""
        return {"version": VERSION, "hash": fingerprint(), "scale": self.scale, "steps": self.steps}


def needed_bytes(scale: int) -> int:
    """The bytes of memory that a control holds: its weights, their gradients and the initial weights."""
    size = min(scale, LARGEST_SCALE)
    return 3 * 4 * (100 * 300 + 300 * 200) * size**2


def synchronize(device: torch.device) -> None:
    if device.type != "cpu":
        torch.accelerator.synchronize(device)


@cache
def fingerprint() -> str:
    """The hash of this file: times of controls compare only where it is the same."""
    return hashlib.sha256(inspect.getsource(sys.modules[__name__]).encode()).hexdigest()[:16]
