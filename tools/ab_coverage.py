"""How often `crossover ab` would be right, by simulation of its turns: `python -m tools.ab_coverage`.

Each process has its luck, which all its turns share, and each turn its noise: normal, or with heavy tails (Student's t
with 2.5 degrees of freedom, scaled to the same interquartile range).
"""

import argparse
import math
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from crossover import program
from crossover.benchmarks.ab.comparison import MANY
from crossover.benchmarks.ab.ratio_interval import RatioEstimate
from crossover.benchmarks.ab.turns import StoppingRule, take_turns
from crossover.benchmarks.report.analysis.verdict import Verdict

PAIR_NOISE = 0.10
"""The standard deviation of the log ratio of a pair of turns, where their noise is normal."""

PROCESS_LUCK = 0.02
"""The standard deviation of the log ratio of a pair of processes."""

QUARTILE_OF_T = 0.744 / 0.674
"""The upper quartile of Student's t with 2.5 degrees of freedom, by that of the normal distribution."""

Noise = Callable[[np.random.Generator], float]

NOISES: dict[str, Noise] = {
    "normal": lambda generator: float(generator.standard_normal()),
    "heavy tails": lambda generator: float(generator.standard_t(2.5)) / QUARTILE_OF_T,
}


class SimulatedProcess:
    """A process whose turns take a second, but for its own luck, each turn's noise, and the slowdown of its code."""

    def __init__(self, generator: np.random.Generator, noise: Noise, luck: float, slowdown: float = 0.0) -> None:
        self.generator = generator
        self.noise = noise
        self.log_s = math.log1p(slowdown) + luck / math.sqrt(2) * float(generator.standard_normal())

    def ask(self, **_: Any) -> dict[str, Any]:
        log_s = self.log_s + PAIR_NOISE / math.sqrt(2) * self.noise(self.generator)
        return {"seconds": math.exp(log_s), "loss": 0.7}


def cell(
    generator: np.random.Generator,
    limits: StoppingRule,
    *,
    noise: Noise,
    processes: int = MANY,
    luck: float = PROCESS_LUCK,
    slowdown: float = 0.0,
) -> tuple[Verdict, bool, int]:
    """Returns the verdict on a simulated cell, whether an interval of any look missed the truth, and the pairs."""
    seen: list[RatioEstimate] = []
    pairs = [
        (SimulatedProcess(generator, noise, luck), SimulatedProcess(generator, noise, luck, slowdown))
        for _ in range(processes)
    ]
    result = take_turns(pairs, limits, time.perf_counter(), seen.append)
    has_missed = any(found.low > 1 + slowdown or found.high < 1 + slowdown for found in seen)
    return result.verdict, has_missed, result.found.pairs


def lines(draws: int, rounds: int, processes: int) -> Iterator[str]:
    yield f"{draws} cells each, of {rounds} pairs at most and {processes} processes a side"
    for name, noise in NOISES.items():
        for luck in (0.0, PROCESS_LUCK, 2 * PROCESS_LUCK):
            for slowdown, allowed in ((0.0, 1e-9), (0.0, 0.01), (0.05, 0.01), (0.0, 0.10)):
                generator = np.random.default_rng(zlib.crc32(f"{name} {luck} {slowdown}".encode()))
                limits = StoppingRule(allowed, rounds, cell_seconds=0)
                found = [
                    cell(generator, limits, noise=noise, processes=processes, luck=luck, slowdown=slowdown)
                    for _ in range(draws)
                ]
                verdicts = Counter(verdict for verdict, _, _ in found)
                said = ", ".join(f"{verdict} {count / draws:.1%}" for verdict, count in verdicts.most_common())
                yield (
                    f"noise {name}, luck {luck:.0%}, {slowdown:.0%} slower, {allowed:.0%} allowed: {said}; "
                    f"missed {sum(missed for _, missed, _ in found) / draws:.1%}; "
                    f"half are done after {np.median([pairs for _, _, pairs in found]):.0f} pairs"
                )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=350)
    parser.add_argument("--processes", type=int, default=MANY)
    options = parser.parse_args()
    for line in lines(options.draws, options.rounds, options.processes):
        print(line, flush=True)


if __name__ == "__main__":
    program.run("ab_coverage", main)
