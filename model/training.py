"""Training as most people first write it: one batch at a time, the loss read back after each."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import torch

from crossover.model.data import Batches, Loaders, Samples
from crossover.model.workload import Workload

__all__ = ["FirstPass", "History", "evaluate", "first_pass", "fit", "mean_loss"]


@dataclass
class History:
    """The losses and accuracies along a training."""

    losses: list[list[float]] = field(default_factory=list)
    """Mean loss of each batch before its step, one list per epoch."""

    accuracies: list[float] = field(default_factory=list)
    """Share of the test samples that are predicted correctly, after each epoch; NaN where that means nothing."""


def fit(
    network: torch.nn.Module,
    loaders: Loaders,
    workload: Workload,
    optimizer: torch.optim.Optimizer,
    *,
    epochs: int,
    device: torch.device | str = "cpu",
    on_batch: Callable[[int, int, float], None] | None = None,
) -> History:
    """Train a network in place, and test it after every epoch.

    The network must be on `device`; the batches are moved there one by one. `on_batch` is called after each step
    with the epoch and the batch, both counted from 1, and the loss.
    """
    history = History()
    for epoch in range(1, epochs + 1):
        network.train()
        losses = []
        for batch, (features, targets) in enumerate(loaders.train, start=1):
            features, targets = features.to(device), targets.to(device)
            loss = workload.loss(network(features), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())  # waits for the device, as printing the loss would
            if on_batch:
                on_batch(epoch, batch, losses[-1])
        history.losses.append(losses)
        history.accuracies.append(evaluate(network, loaders.test, workload, device=device))
    return history


def evaluate(
    network: torch.nn.Module, loader: Batches, workload: Workload, *, device: torch.device | str = "cpu"
) -> float:
    """The share of a loader's samples that the network predicts correctly, from 0 to 1."""
    network.eval()
    correct = torch.zeros((), device=device)
    total = 0
    for features, targets in loader:
        features, targets = features.to(device), targets.to(device)
        with torch.no_grad():
            correct += workload.hits(network(features), targets)
        total += targets.numel()
    return correct.item() / total


@torch.no_grad()
def mean_loss(
    network: torch.nn.Module, loader: Batches, workload: Workload, *, device: torch.device | str = "cpu"
) -> float:
    """The mean loss of a network over all samples of a loader."""
    network.eval()
    total = torch.zeros((), device=device)
    count = 0
    for features, targets in loader:
        total += workload.loss(network(features.to(device)), targets.to(device)) * len(targets)
        count += len(targets)
    return float(total) / count


@dataclass(frozen=True)
class FirstPass:
    """What a network makes of a batch before it has learnt anything."""

    loss: float = math.nan
    """The loss in evaluation mode, which must be the same on every device."""

    is_random: bool = False
    """Whether it draws random numbers in training mode, as dropout does: they differ between devices."""


@torch.no_grad()
def first_pass(
    network: torch.nn.Module, samples: Samples, workload: Workload, *, device: torch.device | str = "cpu"
) -> FirstPass:
    """Pass samples through a network that is on `device`, in both modes. A network's running means move by that."""
    features, targets = samples.features.to(device), samples.targets.to(device)
    network.eval()
    loss = float(workload.loss(network(features), targets))
    network.train()
    one, other = (float(workload.loss(network(features), targets)) for _ in range(2))
    return FirstPass(loss, is_random=not math.isclose(one, other, rel_tol=ROUNDING) and not math.isnan(one))


ROUNDING = 1e-4
"""Two passes over the same numbers may differ by this share, since some kernels add in another order each time."""
