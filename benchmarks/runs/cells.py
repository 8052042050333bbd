"""The cells of a run and their outcomes: every cell ends in exactly one status."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

__all__ = [
    "LEFT_OUT",
    "SKIPPED",
    "TO_COME",
    "UNREACHED",
    "Cell",
    "Group",
    "Outcome",
    "Series",
    "Status",
    "batch_name",
    "limits_name",
    "name_of",
    "record",
    "threads_name",
]


class Status(StrEnum):
    """How a cell ended."""

    MEASURED = "measured"
    NO_DEVICE = "no device"
    UNAVAILABLE = "unavailable"
    TOO_BIG = "too big"
    TOO_SLOW = "too slow"
    OUT_OF_MEMORY = "out of memory"
    DIVERGED = "diverged"
    FAILED = "failed"
    NOT_REACHED = "not reached"


LEFT_OUT = {Status.NO_DEVICE, Status.UNAVAILABLE, Status.TOO_BIG, Status.TOO_SLOW}
"""The statuses of cells that could not run."""

SKIPPED = {*LEFT_OUT, Status.NOT_REACHED}
"""The statuses of cells whose test is skipped; with every other but `measured` it fails."""


Case = tuple[tuple[str, str | int], ...]
"""Named parts in which a benchmark's cells differ besides scale, device and recipe: `(("dataset", "memory"), …)`."""

Group = tuple[str | int, ...]
"""Benchmark, scale, device and batch size, and the values of the case parts that the cells of a group share."""


class Series(NamedTuple):
    """The cells that differ only in their scale."""

    benchmark: str
    device: str
    recipe: str
    case: Case
    batch_size: int | None = None
    threads: int | None = None


@dataclass(frozen=True)
class Cell:
    """One scale × device × recipe of a benchmark, with its batch size, its threads and its case."""

    benchmark: str
    scale: int
    device: str
    recipe: str = "article"
    case: Case = ()
    batch_size: int | None = None
    """The batch size that was asked for; None for that of the workload."""

    threads: int | None = None
    """The number of the CPU's threads that was asked for; None for torch's own."""

    def __str__(self) -> str:
        return name_of((self.benchmark, self.device, self.scale, *self.batch, *self.variant))

    @property
    def batch(self) -> tuple[str, ...]:
        """The batch size as a part of names, `batch64`; empty where none was asked for."""
        return () if self.batch_size is None else (batch_name(self.batch_size),)

    @property
    def variant(self) -> tuple[str | int, ...]:
        """What tells the cell from others of its scale, device and batch size.

        That is its number of threads, where one was asked for, the recipe, where it is not implied, and the case.
        """
        threads = () if self.threads is None else (threads_name(self.threads),)
        is_implied = self.recipe == "article" and self.benchmark != "recipes"
        return *threads, *(() if is_implied else (self.recipe,)), *(value for _, value in self.case)

    @property
    def series(self) -> Series:
        return Series(self.benchmark, self.device, self.recipe, self.case, self.batch_size, self.threads)

    def group(self, shared: tuple[str, ...] = ("device",)) -> Group:
        """Returns what the cell has in common with the cells that take their rounds in turn with it.

        That is the scale, the batch size, and what is named in `shared`: the device, or parts of the case.
        """
        device = (self.device,) if "device" in shared else ()
        case = (value for name, value in self.case if name in shared)
        return self.benchmark, *device, self.scale, *self.batch, *case


def batch_name(size: int) -> str:
    """Returns a batch size as a part of names: `batch64`."""
    return f"batch{size}"


def threads_name(count: int) -> str:
    """Returns a number of threads as a part of names: `1thread`, `2threads`."""
    return f"{count}thread{'s' * (count > 1)}"


def limits_name(device: str, threads: int | None) -> str:
    """Returns the name of a probe: a CPU has other limits with another number of threads than torch's own."""
    return device if threads is None else f"{device}-{threads_name(threads)}"


def name_of(group: Group) -> str:
    """Returns a name such as `loading[cpu-1-memory]`."""
    benchmark, *parts = group
    return f"{benchmark}[{'-'.join(map(str, parts))}]"


@dataclass(frozen=True)
class Outcome:
    """What became of a cell, and why."""

    status: Status
    reason: str = ""
    finished: bool = True
    """Whether the cell had all its rounds; if not, a resumed run goes on with it."""


TO_COME = Outcome(Status.NOT_REACHED, "to come", finished=False)
"""The outcome of a cell that was not reached yet, while the run goes on."""

UNREACHED = Outcome(Status.NOT_REACHED, "the run ended before it", finished=False)


def record(name: str, cell: Cell, size: dict[str, object], outcome: Outcome) -> dict[str, object]:
    """Returns a cell as it is saved.

    `name` is that of its benchmark in the same file, and `size` says how large its network is and how much work.
    """
    parts = {key: value for key, value in vars(cell).items() if value is not None}
    return {"name": name, **parts, "case": dict(cell.case), **size, **vars(outcome)}
