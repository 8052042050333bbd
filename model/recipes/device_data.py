"""Samples that live on a device, in the batches and the order in which the article's loaders hand them out."""

from dataclasses import dataclass
from typing import Self

import torch
from torch.utils.data import RandomSampler

from crossover.model.data import Batch, Data, Samples
from crossover.model.workload import Workload


@dataclass(frozen=True)
class Resident:
    """Training and test samples on a device, and the generator that draws the order of an epoch."""

    train: Samples
    test: Samples
    generator: torch.Generator

    @classmethod
    def on(cls, device: torch.device | str, data: Data, generator: torch.Generator) -> Self:
        def move(samples: Samples) -> Samples:
            return Samples(samples.features.to(device), samples.targets.to(device))

        return cls(move(data.train), move(data.test), generator)

    def epoch(self) -> Batch:
        """All training samples in a new order: features and targets."""
        # RandomSampler itself, not randperm: it draws from the generator twice an epoch.
        order = torch.tensor(
            list(RandomSampler(self.train, generator=self.generator)), device=self.train.targets.device
        )
        return self.train.features[order], self.train.targets[order]

    def shuffled(self, batch_size: int) -> list[Batch]:
        """The batches of an epoch; the last is smaller where the batch size does not divide the samples."""
        features, targets = self.epoch()
        return list(zip(features.split(batch_size), targets.split(batch_size), strict=True))

    @torch.no_grad()
    def accuracy(self, network: torch.nn.Module, workload: Workload) -> float:
        """The share of the test samples that a network predicts correctly, all in one batch."""
        network.eval()
        correct = workload.hits(network(self.test.features), self.test.targets)
        return float(correct) / self.test.targets.numel()
