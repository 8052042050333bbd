"""Plain PyTorch as its tuning guide would have it: the data lives on the device and the loop never waits.

- All samples are moved once and shuffled once an epoch by a single indexing; a batch is a slice.
- Losses are gathered on the device and read once an epoch; the test samples are one batch.
- The optimizer updates all parameters in one operator (`fused=True`).

It helps where the network is small next to the loop around it. It does nothing about the matrix products, so its gain
fades as they grow. Price: the samples, and a shuffled copy of them, must fit the device's memory.
"""

import torch
import torch.nn.functional as F

from crossover.model.data import Data
from crossover.model.recipes.device_data import Resident
from crossover.model.recipes.recipe import Fit, Recipe
from crossover.model.training import History

__all__ = ["RESIDENT"]


def prepare(
    network: torch.nn.Module,
    data: Data,
    *,
    batch_size: int,
    learning_rate: float,
    generator: torch.Generator,
    device: torch.device | str = "cpu",
) -> Fit:
    samples = Resident.on(device, data, generator)
    optimizer = torch.optim.SGD(network.parameters(), lr=learning_rate, fused=True)

    def fit(epochs: int) -> History:
        history = History()
        for _ in range(epochs):
            network.train()
            losses = []
            for features, labels in samples.shuffled(batch_size):
                loss = F.cross_entropy(network(features), labels)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                losses.append(loss.detach())
            history.losses.append(torch.stack(losses).tolist())
            history.accuracies.append(samples.accuracy(network))
        return history

    return fit


RESIDENT = Recipe("resident", prepare)
