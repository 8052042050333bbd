"""Training shared among the ranks that torchrun started, which take every round together."""

import statistics
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, TypeVar

import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader

from crossover.benchmarks.harness.memory_needs import training_bytes
from crossover.benchmarks.harness.planning import Plan
from crossover.benchmarks.kinds.training.timed import Learnt, Training
from crossover.benchmarks.machine import devices, memory
from crossover.benchmarks.machine.cell_errors import CellEndedError, end_of, one_line
from crossover.benchmarks.machine.process_group import Ranks
from crossover.benchmarks.machine.torchrun import Place
from crossover.benchmarks.runs.cells import Cell
from crossover.model import constants, parallel
from crossover.model.data import Batch
from crossover.model.network import NeuralNetwork
from crossover.model.recipes import Recipe
from crossover.model.workload import Workload

__all__ = ["CommonPlan", "DistributedTraining", "cases"]

PACE_STEPS = 50
"""Steps at scale 1 without the other ranks: enough for another program on the same cores to show."""

WEIGHT_COPIES = {"plain": 2, "ddp": 3, "fsdp": 2}
"""How many arrays as large as its own weights a rank holds: the weights, their gradients, and what `ddp` sends."""

GATHERED = 0.15
"""The memory that `fsdp` needs on top for each of these arrays, as a share of all weights. It is on the safe side for
the large models that `fsdp` is for: at scale 20 two ranks took 0.07."""

MAPPED_FROM = 2**16
"""The bytes from which `fsdp` maps a block: those that come and go with every module must not stay in the heap of a
process that should be small."""

Case = tuple[str, str, int, int]
"""Strategy, scaling, world size and nodes."""


class OfRanks(Protocol):
    """Something that each rank has one of."""

    @property
    def ranks(self) -> Ranks: ...


Own = TypeVar("Own", bound=OfRanks)


def together(step: Callable[[Own], None]) -> Callable[[Own], None]:
    """Decorate a step that all ranks take at the same time: where it fails on one, the run ends.

    The others would wait in vain. The run ends as if interrupted, so that pytest-benchmark keeps the earlier rounds.
    """

    @wraps(step)
    def taken(self: Own) -> None:
        try:
            step(self)
        except CellEndedError:  # all ranks have agreed on it
            raise
        except Exception as error:
            self.ranks.end(one_line(error))

    return taken


def cases(place: Place, scaling: str) -> list[Case]:
    """The cases to time: every strategy of sharing the training, or `plain` for a single process."""
    if place.size == 1:
        return [(parallel.PLAIN, "strong", 1, 1)]
    shared = [strategy for strategy in parallel.STRATEGIES if strategy != parallel.PLAIN]
    return [(strategy, scaling, place.size, place.nodes) for strategy in shared]


