"""What a recipe is: how to make a training ready, and where it can run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch

from crossover.model.cost import Cost, training_cost
from crossover.model.data import Data
from crossover.model.training import History

__all__ = ["Fit", "Recipe"]

Fit = Callable[[int], History]
"""Trains for a number of epochs, tests after each, and returns what happened. Call it again to go on."""


class Prepare(Protocol):
    """Prepares everything that need not be timed, and leaves parameters and generator as they were."""

    def __call__(
        self,
        network: torch.nn.Module,
        data: Data,
        *,
        batch_size: int,
        learning_rate: float,
        generator: torch.Generator,
        device: torch.device | str = "cpu",
    ) -> Fit:
        """The network must be on `device`; the data is moved there. `generator`, on the CPU, draws the order."""
        ...


def anywhere(device: torch.device | str) -> str | None:
    return None


@dataclass(frozen=True)
class Recipe:
    """One named way to run the training."""

    name: str
    prepare: Prepare
    unavailable: Callable[[torch.device | str], str | None] = anywhere
    """Why the recipe cannot run on a device, or None where it can."""
    reduced_precision: bool = False
    """Whether it computes in less than the network's own precision: not the same mathematics, so never the best."""
    weight_copies: int = 2
    """How many arrays as large as all weights it holds at once; plain training holds weights and gradients."""
    cost: Callable[[int, int], Cost] = training_cost
    """The least work that it must do, for a scale and a number of epochs."""
