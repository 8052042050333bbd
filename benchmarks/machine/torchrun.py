"""What `torchrun` tells each process that it starts: its place among all of them. Imports no torch."""

import os
from dataclasses import dataclass
from typing import Self

import pytest

COMMAND = "torchrun --nproc-per-node 2 -m pytest benchmarks/test_distributed.py --benchmark-autosave"
COMMAND_OF_BENCH = "torchrun --nproc-per-node 2 --no-python crossover bench distributed"


@dataclass(frozen=True)
class Place:
    """The place of this process among the ranks of a run."""

    rank: int = 0
    size: int = 1
    local_rank: int = 0
    local_size: int = 1
    """The number of ranks on this machine."""

    nodes: int = 1

    @classmethod
    def launched(cls) -> Self | None:
        """The place that torchrun gave this process; None where torchrun did not start it.

        Raises UsageError where some of its variables are missing: they came from elsewhere.
        """
        if "TORCHELASTIC_RUN_ID" not in os.environ:  # torch.distributed.is_torchelastic_launched checks the same
            return None
        names = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE", "GROUP_WORLD_SIZE")
        if wrong := [name for name in names if not os.environ.get(name, "").isdecimal()]:
            raise pytest.UsageError(f"TORCHELASTIC_RUN_ID is set, but {wrong[0]} is no number; torchrun sets both")
        return cls(*(int(os.environ[name]) for name in names))

    @property
    def launcher(self) -> int | None:
        """The process id of torchrun, which started all ranks of this machine; None with a single rank."""
        return os.getppid() if self.size > 1 else None

    def __str__(self) -> str:
        return f"rank {self.rank} of {self.size}"
