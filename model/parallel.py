"""The same training shared among the ranks of torch.distributed: each rank takes its part of every batch.

    network = STRATEGIES["ddp"](MLP, scale=1, device="cpu")
    fit = prepare(network, data, MLP, scale=1, batch_size=10, generator=None, device="cpu")
    history = fit(10)  # on every rank at the same time; its losses are those of this rank's samples

The global batches are those of one process, and gradients are means over them: all ranks learn what one process would.
"""

from collections.abc import Callable, Iterator
from typing import Any

import torch
import torch.distributed as dist
from torch.distributed.device_mesh import init_device_mesh
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, DistributedSampler

from crossover.model import constants
from crossover.model.data import Batch, Data, Loaders, Samples
from crossover.model.recipes.recipe import Fit
from crossover.model.training import History
from crossover.model.training import fit as fit_article
from crossover.model.workload import Workload

__all__ = ["PLAIN", "STRATEGIES", "part_loader", "prepare"]


def plain(workload: Workload, scale: int, device: str) -> torch.nn.Module:
    """The network that one process trains by itself."""
    torch.manual_seed(constants.SEED)
    return workload.network(scale).to(device)


def replicated(workload: Workload, scale: int, device: str) -> torch.nn.Module:
    """A whole network on every rank; gradients are averaged during the backward pass."""
    return DistributedDataParallel(plain(workload, scale, device))


def sharded(workload: Workload, scale: int, device: str) -> torch.nn.Module:
    """A part of the network on every rank; weights are gathered for as long as they are needed."""
    from crossover.model.sharded import sharded_network  # takes seconds, and only this needs it

    return sharded_network(workload, scale, init_device_mesh(torch.device(device).type, (dist.get_world_size(),)))


PLAIN = "plain"
"""The strategy of one process, which has nothing to share."""

Strategy = Callable[[Workload, int, str], torch.nn.Module]
"""Makes the network of a workload at a scale on a device."""

STRATEGIES: dict[str, Strategy] = {
    PLAIN: plain,
    "ddp": replicated,
    "fsdp": sharded,
}
"""The ways in which ranks keep the weights of a network, by name."""


class OwnPart(DistributedSampler[Any]):
    """A rank's part of each global batch: with n ranks every n-th sample, in a new order every epoch."""

    def __init__(self, samples: Samples, *, shuffle: bool = True) -> None:
        super().__init__(samples, dist.get_world_size(), dist.get_rank(), shuffle=shuffle, seed=constants.SEED)

    def __iter__(self) -> Iterator[int]:
        order = super().__iter__()
        self.set_epoch(self.epoch + 1)
        return order


def part_loader(samples: Samples, batch_size: int, *, shuffle: bool = False) -> DataLoader[Batch]:
    """A rank's part of every global batch. The number of ranks must divide batches and samples."""
    return DataLoader(samples, batch_size // dist.get_world_size(), sampler=OwnPart(samples, shuffle=shuffle))


def prepare(
    network: torch.nn.Module,
    data: Data,
    workload: Workload,
    *,
    scale: int,
    batch_size: int,
    generator: torch.Generator | None = None,
    device: torch.device | str = "cpu",
) -> Fit:
    """The article's loop over this rank's part of every global batch of `batch_size` samples.

    The order is DistributedSampler's, which every rank draws from the same seed; `generator` is not used. Each rank
    tests its part of the test samples.
    """
    loaders = Loaders(part_loader(data.train, batch_size, shuffle=True), part_loader(data.test, batch_size))

    optimizer = workload.make_optimizer(network.parameters(), scale)

    def fit(epochs: int) -> History:
        return fit_article(network, loaders, workload, optimizer, epochs=epochs, device=device)

    return fit
