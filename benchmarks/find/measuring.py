"""Measures what a search asks for, by the processes of the two sides."""

import math
import time
from dataclasses import dataclass
from typing import Any

from crossover.benchmarks.ab import CannotCompareError
from crossover.benchmarks.ab.paired_turns import PairedTurns
from crossover.benchmarks.ab.turns import Turns
from crossover.benchmarks.find.ratios import Point
from crossover.benchmarks.runs import units

__all__ = ["Processes"]

MOST_TURN_S = 0.3
"""A turn of either side is cut to the part of an epoch that takes no longer than this, if there is one."""

SHARES = (1.0, 0.5, 0.2, 0.1, 0.05)
"""The parts of an epoch that a turn can be, each of whole batches: the smallest is 5 of the MLP's 100."""

MOST_PAIRS = 60
"""A size of which this many pairs of turns do not fit the time is too slow: it takes ten, and others as many."""

FEWEST_PAIRS = 15
"""The same for the second size, without which there is no search."""


@dataclass(frozen=True)
class Pace:
    """How long the turns of a size take."""

    parameters: int
    epochs_s: list[float]
    """An epoch of either side, as it was predicted from the fastest of some warm-ups."""

    beside_s: float
    """What a pair of turns takes beside its work: drawing the networks, mostly."""

    def pair_s(self, parameters: int) -> float:
        """How long a pair of turns takes at another size, if all grows as the parameters do: no less than it will."""
        growth = parameters / self.parameters
        share = share_of([growth * each for each in self.epochs_s])
        return growth * (self.beside_s + share * sum(self.epochs_s))


class Processes:
    """The processes of both sides, which prepare a size when they are first asked for it."""

    def __init__(self, paired: PairedTurns, device: str, seconds: float, start_s: float) -> None:
        """The time counts from `start_s`, as `time.perf_counter` has it."""
        self.paired = paired
        self.device = device
        self.seconds = seconds
        self.start_s = start_s
        self.processes = len(paired.pairs)
        self.sizes: dict[int, dict[str, Any]] = {}
        self.prepared: list[int | None] = [None] * self.processes
        self.turns: dict[tuple[int, int], Turns] = {}
        self.epochs_s: dict[int, list[float]] = {}
        self.pace: Pace | None = None

    def elapsed_s(self) -> float:
        return time.perf_counter() - self.start_s

    def used(self) -> float:
        return self.elapsed_s() / self.seconds

    def parameters(self, scale: int) -> int:
        return int(self.size(scale)["parameters"])

    def size(self, scale: int) -> dict[str, Any]:
        """What both sides say of a size.

        Raises CannotCompareError where a side can take part at none, or where sizes do not grow.
        """
        if scale not in self.sizes:
            answers = []
            for process in self.paired.pairs[0]:
                request = {"do": "size", "scale": scale, "device": self.device} | process.side.task
                answers.append(process.ask(**request))
                if "parameters" not in answers[-1]:
                    raise CannotCompareError(f"{process.side.label}: {answers[-1]['left_out']}")
            self.sizes[scale] = answers[0] | answers[1]
            self.require_growth()
        return self.sizes[scale]

    def require_growth(self) -> None:
        known = sorted(self.sizes)
        counts = [self.sizes[scale]["parameters"] for scale in known]
        for place in range(1, len(known)):
            if counts[place] <= counts[place - 1]:
                where = f"{counts[place - 1]:,} at scale {known[place - 1]}, {counts[place]:,} at scale {known[place]}"
                raise CannotCompareError(f"a search needs parameters that grow with the scale: there are {where}")

    def refusal(self, scale: int) -> str | None:
        size = self.size(scale)
        if "left_out" in size:
            return f"scale {scale} {size['left_out']}"
        pair_s = self.pace.pair_s(size["parameters"]) if self.pace else 0.0
        pairs = MOST_PAIRS if len(self.epochs_s) > 1 else FEWEST_PAIRS
        if pairs * pair_s <= self.seconds:
            return None
        enough = math.ceil(pairs * pair_s / 5) * 5
        return f"scale {scale} takes about {units.roughly(pair_s)} for a pair of turns: --seconds {enough:g} reaches it"

    def take(self, point: Point, process: int) -> None:
        if self.prepared[process] != point.scale:
            self.prepare(point.scale, process)
        turns = self.turns[point.scale, process]
        begin_s = time.perf_counter()
        turns.take()
        wall_s, share = time.perf_counter() - begin_s, share_of(self.epochs_s[point.scale])
        times_s = [each[-1] for each in turns.times_s]
        if self.pace is None or self.pace.parameters < point.parameters:
            self.pace = Pace(point.parameters, self.epochs_s[point.scale], max(0.0, wall_s - sum(times_s)))
        if not point.pairs:
            point.remarks += self.paired.loss_remarks(*(each[-1] for each in turns.losses))
        point.logs[process].append(turns.log_ratios[0][-1])
        point.baseline_s.append(times_s[0] / share)
        point.contender_s.append(times_s[1] / share)

    def prepare(self, scale: int, process: int) -> None:
        """Have a pair of processes prepare a size; raises LeftOutError where it does not fit."""
        self.prepared[process] = None
        answers = self.paired.prepare_pair(process, scale, self.device)
        share = share_of(self.epochs_s.setdefault(scale, [answer["turn_s"] for answer in answers]))
        self.turns.setdefault((scale, process), Turns([self.paired.pairs[process]], share=share))
        self.prepared[process] = scale


def share_of(epochs_s: list[float]) -> float:
    """Returns which part of an epoch a turn is, from how long the sides take for a whole one."""
    return next((share for share in SHARES if share * max(epochs_s) <= MOST_TURN_S), SHARES[-1])
