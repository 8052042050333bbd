"""How often `crossover find` would be right, by simulation of its turns: `python -m tools.find_coverage`.

Each machine has its own truth: the log ratio runs straight over log parameters (one crossing or none), or rises and
falls again (two crossings). Its turns spread by their noise, normal or with heavy tails, and its processes by luck.
"""

import argparse
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from crossover import program
from crossover.benchmarks.find.answer import SearchAnswer, SearchFinding
from crossover.benchmarks.find.finding import PROCESSES
from crossover.benchmarks.find.measuring import LEAVING_S, MOST_PAIRS
from crossover.benchmarks.find.ratios import MeasuredSize
from crossover.benchmarks.find.search import Search
from tools.ab_coverage import NOISES, PROCESS_LUCK, Noise

__all__ = ["KINDS", "Machine", "Trial", "draw", "trial"]

KINDS = ("one", "none", "two")

SCALES = range(1, 101)

SECONDS = 60.0

START_S = 2.5
"""Starting a process of each side on two cores."""

PREPARE_S, TURN_S = 0.25, 0.075
"""What a process takes to prepare a small size, and a turn of it: see `MOST_TURN_S` in benchmarks/find/measuring.py."""

PARAMETERS_A_SECOND = 4.8e7
"""How fast a turn of a large size is drawn and trained."""

KEPT = 6
"""The sizes that a process keeps prepared, as benchmarks/ab/worker.py does."""

SIZE_NOISE = 0.25
"""The spread of the logarithm of how noisy the turns of a size are, beside those of other sizes."""

STEEP, CALM = 0.4, 0.15
"""Slopes from here on and noise up to here make it easy to tell where the crossing is."""

LONGEST_PAIR_S = SECONDS / MOST_PAIRS
"""A size of which a pair of turns takes longer does not fit the time."""


@dataclass(frozen=True)
class Machine:
    """A machine whose truth is known."""

    kind: str
    slope: float
    middle: float
    """The log parameters of the only crossing, or of the top between two."""

    height: float
    """The log ratio where nothing crosses at its nearest to 1, or at the top between two crossings."""

    noise: float
    """The spread of the log ratio of a pair of turns."""

    shape: Noise
    luck: float
    sign: int

    def log_ratio(self, size: float) -> float:
        """The true log ratio at a size."""
        way = math.log(size) - self.middle
        if self.kind == "two":
            return self.sign * (self.height - self.slope * abs(way))
        return self.sign * (self.height - self.slope * way)

    def crossings(self, low: float, high: float) -> list[float]:
        """The parameters at which the ratio passes 1 within a range."""
        reach = self.height / self.slope
        places = [self.middle - reach, self.middle + reach] if self.kind == "two" else [self.middle + reach]
        return [math.exp(place) for place in places if low < math.exp(place) < high]


class Simulated:
    """Measures a made-up machine, on a clock of its own."""

    def __init__(self, machine: Machine, generator: np.random.Generator, processes: int) -> None:
        self.machine = machine
        self.generator = generator
        self.processes = processes
        self.lucks = machine.luck * generator.standard_normal(processes)
        self.elapsed_s = START_S * processes
        self.prepared: dict[int, list[int]] = {process: [] for process in range(processes)}
        self.noises: dict[int, float] = {}

    def size(self, dial: int) -> int:
        return 60_000 * dial**2 + 30_600 * dial + 302  # within 0.1% of the MLP's

    def pair_s(self, dial: int) -> float:
        return 2 * (TURN_S + self.size(dial) / PARAMETERS_A_SECOND)

    def prepare_s(self, dial: int, process: int) -> float:
        return 0.0 if dial in self.prepared[process] else 2 * PREPARE_S + 1.5 * self.pair_s(dial)

    def refusal(self, dial: int) -> str | None:
        return "too slow" if self.pair_s(dial) > LONGEST_PAIR_S else None

    def has_time(self, dial: int, process: int, turns: int) -> bool:
        needed_s = self.prepare_s(dial, process) + turns * self.pair_s(dial)
        return self.elapsed_s + needed_s + LEAVING_S <= SECONDS

    def take(self, point: MeasuredSize, process: int) -> None:
        self.elapsed_s += self.prepare_s(point.dial, process) + self.pair_s(point.dial)
        kept = [each for each in self.prepared[process] if each != point.dial]
        self.prepared[process] = [*kept[1 - KEPT :], point.dial]
        if point.dial not in self.noises:
            self.noises[point.dial] = self.machine.noise * math.exp(SIZE_NOISE * self.generator.standard_normal())
        noise = self.noises[point.dial] * self.machine.shape(self.generator)
        point.add(process, 1.0, math.exp(self.machine.log_ratio(point.size) + self.lucks[process] + noise))

    def used(self) -> float:
        return self.elapsed_s / SECONDS


