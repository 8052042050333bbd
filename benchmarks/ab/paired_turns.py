"""Takes turns of two sides, A B B A …, until the verdict is settled or the pairs or the time are used up."""

import itertools
import math
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from crossover.benchmarks.ab import CannotCompareError, ratio_interval
from crossover.benchmarks.ab.ratio_interval import Estimate
from crossover.benchmarks.ab.side_process import SideProcess
from crossover.benchmarks.report.analysis.verdict import Verdict, judge
from crossover.benchmarks.runs import units

__all__ = ["CellResult", "Limits", "PairedTurns"]

Turn = dict[str, Any]
"""A side's answer: `seconds` and `loss`."""

SAME_LOSS = 0.01
"""Losses of the first epoch may differ by rounding between versions of torch, by this share at most."""


@dataclass(frozen=True)
class Limits:
    """When a cell ends, and what slowdown is allowed."""

    max_slowdown: float = 0.10
    """As a share: 0.1 allows times up to 1.1x as long."""

    rounds: int = 400
    """The most pairs of a cell: enough to tell 2% from no change where the ratio of a pair spreads by 15%."""

    cell_seconds: float = 90.0
    """The most seconds that a cell takes, so that three are done in five minutes; 0 for no limit."""


@dataclass(frozen=True)
class CellResult:
    """The result of one cell. `stopped` says why no more pairs were taken, or why there are none.

    `baseline_s` and `contender_s` are the medians of the turns. `limited_by` is the option that ended the cell before
    it was settled, if one did.
    """

    scale: int
    device: str
    stopped: str
    parameters: int | None = None
    baseline_s: float = math.nan
    contender_s: float = math.nan
    found: Estimate | None = None
    verdict: Verdict | None = None
    limited_by: str | None = None
    remarks: list[str] = field(default_factory=list)


class PairedTurns:
    """The two sides; raises CannotCompareError where they would not do the same work."""

    def __init__(self, baseline: SideProcess, contender: SideProcess) -> None:
        self.sides = baseline, contender
        self.hellos = tuple(side.hello() for side in self.sides)
        refuse_other_work("the workloads differ", self.labels, *(hello["workload"] for hello in self.hellos))
        self.remarks = [
            f"{key} differs: {one} in {self.labels[0]}, {other} in {self.labels[1]}"
            for key in ("torch", "threads")
            if (one := self.hellos[0][key]) != (other := self.hellos[1][key])
        ]

    @property
    def labels(self) -> tuple[str, str]:
        return self.sides[0].side.label, self.sides[1].side.label

    def compare(
        self, scale: int, device: str, limits: Limits, on_look: Callable[[Estimate], None] = lambda _: None
    ) -> CellResult:
        """Compare one cell; `on_look` gets the estimate of every look.

        Raises CannotCompareError where a side fails or the sides would not do the same work.
        """
        start = time.perf_counter()
        prepared = []
        for side in self.sides:
            prepared.append(side.ask(do="prepare", scale=scale, device=device))
            if reason := prepared[-1].get("left_out"):
                return CellResult(scale, device, f"left out: {reason} ({side.side.label})")
        numbers = [{name: answer[name] for name in ("parameters", "learning_rate")} for answer in prepared]
        refuse_other_work(f"the workloads differ at scale {scale}", self.labels, *numbers)
        pair_s, fewest = sum(answer["turn_s"] for answer in prepared), ratio_interval.looks(limits.rounds)[0]
        if limits.cell_seconds and pair_s * fewest > limits.cell_seconds:
            reason = f"about {units.roughly(pair_s)} a pair, {fewest} of them in {limits.cell_seconds:g} s"
            reason = f"left out: too slow: {reason}; --cell-seconds 0 lifts the limit"
            return CellResult(scale, device, reason, limited_by="--cell-seconds")

        turns: list[list[Turn]] = [[], []]
        found, verdict, stopped, limited_by = self.take_turns(turns, limits, start, on_look)
        baseline_s, contender_s = (statistics.median(turn["seconds"] for turn in side) for side in turns)
        return CellResult(
            scale,
            device,
            stopped,
            prepared[0]["parameters"],
            baseline_s,
            contender_s,
            found,
            verdict,
            limited_by,
            self.loss_remarks(turns),
        )

    def take_turns(
        self, turns: list[list[Turn]], limits: Limits, start: float, on_look: Callable[[Estimate], None]
    ) -> tuple[Estimate, Verdict, str, str | None]:
        """Add pairs to `turns` until they settle it or a limit is reached.

        Returns the last look, its verdict, why it was the last, and the option that made it so. The end of the time is
        a look as well, in place of the planned ones after it.
        """
        planned = ratio_interval.looks(limits.rounds)
        for pair in itertools.count(1):
            for index in (0, 1) if pair % 2 else (1, 0):
                turns[index].append(self.sides[index].ask(do="turn"))
            next_end_s = (time.perf_counter() - start) * (1 + 1 / pair)
            is_over = bool(limits.cell_seconds) and next_end_s > limits.cell_seconds
            if pair not in planned and not is_over:
                continue
            found = ratio_interval.estimate(log_ratios(turns), len(planned))
            verdict = judge(found.low, found.high, limits.max_slowdown)
            on_look(found)
            if verdict is not Verdict.UNDECIDED:
                return found, verdict, "settled", None
            if ratio_interval.is_as_sure_as_can_be(found):
                return found, verdict, "as sure as two processes can tell", None
            if is_over:
                return found, verdict, f"its {limits.cell_seconds:g} s are over", "--cell-seconds"
            if pair == limits.rounds:
                return found, verdict, "as many as it may take", "--rounds"
        raise AssertionError("there is no last number")

    def loss_remarks(self, turns: list[list[Turn]]) -> list[str]:
        one, other = (side[0]["loss"] for side in turns)
        if math.isclose(one, other, rel_tol=SAME_LOSS):
            return []
        return [f"the losses differ: {one:.4f} in {self.labels[0]}, {other:.4f} in {self.labels[1]}"]


def log_ratios(turns: list[list[Turn]]) -> list[float]:
    """Returns the log of contender time / baseline time, pair by pair."""
    return [math.log(b["seconds"] / a["seconds"]) for a, b in zip(*turns, strict=True)]


def refuse_other_work(words: str, labels: tuple[str, str], one: dict[str, float], other: dict[str, float]) -> None:
    """Raise CannotCompareError with the numbers that both sides have and that differ, if any."""
    differing = [
        f"{name} is {one[name]} in {labels[0]} and {other[name]} in {labels[1]}"
        for name in one
        if name in other and one[name] != other[name]
    ]
    if differing:
        raise CannotCompareError(f"{words}: {'; '.join(differing)}")
