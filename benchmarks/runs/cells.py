"""What is asked for and what becomes of it: every cell ends in exactly one status."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


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
"""What did not run because it could not have: a skip. Every other end but `measured` and `not reached` is a failure."""


Case = tuple[tuple[str, str | int], ...]
"""Named parts in which cells of a benchmark differ beside scale, device and recipe: `(("dataset", "memory"), …)`."""

Group = tuple[str | int, ...]
"""Benchmark, scale and device, and the values of those parts of a case that the cells of a group share."""


class Series(NamedTuple):
    """The cells that differ in their scale alone."""

    benchmark: str
    device: str
    recipe: str
    case: Case


@dataclass(frozen=True)
class Cell:
    """One scale × device × recipe of a benchmark, and what else it has: its case."""

    benchmark: str
    scale: int
    device: str
    recipe: str = "article"
    case: Case = ()

    def __str__(self) -> str:
        return name_of((self.benchmark, self.scale, self.device, *self.variant))

    @property
    def variant(self) -> tuple[str | int, ...]:
        """What tells it from the other cells of its scale and device: the recipe, where not implied, and its case."""
        is_implied = self.recipe == "article" and self.benchmark != "recipes"
        return *(() if is_implied else (self.recipe,)), *(value for _, value in self.case)

    @property
    def series(self) -> Series:
        return Series(self.benchmark, self.device, self.recipe, self.case)

    def group(self, within: tuple[str, ...] = ()) -> Group:
        """What it shares with the cells that its rounds are taken in turn with.

        That is all but the recipe and the case, of which only the parts named `within` are shared.
        """
        return self.benchmark, self.scale, self.device, *(value for name, value in self.case if name in within)


def name_of(group: Group) -> str:
    """`loading[cpu-1-memory]`"""
    benchmark, scale, device, *parts = group
    return f"{benchmark}[{'-'.join(map(str, (device, scale, *parts)))}]"


@dataclass(frozen=True)
class Outcome:
    """What became of a cell, and why."""

    status: Status
    reason: str = ""
    finished: bool = True
    """Whether it had all rounds that it was to have; with any other cell, a resumed run goes on."""


TO_COME = Outcome(Status.NOT_REACHED, "to come", finished=False)
"""What is said of a cell while the run goes on."""

UNREACHED = Outcome(Status.NOT_REACHED, "the run ended before it", finished=False)


def record(name: str, cell: Cell, parameters: int, outcome: Outcome) -> dict[str, object]:
    """A cell as it is saved; `name` is that of its benchmark in the same file."""
    return {"name": name, **vars(cell), "case": dict(cell.case), "parameters": parameters, **vars(outcome)}
