"""What is asked for and what becomes of it: every cell ends in exactly one status."""

from dataclasses import asdict, dataclass
from enum import StrEnum


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


LEFT_OUT = {Status.NO_DEVICE, Status.UNAVAILABLE, Status.TOO_BIG, Status.TOO_SLOW}
"""What did not run because it could not have: a skip. Every other end but `measured` is a failure."""


Group = tuple[str, int, str]
"""Benchmark, scale and device."""


@dataclass(frozen=True)
class Cell:
    """One scale × device × recipe of a benchmark."""

    benchmark: str
    scale: int
    device: str
    recipe: str = "article"

    def __str__(self) -> str:
        is_implied = self.recipe == "article" and self.benchmark != "recipes"
        return f"{self.benchmark}[{self.device}-{self.scale}{'' if is_implied else f'-{self.recipe}'}]"

    @property
    def group(self) -> Group:
        """What it shares with the cells that its rounds are taken in turn with: all but the recipe."""
        return self.benchmark, self.scale, self.device


@dataclass(frozen=True)
class Outcome:
    """What became of a cell, and why."""

    status: Status
    reason: str = ""
    finished: bool = True
    """Whether it had all rounds that it was to have; with any other cell, a resumed run goes on."""


UNREACHED = Outcome(Status.FAILED, "the run ended before it", finished=False)


def record(name: str, cell: Cell, parameters: int, outcome: Outcome) -> dict[str, object]:
    """A cell as it is saved; `name` is that of its benchmark in the same file."""
    return {"name": name, **asdict(cell), "parameters": parameters, **asdict(outcome)}