class DistributedTraining(Training):
    """Some epochs of training, of which each rank takes its part.

    With `strong` scaling the global batch is as large as that of one process, whatever the number of ranks. With `weak`
    scaling each rank's part is as large, so that an epoch has fewer steps.
    """

    def __init__(self, workload: Workload, cell: Cell, epochs: int, ranks: Ranks) -> None:
        case = dict(cell.case)
        self.ranks = ranks
        self.strategy, self.scaling = str(case["strategy"]), str(case["scaling"])
        self.rank_paces_s: list[list[float]] = []
        recipe = Recipe("article", parallel.prepare, weight_copies=WEIGHT_COPIES[self.strategy])
        super().__init__(workload, cell, epochs, recipe)
        self.batch_size *= ranks.size if self.scaling == "weak" else 1

    def unavailable(self) -> str | None:
        """Why these ranks cannot share this training on this device."""
        type_, _, index = self.cell.device.partition(":")
        if type_ not in ("cpu", "cuda"):
            return f"torch.distributed has no backend for {type_} here; Gloo connects CPUs, NCCL connects CUDA devices"
        if index:
            return f"each rank takes a device of its own: --devices {type_}"
        if type_ == "cuda" and torch.cuda.device_count() < self.ranks.local_size:
            return f"{self.ranks.local_size} ranks on a machine with {torch.cuda.device_count()} CUDA devices"
        shares = {
            "samples": self.workload.train_samples,
            "test samples": self.workload.test_samples,
            "samples a batch": self.batch_size,
        }
        for name, number in shares.items():
            if number % self.ranks.size:
                return f"{number} {name} cannot be shared out evenly among {self.ranks.size} ranks"
        return None

    def needed_bytes(self) -> dict[str, int]:
        """The bytes needed by device: by all ranks of this machine in its memory, by this rank on its own device."""
        share = 1 / self.ranks.size + GATHERED if self.strategy == "fsdp" else 1.0
        size = self.workload.size(self.cell.scale)
        samples = self.workload.train_samples + self.workload.test_samples
        needed = training_bytes(self.cell.device, size, samples, self.recipe.weight_copies, share)
        return needed | {"cpu": needed["cpu"] * self.ranks.local_size}

    def draw(self) -> None:
        self.release()
        self.network = parallel.STRATEGIES[self.strategy](self.workload, self.cell.scale, self.cell.device)
        devices.synchronize(self.cell.device)

    def predict(self) -> float:
        memory.map_blocks_from(MAPPED_FROM if self.strategy == "fsdp" else memory.SETTLED_THRESHOLD)
        round_s = super().predict()
        self.release()
        self.peak = memory.PeakMemory(self.cell.device)
        return round_s

    def elapsed_s(self, start_s: float) -> float:
        """The seconds since `start_s` on the slowest rank: all ranks must come to the same number of rounds."""
        times_s: list[float] = self.ranks.gather(super().elapsed_s(start_s))
        return max(times_s)

    @together
    def setup(self) -> None:
        super().setup()
        self.ranks.barrier()

    @together
    def work(self) -> None:
        """Train from one barrier to the next, so that the slowest rank counts."""
        super().work()
        self.ranks.barrier()

    def learnt(self) -> Learnt:
        """Means over all ranks, which have the same number of samples each."""
        return Learnt(*map(statistics.fmean, zip(*self.ranks.gather(super().learnt()), strict=True)))

    def go_on(self, figures: dict[str, Any], rounds: int) -> None:
        self.rank_paces_s = figures.get("rank_paces_s", [])[:rounds]

    def train_batches(self) -> DataLoader[Batch]:
        return parallel.part_loader(self.data.train, self.batch_size)

    @together
    def check(self) -> None:
        """Check what was learnt, and write down each rank's paces, peak memory and threads."""
        peaks_bytes = self.ranks.gather(self.peak.bytes())
        super().check()
        self.rank_paces_s.append(self.ranks.gather(self.pace_s()))
        self.figures |= {
            "rank_paces_s": self.rank_paces_s,
            "rank_peak_bytes": peaks_bytes,
            "rank_threads": self.ranks.gather(torch.get_num_threads()),
        }
        del self.figures["work"]  # it counts all ranks together

    def pace_s(self) -> float:
        """The seconds that this rank takes for a small training by itself.

        In a round all ranks take equally long, since each waits for the slowest at every step; this shows which it is.
        """
        network = NeuralNetwork.scaled(1).to(self.cell.device)
        features = torch.zeros(constants.BATCH_SIZE, 100, device=self.cell.device)
        labels = torch.zeros(constants.BATCH_SIZE, dtype=torch.long, device=self.cell.device)
        self.ranks.barrier()
        start_s = time.perf_counter()
        for _ in range(PACE_STEPS):
            F.cross_entropy(network(features), labels).backward()
        devices.synchronize(self.cell.device)
        return time.perf_counter() - start_s


class CommonPlan(Plan):
    """A plan that all ranks make together: what keeps one rank from taking part keeps all."""

    timed: DistributedTraining

    @property
    def ranks(self) -> Ranks:
        return self.timed.ranks

    def require_place(self) -> None:
        own = end_of(super().require_place)
        ends = self.ranks.gather(own and own.outcome)
        for rank, outcome in enumerate(ends):
            if outcome:
                where = f"rank {rank}: " if ends.count(None) else ""
                raise CellEndedError(outcome.status, f"{where}{outcome.reason}")

    def probe(self) -> None:
        """Do nothing: ranks that probe one machine at the same time find less than it can do."""

    def renew(self, times_s: list[float]) -> None:
        """Plan the number of rounds that fits on every rank: their clocks differ a little."""
        super().renew(times_s)
        self.rounds = min(self.ranks.gather(self.rounds))

    @together
    def make(self) -> None:
        super().make()
