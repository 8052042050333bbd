"""The article's own loop, untouched: what every other recipe is compared with.

It fetches samples one by one, moves each batch to the device, and reads each loss back, which waits for the device.
Price: time. In return it works for any data, any network and any optimizer.
"""

import torch

from crossover.model.data import Data, Loaders
from crossover.model.recipes.recipe import Fit, Recipe
from crossover.model.training import History
from crossover.model.training import fit as fit_article
from crossover.model.workload import Workload

__all__ = ["ARTICLE"]


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
    loaders = Loaders.over(data, batch_size, generator)
    optimizer = workload.make_optimizer(network.parameters(), scale)

    def fit(epochs: int) -> History:
        return fit_article(network, loaders, workload, optimizer, epochs=epochs, device=device)

    return fit


ARTICLE = Recipe("article", prepare)
