"""The ranks that `torchrun` started, connected: what they tell each other, and how their run ends."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NoReturn, Self

import torch
import torch.distributed as dist

from crossover import signals
from crossover.benchmarks.machine import host
from crossover.benchmarks.machine.cell_errors import one_line
from crossover.benchmarks.machine.torchrun import Place

__all__ = ["Ranks", "take_place"]

WAIT = timedelta(seconds=60)
"""How long a rank waits for the others before it considers them lost. Only the work that a cell does off the clock
sets ranks apart, by a few seconds."""


class RankLostError(KeyboardInterrupt):
    """The ranks cannot go on together: the run ends as if interrupted, with what was measured so far."""


class Ranks(Place):
    """The ranks of a run, as this process sees them."""

    @property
    def threads(self) -> int:
        """The number of threads that is this rank's share of the machine's cores, one at least."""
        return max(1, host.usable_cores() // self.local_size)

    @contextmanager
    def joined(self) -> Iterator[Self]:
        """Connect all ranks within the context. Raises RankLostError where one of them does not come."""
        signals.end_by_signals(self.lost_by)
        try:
            has_cuda = torch.cuda.is_available() and torch.cuda.device_count() >= self.local_size
            if has_cuda:
                torch.cuda.set_device(self.local_rank)
            dist.init_process_group("cpu:gloo,cuda:nccl" if has_cuda else "gloo", timeout=WAIT)
        except (RuntimeError, ValueError) as error:
            self.end(f"the others cannot be reached: {one_line(error)}")
        try:
            yield self
        finally:
            signals.ignore()  # the run is being saved
            dist.destroy_process_group()

    def of_first_rank(self, *values: Any) -> list[Any]:
        """The values of rank 0, on every rank."""
        found = list(values)
        dist.broadcast_object_list(found)
        return found

    def gather(self, value: Any) -> list[Any]:
        """The values of all ranks in rank order, on every rank."""
        values = [None] * self.size
        dist.all_gather_object(values, value)
        return values

    def barrier(self) -> None:
        """Wait until all ranks are here."""
        dist.all_reduce(torch.zeros(1))  # on the CPU, whatever else is here

    def end(self, reason: str) -> NoReturn:
        """End the run on this rank, and say why; torchrun then ends the others. Raises RankLostError."""
        if self.rank:
            print(f"crossover: {self}: {reason}; the run ends here", file=sys.__stderr__, flush=True)
        signals.ignore()  # the run is being saved
        raise self.lost(reason)

    def lost(self, reason: str) -> RankLostError:
        """Returns the error that ends the run on this rank; its message appears only where this rank prints."""
        return RankLostError(f"{self}: {reason}; the run ends here")

    def lost_by(self, number: signal.Signals) -> RankLostError:
        """Returns the error for a signal, by which torchrun ends the ranks that survive another.

        Ctrl-C arrives twice, from the terminal and from torchrun, which kills a rank that does not end within 30
        seconds.
        """
        return self.lost(f"{number.name} came: another rank died, or torchrun was told to end all")


def take_place() -> None:
    """Under torchrun, share this machine's cores among its ranks, and let only rank 0 print."""
    if ranks := Ranks.launched():
        torch.set_num_threads(ranks.threads)
        if ranks.rank:
            sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115  (pytest prints there from now on)
