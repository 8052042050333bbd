"""A loader whose workers can be started beforehand and ended at any time, and that says what has become of them."""

import errno
import multiprocessing
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import torch
from torch.utils.data import DataLoader, RandomSampler, Sampler

from crossover.model.data import Batch, Samples
from crossover.model.sample_sources import WholeBatches

__all__ = ["WorkerLoader"]

STUCK_S = 60.0
"""A worker that has no batch ready after this time never will: the loader raises RuntimeError."""

LOOK_S = 5.0
"""How long a loader waits for a batch before it looks whether all of its workers are alive, which torch does too."""

SHARED = Path("/dev/shm")
"""Where workers on Linux put their batches; containers often have 64 MB there."""


class Order(Sampler[int]):
    """The order of an epoch: only the first few samples while workers are started, then all at random.

    The random orders are those of RandomSampler with the same generator.
    """

    def __init__(self, samples: Samples, generator: torch.Generator) -> None:
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
        samples: Samples,
        batch_size: int,
        generator: torch.Generator,
        *,
        workers: int = 0,
        persistent: bool = True,
        pin_memory: bool = False,
    ) -> None:
        """With `persistent` workers stay from one epoch to the next; otherwise each epoch starts them anew."""
        self.running: Any = None
        self.workers: list[BaseProcess] = []
        self.order = Order(samples, generator)
        self.batch_bytes = samples.features[:batch_size].nbytes
        super().__init__(
            samples,
            batch_size,
            sampler=self.order,
            num_workers=workers,
            persistent_workers=persistent and workers > 0,
            pin_memory=pin_memory,
            collate_fn=as_it_is if isinstance(samples, WholeBatches) else None,
            timeout=LOOK_S if workers else 0,
        )

    def __iter__(self) -> Any:
        """Begin an epoch; raises MemoryError where shared memory is full, RuntimeError where a worker is dead or stuck.

        What a worker itself raises comes as torch passes it on.
        """
        if not self.num_workers:
            return super().__iter__()
        before = multiprocessing.active_children()
        try:
            if self.running:  # workers that stay say that they are ready, and torch cannot wait for that in steps
                self.running._timeout = STUCK_S
            self.running = super().__iter__()
            self.running._timeout = LOOK_S
        except (OSError, RuntimeError) as error:
            raise self.fault(error) from error
        finally:
            started = [process for process in multiprocessing.active_children() if process not in before]
            self.workers = started or self.workers
            leave_signals_alone()
        return self.batches()

    def batches(self) -> Iterator[Batch]:
        """Hand out the batches of an epoch. A wait that torch gives up goes on until a worker is dead or stuck."""
        begun = time.monotonic()
        while True:
            try:
                batch = next(self.running)
            except StopIteration:
                return
            except RuntimeError as error:
                if "timed out" not in str(error) or time.monotonic() - begun >= STUCK_S:
                    raise self.fault(error) from error
            else:
                yield batch
                begun = time.monotonic()

    def fault(self, error: Exception) -> Exception:
        """Returns why there is no batch, in words that say what to do; the error itself where it says so."""
        text = str(error)
        codes = [process.exitcode for process in self.workers]
        killed = next((signal.Signals(-code).name for code in codes if code and code < 0), None)
        is_full = ("No space left" in text and "/torch_" in text) or getattr(error, "errno", None) == errno.ENOSPC
        is_stuck = "timed out" in text
        if is_full or killed == "SIGBUS" or (is_stuck and self.finds_no_room()):
            return MemoryError(f"workers find no room in {SHARED}: docker run --shm-size=1g gives a container more")
        if killed:
            why = ", as the system does where memory runs out" if killed == "SIGKILL" else ""
            return RuntimeError(f"a DataLoader worker was killed by {killed}{why}")
        return RuntimeError(f"no DataLoader worker had a batch for {STUCK_S:g} s") if is_stuck else error

    def finds_no_room(self) -> bool:
        """Whether no other batch fits the shared memory: a worker that finds none there says nothing, and goes on."""
        return SHARED.is_dir() and shutil.disk_usage(SHARED).free < 2 * self.batch_bytes

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
        It may wait for ever for a lock that a killed worker held, so it does that in a thread, and no longer than for
        workers that have ended or are killed.
        """
        try:
            if end := getattr(self.running, "_shutdown_workers", None):
                ending = threading.Thread(target=end, daemon=True)
                ending.start()
                ending.join(0 if any(process.exitcode for process in self.workers) else LOOK_S)
        finally:
            for process in self.workers:
                process.kill()
                process.join(LOOK_S)
            self.running, self.workers = None, []


def leave_signals_alone() -> None:
    """Take away torch's handler for the end of a child process.

    It raises RuntimeError wherever this process is when a worker dies: while it writes a file, or outside of any cell.
    """
    if hasattr(signal, "SIGCHLD") and threading.current_thread() is threading.main_thread():
        handler = signal.getsignal(signal.SIGCHLD)
        if getattr(handler, "__module__", "").startswith("torch.utils.data"):
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def as_it_is(batch: Any) -> Any:
    return batch
