"""Where an epoch of training gets its batches from, and how long it waits for them."""

import time
from collections.abc import Iterator
from multiprocessing.connection import Listener
from typing import Any

import torch

from crossover.benchmarks.machine.environment import unwritable
from crossover.benchmarks.runs.cells import Cell
from crossover.model.data import Batch, Batches, Data, Loaders, Samples
from crossover.model.recipes import Fit
from crossover.model.recipes.device_data import Resident
from crossover.model.sample_sources import SOURCES, WholeBatches
from crossover.model.training import History
from crossover.model.training import fit as fit_article
from crossover.model.worker_loader import WorkerLoader
from crossover.model.workload import Workload

__all__ = ["BatchSource"]


class Waits:
    """Batches that add up in `waited_s` how many seconds their consumer has waited for them since `setup`."""

    def __init__(self, batches: Batches) -> None:
        self.batches = batches
        self.waited_s = 0.0

    def __len__(self) -> int:
        return len(self.batches)

    def __iter__(self) -> Iterator[Batch]:
        start = time.perf_counter()
        for batch in self.batches:
            self.waited_s += time.perf_counter() - start
            yield batch
            start = time.perf_counter()
        self.waited_s += time.perf_counter() - start


class BatchSource:
    """The batch source of a cell: it is called as a recipe's `prepare`, and owns the loader that it opens."""

    def __init__(self, cell: Cell) -> None:
        case = dict(cell.case)
        self.dataset, self.loader, self.workers = str(case["dataset"]), str(case["loader"]), int(case["workers"])
        self.pin_memory = self.workers > 0 and torch.device(cell.device).type in ("cuda", "xpu")
        self.opened: WorkerLoader | None = None
        self.waits = Waits([])

    def __call__(
        self,
        network: torch.nn.Module,
        data: Data,
        workload: Workload,
        *,
        scale: int,
        batch_size: int,
        generator: torch.Generator,
        device: torch.device | str = "cpu",
    ) -> Fit:
        """Return the article's loop over these batches. The test batches are always on the device beforehand."""
        resident = Resident.on(device, data, generator)
        is_ready = self.loader == "ready"
        self.waits = Waits(resident.shuffled(batch_size) if is_ready else self.open(data.train, batch_size, generator))
        tests = resident.test.features.split(batch_size), resident.test.targets.split(batch_size)
        loaders = Loaders(self.waits, list(zip(*tests, strict=True)))
        optimizer = workload.make_optimizer(network.parameters(), scale)

        def fit(epochs: int) -> History:
            return fit_article(network, loaders, workload, optimizer, epochs=epochs, device=device)

        return fit

    def open(self, samples: Samples, batch_size: int, generator: torch.Generator) -> Batches:
        """Open a loader over samples in place of the last one, and start its workers if they are persistent."""
        self.close()
        source = WholeBatches if self.loader == "batches" else SOURCES[self.dataset]
        self.opened = WorkerLoader(
            source(samples.features, samples.targets),
            batch_size,
            generator,
            workers=self.workers,
            persistent=self.loader != "restarted",
            pin_memory=self.pin_memory,
        )
        self.opened.start()
        return self.opened

    def unavailable(self) -> str | None:
        """Why workers cannot hand batches over, which they do by a socket in the temporary folder; None where they can.

        If they cannot, a worker prints an error and its loader waits for a minute.
        """
        if self.workers:
            try:
                Listener().close()
            except OSError as error:
                return unwritable(error)
        return None

    def close(self) -> None:
        if self.opened:
            self.opened.close()
        self.opened = None

    @property
    def facts(self) -> dict[str, Any]:
        """How workers were started (None without workers) and whether memory was pinned, for the saved run."""
        method = torch.multiprocessing.get_start_method() if self.workers else None
        return {"start_method": method, "pin_memory": self.pin_memory}
