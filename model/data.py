"""The samples a network learns from, and the loaders that hand them out in batches."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, Self

import torch
from torch.utils.data import DataLoader, Dataset, RandomSampler

from crossover.model import constants
from crossover.model.definition import Batch as Batch
from crossover.model.workload import Workload


class Batches(Protocol):
    """What hands out the batches of an epoch whenever it is iterated: a DataLoader, or a list of batches."""

    def __iter__(self) -> Iterator[Batch]: ...

    def __len__(self) -> int: ...


class Samples(Dataset[Batch]):
    """Features of shape `(samples, …)` with their targets, of shape `(samples, …)`."""

    def __init__(self, features: torch.Tensor, targets: torch.Tensor) -> None:
        self.features = features
        self.targets = targets

    def __getitem__(self, index: int) -> Batch:
        return self.features[index], self.targets[index]

    def __len__(self) -> int:
        return len(self.targets)

    def first(self, samples: int) -> "Samples":
        """The first samples, `samples` of them, sharing their memory."""
        return Samples(self.features[:samples], self.targets[:samples])


@dataclass(frozen=True)
class Data:
    """The samples to learn from, and those to be tested on."""

    train: Samples
    test: Samples

    @classmethod
    def of(cls, workload: Workload, scale: int) -> Self:
        """The samples of a workload at a scale, the same numbers at every call.

        They are drawn on the CPU, so that every device trains on the same ones.
        """
        generator = torch.Generator().manual_seed(constants.SEED)
        train = Samples(*workload.samples(scale, workload.train_samples, generator))
        return cls(train, Samples(*workload.samples(scale, workload.test_samples, generator)))

    def first(self, train_samples: int, test_samples: int) -> "Data":
        """A smaller part of the same data."""
        return Data(self.train.first(train_samples), self.test.first(test_samples))


@dataclass(frozen=True)
class Loaders:
    """Batches of the training samples, in a new random order every epoch, and of the test samples, always in order."""

    train: Batches
    test: Batches

    @classmethod
    def over(
        cls, data: Data, batch_size: int, generator: torch.Generator | None = None, *, drop_last: bool = False
    ) -> Self:
        """Loaders without worker processes.

        The order comes from `generator`, or from torch's global one. `drop_last` leaves out a last training batch
        that is smaller than the others.
        """
        order = RandomSampler(data.train, generator=generator)
        return cls(
            train=DataLoader(data.train, batch_size, sampler=order, drop_last=drop_last),
            test=DataLoader(data.test, batch_size),
        )