@dataclass(frozen=True)
class Trial:
    """What a search made of a machine."""

    machine: Machine
    answer: SearchAnswer
    truth: list[float]
    """The crossings within the measured sizes."""

    elapsed_s: float

    @property
    def is_held(self) -> bool:
        """Whether the interval of the crossing holds a true one."""
        found = self.answer.crossing
        return found is not None and any(found.low <= each <= found.high for each in self.truth)

    @property
    def is_edge_held(self) -> bool:
        """Whether a side is faster from or up to where it was claimed to be."""
        found = self.answer.edge
        return found is not None and not any((each > found.size) == found.is_lower for each in self.truth)

    def cost(self) -> float:
        """The pairs of turns beside the crossing, by the least where they were at it and noise were all there is."""
        assert self.answer.crossing
        pairs = sum(each.pairs for each in self.answer.crossing.between)
        return pairs / (1.96 * self.machine.noise / (self.machine.slope * math.log(1.1))) ** 2

    @property
    def is_wrong(self) -> bool:
        """Whether a kind was claimed for sure that is not the true one."""
        claimed = {SearchFinding.FOUND: 1, SearchFinding.NONE: 0, SearchFinding.SEVERAL: 2}.get(self.answer.finding)
        return claimed is not None and claimed != len(self.truth)


def draw(kind: str, generator: np.random.Generator, shape: Noise, luck: float = PROCESS_LUCK) -> Machine:
    """Draw a machine: slopes of 0.2 to 1.5, and turns whose pairs spread by 5 to 30%."""
    slope = math.exp(generator.uniform(math.log(0.2), math.log(1.5)))
    noise = generator.uniform(0.05, 0.30)
    sign = int(generator.choice([-1, 1]))
    middle, height = generator.uniform(math.log(1.5e5), math.log(5e6)), 0.0
    if kind == "none":
        middle, height = math.log(2e7), generator.uniform(0.1, 1.0) + slope * 0.5
    if kind == "two":
        middle, height = generator.uniform(math.log(6e5), math.log(4e6)), slope * generator.uniform(1.0, 1.5)
    return Machine(kind, slope, middle, height, noise, shape, luck, sign)


def trial(machine: Machine, generator: np.random.Generator, within: float = 0.10, processes: int = PROCESSES) -> Trial:
    """Search on a machine."""
    simulated = Simulated(machine, generator, processes)
    answer = Search(simulated, SCALES, within).run()
    sizes = [point.size for point in answer.points]
    return Trial(machine, answer, machine.crossings(min(sizes), max(sizes)), simulated.elapsed_s)


def lines(draws: int, processes: int) -> Iterator[str]:
    yield f"{draws} machines each, {processes} processes a side, {SECONDS:g} s"
    for luck in (PROCESS_LUCK, 2 * PROCESS_LUCK):
        for name, shape in NOISES.items():
            for kind in KINDS:
                generator = np.random.default_rng([len(name), KINDS.index(kind), round(100 * luck)])
                trials = [
                    trial(draw(kind, generator, shape, luck), generator, processes=processes) for _ in range(draws)
                ]
                yield f"noise {name}, luck {luck:.0%}, {kind}: {'; '.join(said_of(trials))}"


def said_of(trials: list[Trial]) -> Iterator[str]:
    """How often the searches were right, and what they took."""
    said = Counter(each.answer.finding for each in trials)
    yield ", ".join(f"{finding} {count / len(trials):.1%}" for finding, count in said.most_common())
    yield f"wrong {share(each.is_wrong for each in trials)}"
    if edged := [each for each in trials if each.answer.edge]:
        yield f"one-sided {len(edged) / len(trials):.1%}, of which {share(each.is_edge_held for each in edged)} hold"
    if located := [each for each in trials if each.answer.finding is SearchFinding.FOUND and len(each.truth) == 1]:
        within = np.median([each.answer.crossing.within for each in located if each.answer.crossing])
        yield f"{share(each.is_held for each in located)} of intervals hold it, half within {within:.1%}"
        if easy := [each for each in located if each.machine.slope >= STEEP and each.machine.noise <= CALM]:
            yield f"at {np.median([each.cost() for each in easy]):.1f} times the least pairs where that is easy"
    elapsed_s = [each.elapsed_s for each in trials]
    yield f"half take {np.median(elapsed_s):.0f} s, all {max(elapsed_s):.0f} s at most"


def share(flags: Iterable[bool]) -> str:
    return f"{np.mean(list(flags)):.1%}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--processes", type=int, default=PROCESSES)
    options = parser.parse_args()
    for line in lines(options.draws, options.processes):
        print(line, flush=True)


if __name__ == "__main__":
    program.run("find_coverage", main)
