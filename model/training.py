"""Training as most people first write it: one batch at a time, the loss read back after each."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F

from crossover.model.data import Batches, Loaders


@dataclass
class History:
    """The losses and accuracies along a training."""

    losses: list[list[float]] = field(default_factory=list)
    """Mean cross-entropy of each batch before its step, one list per epoch."""

    accuracies: list[float] = field(default_factory=list)
    """Share of the test samples that are classified correctly, after each epoch."""


def fit(
    network: torch.nn.Module,
    loaders: Loaders,
    *,
    epochs: int,
    learning_rate: float,
    device: torch.device | str = "cpu",
    on_batch: Callable[[int, int, float], None] | None = None,
) -> History:
    """Train a network in place by plain stochastic gradient descent, and test it after every epoch.

    The network must be on `device`; the batches are moved there one by one. `on_batch` is called after each step
    with the epoch and the batch, both counted from 1, and the loss.
    """
    optimizer = torch.optim.SGD(network.parameters(), lr=learning_rate)
    history = History()
    for epoch in range(1, epochs + 1):
        network.train()
        losses = []
        for batch, (features, labels) in enumerate(loaders.train, start=1):
            features, labels = features.to(device), labels.to(device)
            loss = F.cross_entropy(network(features), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())  # waits for the device, as printing the loss would
            if on_batch:
                on_batch(epoch, batch, losses[-1])
        history.losses.append(losses)
        history.accuracies.append(evaluate(network, loaders.test, device=device))
    return history


def evaluate(network: torch.nn.Module, loader: Batches, *, device: torch.device | str = "cpu") -> float:
    """The share of a loader's samples that the network classifies correctly, from 0 to 1."""
    network.eval()
    correct = torch.zeros((), dtype=torch.long, device=device)
    total = 0
    for features, labels in loader:
        features, labels = features.to(device), labels.to(device)
        with torch.no_grad():
            predictions = network(features).argmax(dim=1)
        correct += (predictions == labels).sum()
        total += len(labels)
    return correct.item() / total


@torch.no_grad()
def mean_loss(network: torch.nn.Module, loader: Batches, *, device: torch.device | str = "cpu") -> float:
    """The mean cross-entropy of a network over all samples of a loader."""
    network.eval()
    total = torch.zeros((), device=device)
    count = 0
    for features, labels in loader:
        total += F.cross_entropy(network(features.to(device)), labels.to(device), reduction="sum")
        count += len(labels)
    return float(total) / count
