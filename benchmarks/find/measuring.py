"""Measures what a search asks for, by the processes of the two sides."""

import math
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from crossover.benchmarks.ab import CannotCompareError
from crossover.benchmarks.ab.paired_turns import LeftOutError, PairedTurns
from crossover.benchmarks.ab.turns import Turns
from crossover.benchmarks.find.dial import Dial
from crossover.benchmarks.find.ratios import MeasuredSize
from crossover.benchmarks.runs import units

__all__ = ["LEAVING_S", "MOST_PAIRS", "SideProcesses"]

MOST_TURN_S = 0.05
"""A turn of either side is cut to the part of an epoch that takes no longer than this, if there is one.

Pairs of turns of 0.03 to 0.1 s spread little more than those of 0.3 s (14% and 17% against 17% and 20%, on two cores at
1.4 and 4.4 million parameters), and three times as many fit the time.
"""

SHARES = (1.0, 0.5, 0.2, 0.1, 0.05)
"""The parts of an epoch that a turn can be, each of whole batches: the smallest is 5 of the MLP's 100."""

MOST_PAIRS = 60
"""A size of which this many pairs of turns do not fit the time is too slow: it needs ten itself, and others as many."""

FEWEST_PAIRS = 15
"""The same for the second size, without which there is no search."""

PREPARING_PAIRS = 3
"""To prepare a size takes at least about as long as this many pairs of turns: a step, and warm-ups."""

LEAVING_S = 1.0
"""What the start of this process and the end of all others take, which must be over in time too."""


@dataclass(frozen=True)
class Pace:
    """How long the turns of a size take."""

    size: int
    epochs_s: list[float]
    """An epoch of either side, as it was predicted from the fastest of some warm-ups."""

    beside_s: float
    """What a pair of turns takes beside its work: drawing the networks, mostly."""

    def pair_s(self, size: int) -> float:
        """How long a pair of turns takes at another size, if all grows with the size, which is an upper bound."""
        growth = size / self.size
        share = share_of([growth * each for each in self.epochs_s])
        return growth * (self.beside_s + share * sum(self.epochs_s))


