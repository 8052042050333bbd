"""The same samples from sources that differ in what a sample costs.

What a loader does with such a source decides whether worker processes pay: see benchmarks/test_loading.py.
"""

import hashlib
import time

from crossover.model.data import Batch, Samples

__all__ = ["COMPUTED_ROUNDS", "SOURCES", "WAITING_S", "WholeBatches"]

COMPUTED_ROUNDS = 300
"""Rounds of SHA-256 for a sample that is computed: a sixth of a millisecond on a server of 2024."""

WAITING_S = 0.0004
"""How long a sample from elsewhere takes to arrive: about a round trip within a data centre."""


class ComputedSamples(Samples):
    """Samples that cost processor time, as decoding a small picture does: a fixed number of rounds of SHA-256."""

    def __getitem__(self, index: int) -> Batch:
        hashlib.pbkdf2_hmac("sha256", b"sample", b"", COMPUTED_ROUNDS)
        return super().__getitem__(index)


class WaitingSamples(Samples):
    """Samples that wait and need no processor meanwhile, as a read from a disk or over a network does."""

    def __getitem__(self, index: int) -> Batch:
        time.sleep(WAITING_S)
        return super().__getitem__(index)


class WholeBatches(Samples):
    """Samples in memory, fetched a batch at a time by one indexing; `collate_fn` has nothing left to do."""

    def __getitems__(self, indices: list[int]) -> Batch:
        return self.features[indices], self.targets[indices]


SOURCES: dict[str, type[Samples]] = {
    "memory": Samples,
    "computed": ComputedSamples,
    "waiting": WaitingSamples,
}
"""Every source by name, the article's first."""
