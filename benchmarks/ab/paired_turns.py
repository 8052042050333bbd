"""Compares two groups of processes cell by cell, once it is sure that they do the same work."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from crossover.benchmarks.ab import CannotCompareError
from crossover.benchmarks.ab.ratio_interval import FEWEST_PROCESSES, RatioEstimate
from crossover.benchmarks.ab.side_process import SideProcess
from crossover.benchmarks.ab.turns import StoppingRule, take_turns
from crossover.benchmarks.report.analysis.verdict import Verdict
from crossover.benchmarks.runs import units

__all__ = ["CellResult", "LeftOutError", "PairedTurns"]

SAME_LOSS = 0.01
"""Losses of the first epoch may differ by rounding between versions of torch, by this share at most."""


@dataclass(frozen=True)
class CellResult:
    """The result of one cell: what its `TurnsResult` says, or in `stopped` why there is none."""

    scale: int
    device: str
    stopped: str
    parameters: int | None = None
    baseline_s: float = math.nan
    contender_s: float = math.nan
    found: RatioEstimate | None = None
    verdict: Verdict | None = None
    limited_by: str | None = None
    remarks: list[str] = field(default_factory=list)


class LeftOutError(Exception):
    """A pair of processes cannot take part in a cell; the message says why."""


@dataclass(frozen=True)
class Prepared:
    """The pairs of processes that have prepared a cell, and why no more have, if not all did."""

    pairs: list[tuple[SideProcess, SideProcess]]
    parameters: int | None = None
    stopped: str | None = None
    limited_by: str | None = None
    remarks: list[str] = field(default_factory=list)


class PairedTurns:
    """The processes of the two sides; raises CannotCompareError where they would not do the same work."""

    def __init__(self, baseline: Sequence[SideProcess], contender: Sequence[SideProcess]) -> None:
        self.pairs = list(zip(baseline, contender, strict=True))
        self.labels = baseline[0].side.label, contender[0].side.label
        self.hellos, *_ = [tuple(process.hello() for process in pair) for pair in self.pairs]
        if differing := differences(self.labels, *(hello["workload"] for hello in self.hellos)):
            raise CannotCompareError(f"the workloads differ: {'; '.join(differing)}")
        self.remarks = [
            f"{key} differs: {one} in {self.labels[0]}, {other} in {self.labels[1]}"
            for key in ("torch", "threads")
            if (one := self.hellos[0][key]) != (other := self.hellos[1][key])
        ]

    def compare(
        self, scale: int, device: str, limits: StoppingRule, on_look: Callable[[RatioEstimate], None] = lambda _: None
    ) -> CellResult:
        """Compare one cell; `on_look` gets the estimate of every look.

        Raises CannotCompareError where a process fails or the sides would not do the same work.
        """
        start_s = time.perf_counter()
        prepared = self.prepare(scale, device, limits)
        count = len(prepared.pairs)
        if prepared.limited_by or count < min(FEWEST_PROCESSES, len(self.pairs)):
            return CellResult(scale, device, f"left out: {prepared.stopped}", limited_by=prepared.limited_by)
        outcome = take_turns(prepared.pairs, limits, start_s, on_look)
        fewer = [f"{count} processes a side in place of {len(self.pairs)}: {prepared.stopped}"] * bool(prepared.stopped)
        return CellResult(
            scale,
            device,
            outcome.stopped,
            prepared.parameters,
            outcome.baseline_s,
            outcome.contender_s,
            outcome.found,
            outcome.verdict,
            outcome.limited_by,
            [*fewer, *prepared.remarks, *self.loss_remarks(*outcome.losses)],
        )

    def prepare(self, scale: int, device: str, limits: StoppingRule) -> Prepared:
        """Have the processes prepare a cell, pair by pair, as far as they fit the memory."""
        parameters: int | None = None
        differing: list[str] = []
        for number in range(len(self.pairs)):
            try:
                answers = self.prepare_pair(number, device, scale=scale)
            except LeftOutError as error:
                return Prepared(self.pairs[:number], parameters, str(error))
            if number == 0:
                parameters = answers[0]["parameters"]
                differing = self.differing(*answers)
                pair_s, count = sum(answer["turn_s"] for answer in answers), len(self.pairs)
                if 0 < limits.cell_seconds < count * pair_s:
                    return Prepared([], stopped=too_slow(pair_s, count, limits), limited_by="--cell-seconds")
        return Prepared(self.pairs, parameters, remarks=differing)

    def prepare_pair(self, number: int, device: str, **size: int) -> list[dict[str, Any]]:
        """Have a pair of processes prepare a cell of a scale, and of a batch size if one is given; returns the answers.

        Raises LeftOutError where it does not fit, and CannotCompareError where the sides would not do the same work.
        """
        answers = []
        for process in self.pairs[number]:
            answers.append(process.ask(**{"do": "prepare", "device": device} | size | process.side.task))
            if reason := answers[-1].get("left_out"):
                which = f"process {number + 1} of {process.side.label}" if number else process.side.label
                raise LeftOutError(f"{reason} ({which})")
        differing = self.differing(*answers)
        if differing and not answers[0].get("version"):  # versions of a user's own code may differ
            raise CannotCompareError(f"the workloads differ at scale {size['scale']}: {'; '.join(differing)}")
        return answers

    def differing(self, *answers: dict[str, Any]) -> list[str]:
        """Returns what differs between the cells that the two sides have prepared, in words."""
        one, other = ({name: answer[name] for name in ("parameters", "learning_rate")} for answer in answers)
        return differences(self.labels, one, other)

    def loss_remarks(self, one: float, other: float) -> list[str]:
        if math.isclose(one, other, rel_tol=SAME_LOSS):
            return []
        return [f"the losses differ: {one:.4f} in {self.labels[0]}, {other:.4f} in {self.labels[1]}"]


def too_slow(pair_s: float, count: int, limits: StoppingRule) -> str:
    each = f"about {units.roughly(pair_s)} a pair, {count} of them in {limits.cell_seconds:g} s"
    return f"too slow: {each}; --cell-seconds 0 lifts the limit"


def differences(labels: tuple[str, str], one: dict[str, float], other: dict[str, float]) -> list[str]:
    """Returns the numbers that both sides have and that differ, in words."""
    return [
        f"{name} is {one[name]} in {labels[0]} and {other[name]} in {labels[1]}"
        for name in one
        if name in other and one[name] != other[name]
    ]
