"""The fields of a saved search by `crossover find`, with the values each may have."""

from itertools import pairwise
from typing import Annotated

import msgspec

from crossover.benchmarks.runs.schema import MLP, MachineInfo, PositiveCount, Seconds, Session, Text

__all__ = ["FindDocument", "FindStamp", "Found", "FoundSize"]

TurnTimes = Annotated[list[Seconds], msgspec.Meta(max_length=1000)]
"""A search takes a few hundred; the means of all pairs of them are looked at."""


class FoundSize(msgspec.Struct):
    """A size that a search measured: for each pair of processes, the times of the baseline and of the contender."""

    dial: PositiveCount
    size: Annotated[int, msgspec.Meta(gt=0, le=2**62)]
    turns_s: Annotated[list[tuple[TurnTimes, TurnTimes]], msgspec.Meta(min_length=1, max_length=100)]
    remarks: list[Text] = []

    def __post_init__(self) -> None:
        if any(len(baseline_s) != len(contender_s) for baseline_s, contender_s in self.turns_s):
            raise ValueError("turns of the two sides are not paired")
        if not self.turns_s[0][0]:
            raise ValueError("the first pair of processes has no turns")


class Found(msgspec.Struct, kw_only=True):
    baseline: Text
    contender: Text
    devices: Annotated[list[Text], msgspec.Meta(max_length=2)] = []
    """The devices of the two sides, or that of both. Earlier files have neither these nor threads and recipes."""

    threads: Annotated[list[PositiveCount], msgspec.Meta(max_length=2)] = []
    recipes: Annotated[list[Text], msgspec.Meta(max_length=2)] = []
    workload: Text = MLP
    named: Text | None = None
    """The workload as it was named, with its folder."""

    scale: PositiveCount | None = None
    """The scale of all sizes where the batch size was varied."""

    batch_size: PositiveCount | None = None
    """The batch size of all sizes, if another was asked for than the workload's."""

    dials: Annotated[list[PositiveCount], msgspec.Meta(min_length=1, max_length=1000)]
    """The scales or batch sizes that could be measured."""

    within: Annotated[float, msgspec.Meta(gt=0, le=1e3)]
    elapsed_s: Seconds
    stopped: Text
    left_out: Text | None = None
    failure: Text | None = None
    busy: bool = False
    remarks: list[Text] = []
    sizes: Annotated[list[FoundSize], msgspec.Meta(min_length=1, max_length=1000)]

    def __post_init__(self) -> None:
        by_size = sorted(self.sizes, key=lambda each: each.dial)
        for one, other in pairwise(by_size):
            if one.dial == other.dial or one.size >= other.size:
                raise ValueError(f"sizes do not grow from {one.dial} to {other.dial}")
        if len({len(each.turns_s) for each in self.sizes}) > 1:
            raise ValueError("sizes have different numbers of processes")


class FindStamp(msgspec.Struct):
    schema: int
    find: Found
    source: Text = "measured"
    sessions: list[Session] = []


class FindDocument(msgspec.Struct):
    """A search by `crossover find`."""

    machine_info: MachineInfo
    datetime: str
    crossover: FindStamp