class SideProcesses:
    """The processes of both sides, which prepare a size when they are first asked for it."""

    def __init__(self, paired: PairedTurns, dial: Dial, device: str, seconds: float, start_s: float) -> None:
        """The time counts from `start_s`, as `time.perf_counter` has it."""
        self.paired = paired
        self.dial = dial
        self.device = device
        self.seconds = seconds
        self.start_s = start_s
        self.processes = len(paired.pairs)
        self.sizes: dict[int, dict[str, Any]] = {}
        self.prepared: list[int | None] = [None] * self.processes
        self.turns: dict[tuple[int, int], Turns] = {}
        self.epochs_s: dict[int, list[float]] = {}
        self.pairs_s: dict[int, float] = defaultdict(float)
        """The longest pair of turns of each size."""

        self.preparing_s: dict[int, float] = {}
        """The longest that a pair of processes took to prepare each size: a recipe may try out products for seconds."""

        self.pace: Pace | None = None

    def elapsed_s(self) -> float:
        return time.perf_counter() - self.start_s

    def used(self) -> float:
        return self.elapsed_s() / self.seconds

    def has_time(self, dial: int, process: int, turns: int) -> bool:
        pair_s = self.pair_s(dial)
        preparing_s = 0.0 if self.prepared[process] == dial else PREPARING_PAIRS * pair_s
        if (dial, process) not in self.turns:
            longest_s = max(self.preparing_s.values(), default=0.0)
            preparing_s = max(preparing_s, self.preparing_s.get(dial, longest_s))
        return self.has_left(preparing_s + turns * pair_s)

    def pair_s(self, dial: int) -> float:
        return self.pairs_s[dial] or (self.pace.pair_s(self.size(dial)) if self.pace else 0.0)

    def has_left(self, needed_s: float) -> bool:
        """Whether so much time is left before this process must end."""
        return self.elapsed_s() + needed_s + LEAVING_S <= self.seconds

    def least_s(self, dial: int, side: int) -> dict[str, float]:
        """The least time of what is measured at a size that each limit of the device allows; empty where unknown."""
        whole, answer = self.dial.whole(1.0, self.facts(dial)), self.ask("limits", dial, side)
        return {name: each_s / whole for name, each_s in answer.items()}

    def ask(self, what: str, dial: int, side: int) -> dict[str, Any]:
        """Ask the first process of a side for something about a size."""
        process = self.paired.pairs[0][side]
        request = {"do": what, "device": self.device} | self.dial.request(dial) | process.side.task
        return process.ask(**request)

    def size(self, dial: int) -> int:
        return self.dial.size(dial, self.facts(dial)["parameters"])

    def facts(self, dial: int) -> dict[str, Any]:
        """What both sides say of a size.

        Raises CannotCompareError where a side can take part at none, or where sizes do not grow.
        """
        if dial not in self.sizes:
            answers = []
            for side, label in enumerate(self.paired.labels):
                answers.append(self.ask("size", dial, side))
                if "parameters" not in answers[-1]:
                    raise CannotCompareError(f"{label}: {answers[-1]['left_out']}")
            self.sizes[dial] = answers[0] | answers[1]
            self.require_growth()
        return self.sizes[dial]

    def require_growth(self) -> None:
        known = sorted(self.sizes)
        counts = [self.dial.size(each, self.sizes[each]["parameters"]) for each in known]
        for place in range(1, len(known)):
            if counts[place] <= counts[place - 1]:
                where = f"{counts[place - 1]:,} at scale {known[place - 1]}, {counts[place]:,} at scale {known[place]}"
                raise CannotCompareError(f"a search needs parameters that grow with the scale: there are {where}")

    def refusal(self, dial: int) -> str | None:
        facts = self.facts(dial)
        if "left_out" in facts:
            return f"{self.dial.named(dial)} {facts['left_out']}"
        pair_s = self.pace.pair_s(self.size(dial)) if self.pace else 0.0
        pairs = MOST_PAIRS if len(self.epochs_s) > 1 else FEWEST_PAIRS
        if pairs * pair_s <= self.seconds:
            return None
        enough, which = math.ceil(pairs * pair_s / 5) * 5, self.dial.named(dial)
        return f"{which} takes about {units.roughly(pair_s)} for a pair of turns: --seconds {enough:g} reaches it"

    def take(self, point: MeasuredSize, process: int) -> None:
        if self.prepared[process] != point.dial:
            self.prepare(point.dial, process)
        turns = self.turns[point.dial, process]
        begin_s = time.perf_counter()
        turns.take()
        wall_s, share = time.perf_counter() - begin_s, share_of(self.epochs_s[point.dial])
        baseline_s, contender_s = (each[-1] for each in turns.times_s)
        self.pairs_s[point.dial] = max(self.pairs_s[point.dial], wall_s)
        if self.pace is None or self.pace.size < point.size:
            self.pace = Pace(point.size, self.epochs_s[point.dial], max(0.0, wall_s - baseline_s - contender_s))
        if not point.pairs:
            point.remarks += self.paired.loss_remarks(*(each[-1] for each in turns.losses))
        whole = self.dial.whole(share, self.sizes[point.dial])
        point.add(process, baseline_s / whole, contender_s / whole)

    def prepare(self, dial: int, process: int) -> None:
        """Have a pair of processes prepare a size; raises LeftOutError where it does not fit."""
        self.prepared[process] = None
        begin_s = time.perf_counter()
        try:
            answers = self.paired.prepare_pair(process, self.device, **self.dial.request(dial))
        except LeftOutError as error:
            raise LeftOutError(f"{self.dial.named(dial)} does not fit: {error}") from error
        share = share_of(self.epochs_s.setdefault(dial, [answer["turn_s"] for answer in answers]))
        self.turns.setdefault((dial, process), Turns([self.paired.pairs[process]], share=share))
        self.prepared[process] = dial
        self.preparing_s[dial] = max(self.preparing_s.get(dial, 0.0), time.perf_counter() - begin_s)


def share_of(epochs_s: list[float]) -> float:
    """Returns which part of an epoch a turn is, from how long the sides take for a whole one."""
    return next((share for share in SHARES if share * max(epochs_s) <= MOST_TURN_S), SHARES[-1])
