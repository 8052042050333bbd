"""The same samples from sources that differ in what a sample costs, and loaders whose workers are started beforehand.

What a loader does with such a source decides whether worker processes pay: see benchmarks/test_loading.py.
"""

import hashlib
import time
from collections.abc import Iterator
from typing import Any

import torch
from torch.utils.data import DataLoader, RandomSampler, Sampler

from crossover.model import workload
from crossover.model.data import Batch, LabelledSamples

__all__ = ["SOURCES", "WholeBatches", "WorkerLoader"]

STUCK_S = 60.0
"""A worker that has no batch ready after this time never will: the loader raises RuntimeError."""


class ComputedSamples(LabelledSamples):
    """Samples that cost processor time, as decoding a small picture does: a fixed number of rounds of SHA-256."""

    def __getitem__(self, index: int) -> Batch:
        hashlib.pbkdf2_hmac("sha256", b"sample", b"", workload.COMPUTED_ROUNDS)
        return super().__getitem__(index)


class WaitingSamples(LabelledSamples):
    """Samples that wait and need no processor meanwhile, as a read from a disk or over a network does."""

    def __getitem__(self, index: int) -> Batch:
        time.sleep(workload.WAITING_S)
        return super().__getitem__(index)


class WholeBatches(LabelledSamples):
    """Samples in memory, fetched a batch at a time by one indexing; `collate_fn` has nothing left to do."""

    def __getitems__(self, indices: list[int]) -> Batch:
        return self.features[indices], self.labels[indices]


SOURCES: dict[str, type[LabelledSamples]] = {
    "memory": LabelledSamples,
    "computed": ComputedSamples,
    "waiting": WaitingSamples,
}
"""Every source by name, the article's first."""


class Order(Sampler[int]):
    """The order of an epoch: only the first few samples while workers are started, then all at random.

    The random orders are those of RandomSampler with the same generator.
    """

    def __init__(self, samples: LabelledSamples, generator: torch.Generator) -> None:
        self.shuffled = RandomSampler(samples, generator=generator)
        self.first = 0

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.first)) if self.first else iter(self.shuffled)

    def __len__(self) -> int:
        return self.first or len(self.shuffled)


class WorkerLoader(DataLoader[Batch]):
    """A loader over shuffled samples that can start its workers beforehand and end them at any time."""

    def __init__(
        self,
        samples: LabelledSamples,
        batch_size: int,
        generator: torch.Generator,
        *,
        workers: int = 0,
        persistent: bool = True,
        pin_memory: bool = False,
    ) -> None:
        """With `persistent` workers stay from one epoch to the next; otherwise each epoch starts them anew."""
        self.running: Any = None
        self.order = Order(samples, generator)
        super().__init__(
            samples,
            batch_size,
            sampler=self.order,
            num_workers=workers,
            persistent_workers=persistent and workers > 0,
            pin_memory=pin_memory,
            collate_fn=as_it_is if isinstance(samples, WholeBatches) else None,
            timeout=STUCK_S if workers else 0,
        )

    def __iter__(self) -> Any:
        self.running = super().__iter__()
        return self.running

    def start(self) -> None:
        """Start the workers and let each fetch a batch, if they are persistent."""
        if self.persistent_workers:
            assert self.batch_size
            self.order.first = min(self.num_workers * self.batch_size, len(self.order.shuffled))
            for _ in self:
                pass
            self.order.first = 0

    def close(self) -> None:
        """End the workers, whatever they are doing.

        By itself the loader ends them only with the last reference to its iterator, and an error's traceback is one.
        """
        if end := getattr(self.running, "_shutdown_workers", None):
            end()
        self.running = None


def as_it_is(batch: Any) -> Any:
    return batch
