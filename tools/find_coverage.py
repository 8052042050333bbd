"""How often `crossover find` would be right, by simulation of its turns: `python -m tools.find_coverage`.

Each machine has its own truth: the log ratio runs straight over log parameters (one crossing or none), or rises and
falls again (two crossings). Its turns spread by their noise, normal or with heavy tails, and its processes by luck.
"""

import argparse
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from crossover import program
from crossover.benchmarks.find.answer import Answer, Finding
from crossover.benchmarks.find.ratios import Point
from crossover.benchmarks.find.search import Search
from tools.ab_coverage import NOISES, PROCESS_LUCK, Noise

__all__ = ["KINDS", "Machine", "Trial", "draw", "trial"]

KINDS = ("one", "none", "two")

SCALES = range(1, 101)

SECONDS = 60.0

START_S = 4.0
"""Starting a process of each side on two cores."""

PREPARE_S, TURN_S = 0.35, 0.12
"""What a process takes to prepare a small size, and a turn of it."""

PARAMETERS_A_SECOND = 2e7
"""How fast a turn of a large size is drawn and trained."""

LONGEST_PAIR_S = SECONDS / 60
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

    def log_ratio(self, parameters: float) -> float:
        """The true log ratio at a size."""
        way = math.log(parameters) - self.middle
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

    def parameters(self, scale: int) -> int:
        return 60_000 * scale**2 + 30_600 * scale + 302  # within 0.1% of the MLP's

    def pair_s(self, scale: int) -> float:
        return 2 * (TURN_S + self.parameters(scale) / PARAMETERS_A_SECOND)

    def refusal(self, scale: int) -> str | None:
        return "too slow" if self.pair_s(scale) > LONGEST_PAIR_S else None

    def take(self, point: Point, process: int) -> None:
        kept = self.prepared[process]
        if point.scale not in kept:
            self.elapsed_s += 2 * PREPARE_S + self.pair_s(point.scale)
            self.prepared[process] = [*kept[-1:], point.scale]
        self.elapsed_s += self.pair_s(point.scale)
        noise = self.machine.noise * self.machine.shape(self.generator)
        point.logs[process].append(self.machine.log_ratio(point.parameters) + self.lucks[process] + noise)

    def used(self) -> float:
        return self.elapsed_s / SECONDS


@dataclass(frozen=True)
class Trial:
    """What a search made of a machine."""

    machine: Machine
    answer: Answer
    truth: list[float]
    """The crossings within the measured sizes."""

    elapsed_s: float

    @property
    def is_held(self) -> bool:
        """Whether the interval of the crossing holds a true one."""
        found = self.answer.crossing
        return found is not None and any(found.low <= each <= found.high for each in self.truth)

    @property
    def is_wrong(self) -> bool:
        """Whether a kind was claimed for sure that is not the true one."""
        claimed = {Finding.FOUND: 1, Finding.NONE: 0, Finding.SEVERAL: 2}.get(self.answer.finding)
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


def trial(machine: Machine, generator: np.random.Generator, within: float = 0.10, processes: int = 3) -> Trial:
    """Search on a machine."""
    simulated = Simulated(machine, generator, processes)
    answer = Search(simulated, SCALES, within).run()
    sizes = [point.parameters for point in answer.points]
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
                said = Counter(each.answer.finding for each in trials)
                words = ", ".join(f"{finding} {count / draws:.1%}" for finding, count in said.most_common())
                located = [each for each in trials if each.answer.finding is Finding.FOUND and len(each.truth) == 1]
                wrong = sum(each.is_wrong for each in trials) / draws
                line = f"noise {name}, luck {luck:.0%}, {kind}: {words}; wrong {wrong:.1%}"
                if located:
                    held = sum(each.is_held for each in located) / len(located)
                    within = np.median([each.answer.crossing.within for each in located if each.answer.crossing])
                    line += f"; {held:.1%} of intervals hold it, half within {within:.0%}"
                yield f"{line}; half take {np.median([each.elapsed_s for each in trials]):.0f} s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--processes", type=int, default=3)
    options = parser.parse_args()
    for line in lines(options.draws, options.processes):
        print(line, flush=True)


if __name__ == "__main__":
    program.run("find_coverage", main)
