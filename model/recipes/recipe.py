"""What a recipe is: how to make a training ready, and where it can run."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import torch

from crossover.model.cost import Cost
from crossover.model.data import Data
from crossover.model.training import History
from crossover.model.workload import Workload

__all__ = ["Fit", "Recipe", "resident_cost"]

Fit = Callable[[int], History]
"""Trains for a number of epochs, tests after each, and returns what happened. Call it again to go on."""


class Prepare(Protocol):
    """Prepares everything that need not be timed, and leaves parameters and generator as they were."""

    def __call__(
        self,
        network: torch.nn.Module,
        data: Data,
        workload: Workload,
        *,
        scale: int,
        batch_size: int,
        generator: torch.Generator,
        device: torch.device | str = "cpu",
    ) -> Fit:
        """The network must be on `device`; the data is moved there. `generator`, on the CPU, draws the order."""
        ...


def anywhere(device: torch.device | str) -> str | None:
    return None


def plain_cost(workload: Workload, scale: int, epochs: int) -> Cost | None:
    """A round of plain steps, with the test samples in batches of the same size; None where that is not counted."""
    counts = workload.size(scale).counts
    if not counts:
        return None
    size = workload.batch_size
    steps, tests = workload.train_samples // size, workload.test_samples // size
    return (counts.step.times(steps) + counts.forward.times(tests)).times(epochs)


def resident_cost(workload: Workload, scale: int, epochs: int, fewer: int = 0) -> Cost | None:
    """A round with the test samples in one batch, and `fewer` operations a step than plain steps have."""
    counts, tests = workload.size(scale).counts, workload.forward_cost(scale, workload.test_samples)
    if not counts or not tests:
        return None
    step = replace(counts.step, operations=counts.step.operations - fewer)
    return (step.times(workload.train_samples // workload.batch_size) + tests).times(epochs)


@dataclass(frozen=True)
class Recipe:
    """One named way to run the training."""

    name: str
    prepare: Prepare
    unavailable_on: Callable[[torch.device | str], str | None] = anywhere
    """Why the recipe cannot run on a device, or None where it can."""
    only_for: str | None = None
    """The name of the only workload that it can train; None where it can train any."""
    largest_batch: int | None = None
    """The most samples of a batch that it is made for; None for any number."""
    reduced_precision: bool = False
    """Whether it computes in less than the network's own precision: not the same mathematics, so never the best."""
    weight_copies: int = 2
    """How many arrays as large as all weights it holds at once; plain training holds weights and gradients."""
    cost: Callable[[Workload, int, int], Cost | None] = plain_cost
    """The least work that it must do, for a scale and a number of epochs; None where it is not known."""

    def unavailable(self, device: torch.device | str, workload: Workload) -> str | None:
        """Why it cannot train a workload on a device, or None where it can."""
        if self.only_for not in (None, workload.name):
            return f"only for the {self.only_for.upper()}"
        if self.largest_batch and workload.batch_size > self.largest_batch:
            return f"made for batches of up to {self.largest_batch}"
        return self.unavailable_on(device)
