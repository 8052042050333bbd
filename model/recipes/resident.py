"""Plain PyTorch as its tuning guide would have it: the data lives on the device and the loop never waits.

- All samples are moved once and shuffled once an epoch by a single indexing; a batch is a slice.
- Losses are gathered on the device and read once an epoch; the test samples are one batch.
- Plain gradient descent updates all parameters in one operator (`fused=True`); an optimizer of your own stays as it is.

It helps where the network is small next to the loop around it. It does nothing about the matrix products, so its gain
fades as they grow. Price: the samples, and a shuffled copy of them, must fit the device's memory.
"""

import torch

from crossover.model.cost import Cost
from crossover.model.data import Data
from crossover.model.recipes.device_data import Resident
from crossover.model.recipes.recipe import Fit, Recipe, resident_cost
from crossover.model.training import History
from crossover.model.workload import Workload

__all__ = ["RESIDENT"]


def prepare(
    network: torch.nn.Module,
    data: Data,
    workload: Workload,
    *,
    scale: int,
    batch_size: int,
    generator: torch.Generator,
    device: torch.device | str = "cpu",
) -> Fit:
    samples = Resident.on(device, data, generator)
    optimizer = workload.make_optimizer(network.parameters(), scale, fused=True)

    def fit(epochs: int) -> History:
        history = History()
        for _ in range(epochs):
            network.train()
            losses = []
            for features, targets in samples.shuffled(batch_size):
                loss = workload.loss(network(features), targets)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                losses.append(loss.detach())
            history.losses.append(torch.stack(losses).tolist())
            history.accuracies.append(samples.accuracy(network, workload))
        return history

    return fit


def cost(workload: Workload, scale: int, epochs: int) -> Cost | None:
    """Plain gradient descent updates all tensors at once."""
    counts = workload.size(scale).counts
    fewer = counts.updates - 1 if counts and not workload.optimizer else 0
    return resident_cost(workload, scale, epochs, fewer)


RESIDENT = Recipe("resident", prepare, cost=cost)
