"""What defines a workload: its functions, and the defaults of those that are missing.

A workload is a module, or any object, that defines two functions:

    def network(scale: int) -> torch.nn.Module: ...
    def samples(scale: int, count: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]: ...

and as much else as it likes: see `Definition`. Those in model/workloads/ are written like this.
"""

from collections.abc import Callable, Iterable
from typing import Protocol

import torch
import torch.nn.functional as F

__all__ = [
    "FUNCTIONS",
    "SCALES",
    "Batch",
    "Definition",
    "Loss",
    "default_hits",
    "default_learning_rate",
    "default_loss",
]

Batch = tuple[torch.Tensor, torch.Tensor]
Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

LEARNING_RATE = 0.01
SCALES = "1-5"


class Definition(Protocol):
    """What a workload defines. A module with functions of these names is one too, and all but two may be missing."""

    def network(self, scale: int) -> torch.nn.Module:
        """A network with weights drawn from torch's global generator; it must have more parameters at larger scales."""

    def samples(self, scale: int, count: int, generator: torch.Generator) -> Batch:
        """Features `(count, …)` and targets `(count, …)` on the CPU, drawn from `generator` and nothing else.

        The network is called with a batch of features `(batch, …)`.
        """

    def loss(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """The mean loss of a batch, a single number.

        Without it, whole numbers as targets are classes: cross-entropy, with outputs `(batch, …, classes)` and targets
        `(batch, …)`. Other targets are values: mean squared error, with outputs of the shape of the targets.
        """

    def accuracy(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """The share of a batch that is right, from 0 to 1. Without it, that of the classes with the largest output."""

    def optimizer(self, parameters: Iterable[torch.nn.Parameter], scale: int) -> torch.optim.Optimizer:
        """What updates the parameters. Without it, plain gradient descent: `SGD(parameters, learning_rate(scale))`."""

    def learning_rate(self, scale: int) -> float:
        """The step size of plain gradient descent; without it 0.01."""

    scales: str
    """The usual scales, such as "1-5,10"; without it "1-5"."""

    batch_size: int
    """Samples in a batch; without it 10."""


def default_loss(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Cross-entropy over the last dimension of the outputs where targets are classes, else mean squared error."""
    if targets.is_floating_point():
        return F.mse_loss(outputs, targets)
    return F.cross_entropy(outputs.flatten(0, -2), targets.flatten())


def default_hits(outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """How many of a batch's classes are those with the largest output; NaN where the targets are values."""
    if targets.is_floating_point():
        return torch.full((), torch.nan, device=outputs.device)
    return (outputs.argmax(dim=-1) == targets).sum()


def default_learning_rate(scale: int) -> float:
    return LEARNING_RATE


FUNCTIONS = {
    "network": ("scale",),
    "samples": ("scale", "count", "generator"),
    "loss": ("outputs", "targets"),
    "accuracy": ("outputs", "targets"),
    "optimizer": ("parameters", "scale"),
    "learning_rate": ("scale",),
}
"""The functions of a workload, with what they are called with."""
