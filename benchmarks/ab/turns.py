"""Takes turns of two groups of processes, A B B A …, until the verdict is settled or the pairs or the time are up."""

import itertools
import math
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from crossover.benchmarks.ab import ratio_interval
from crossover.benchmarks.ab.ratio_interval import RatioEstimate
from crossover.benchmarks.report.analysis.verdict import Verdict, judge

__all__ = ["Asked", "StoppingRule", "Turns", "TurnsResult", "take_turns"]


class Asked(Protocol):
    """A process that answers `{"do": "turn"}` with its `seconds` and `loss`."""

    def ask(self, **request: Any) -> dict[str, Any]: ...


@dataclass(frozen=True)
class StoppingRule:
    """When a cell ends, and what slowdown is allowed."""

    max_slowdown: float = 0.10
    """As a share: 0.1 allows times up to 1.1x as long."""

    rounds: int = 1000
    """The most pairs of a cell: enough to tell 2% from no change where the ratio of a pair spreads by 15%, and that of
    a pair of processes by 2%."""

    cell_seconds: float = 90.0
    """The most seconds that a cell takes, so that three are done in five minutes; 0 for no limit."""


@dataclass(frozen=True)
class TurnsResult:
    """What the turns of a cell gave. `stopped` says why no more were taken.

    `baseline_s` and `contender_s` are the medians of the turns. `limited_by` is the option that ended the cell before
    it was settled, if one did.
    """

    found: RatioEstimate
    verdict: Verdict
    stopped: str
    limited_by: str | None
    baseline_s: float
    contender_s: float
    losses: tuple[float, float]


class Turns:
    """The turns of some pairs of processes, of which each has one process of either side."""

    def __init__(self, pairs: Sequence[tuple[Asked, Asked]], **request: Any) -> None:
        """`request` is what a turn is asked for besides the usual."""
        self.pairs = pairs
        self.request = request
        self.times_s: tuple[list[float], list[float]] = [], []
        self.losses: tuple[list[float], list[float]] = [], []
        self.log_ratios: list[list[float]] = [[] for _ in pairs]

    def take(self) -> None:
        """Take a turn of either side, by the next pair of processes; the side that was first last time is second."""
        taken = len(self.times_s[0])
        cycle, index = divmod(taken, len(self.pairs))
        for side in (0, 1) if (cycle + index) % 2 == 0 else (1, 0):
            answer = self.pairs[index][side].ask(do="turn", **self.request)
            self.times_s[side].append(answer["seconds"])
            self.losses[side].append(answer["loss"])
        self.log_ratios[index].append(math.log(self.times_s[1][-1] / self.times_s[0][-1]))


def take_turns(
    pairs: Sequence[tuple[Asked, Asked]],
    limits: StoppingRule,
    start_s: float,
    on_look: Callable[[RatioEstimate], None] = lambda _: None,
) -> TurnsResult:
    """Take turns of all pairs of processes, one pair after the other; `on_look` gets the estimate of every look.

    The time counts from `start_s`. Its end is a look as well, in place of the planned ones after it.
    """
    turns = Turns(pairs)
    planned = ratio_interval.looks(limits.rounds, len(pairs))
    looks = 0
    first_s = time.perf_counter()
    for taken in itertools.count(1):
        turns.take()
        now_s = time.perf_counter()
        is_over = bool(limits.cell_seconds) and now_s - start_s + (now_s - first_s) / taken > limits.cell_seconds
        is_last = is_over or taken == limits.rounds
        if not is_last and taken not in planned:
            continue
        miss = ratio_interval.chance_of_miss(looks, len(planned), is_last=is_last)
        found = ratio_interval.estimate(turns.log_ratios, miss)
        verdict = judge(found.low, found.high, limits.max_slowdown)
        looks += 1
        on_look(found)
        if verdict is not Verdict.UNDECIDED:
            return outcome(turns, found, verdict, "settled", None)
        if is_over:
            return outcome(turns, found, verdict, f"its {limits.cell_seconds:g} s are over", "--cell-seconds")
        if is_last:
            return outcome(turns, found, verdict, "as many as it may take", "--rounds")
    raise AssertionError("there is no last number")


def outcome(turns: Turns, found: RatioEstimate, verdict: Verdict, stopped: str, limited_by: str | None) -> TurnsResult:
    baseline_s, contender_s = map(statistics.median, turns.times_s)
    losses = turns.losses[0][0], turns.losses[1][0]
    return TurnsResult(found, verdict, stopped, limited_by, baseline_s, contender_s, losses)
