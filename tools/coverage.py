"""How often an interval holds the truth, by simulation: `python -m tools.coverage`.

Noise is normal, or has heavy tails (Student's t with three degrees of freedom), or 15% of rounds are slowed 1.5 to 3
times. The luck of a process, which all of its rounds share, is in none of these.
"""

import argparse
import math
import zlib
from collections.abc import Callable, Iterator
from functools import cache

import numpy as np

from crossover import program
from crossover.benchmarks.report.analysis import crossover, stats
from crossover.benchmarks.report.analysis.compare import Ratio
from crossover.benchmarks.report.analysis.result import Result
from crossover.benchmarks.report.analysis.stats import Floats, LogEstimate
from crossover.benchmarks.runs.schema import ExtraInfo

SPREAD = 0.1
"""The standard deviation of the logarithm of normal noise; that of heavy tails is larger."""

Noise = Callable[[np.random.Generator, int], Floats]

NOISES: dict[str, Noise] = {
    "normal": lambda generator, count: SPREAD * generator.standard_normal(count),
    "heavy tails": lambda generator, count: SPREAD * generator.standard_t(3, count),
    "15% slowed": lambda generator, count: (
        SPREAD / 3 * generator.standard_normal(count)
        + (generator.random(count) < 0.15) * np.log(generator.uniform(1.5, 3, count))
    ),
}
ROUNDS = (4, 5, 10, 25)
SLOPES = (0.2, 0.4, 0.8, 1.5)


def times(noise: Noise, generator: np.random.Generator, count: int) -> list[float]:
    rounds: list[float] = np.exp(noise(generator, count)).tolist()
    return rounds


@cache
def true_median(noise: Noise) -> float:
    return math.exp(float(np.median(noise(np.random.default_rng(0), 1_000_000))))


def of_cell(noise: Noise, generator: np.random.Generator, count: int) -> LogEstimate:
    """The median of a cell, divided by the true one."""
    truth = true_median(noise)
    return stats.median([each / truth for each in times(noise, generator, count)])


def of_pairs(noise: Noise, generator: np.random.Generator, count: int) -> LogEstimate:
    both = zip(times(noise, generator, count), times(noise, generator, count), strict=True)
    return stats.median([one / other for one, other in both])


def of_two_cells(noise: Noise, generator: np.random.Generator, count: int) -> LogEstimate:
    return stats.quotient(stats.median(times(noise, generator, count)), stats.median(times(noise, generator, count)))


def covered(estimates: Iterator[LogEstimate]) -> float:
    """The share of intervals that hold 1."""
    held = [found.low <= 1 <= found.high for found in estimates]
    return sum(held) / len(held)


def coverage_of_crossovers(slope: float, draws: int, generator: np.random.Generator) -> tuple[float, float]:
    """The share of crossovers, found by five sizes, whose interval holds the true one; and the share found.

    The speedup is a power of the size with this exponent, and passes 1 anywhere among the sizes. An end that is unknown
    holds whatever lies beyond.
    """
    sizes = [10**5, 3 * 10**5, 10**6, 3 * 10**6, 10**7]
    held = found = 0
    for _ in range(draws):
        truth = math.exp(generator.uniform(math.log(sizes[1]), math.log(sizes[-2])))
        ratios = [speedup(size, (size / truth) ** slope, generator) for size in sizes]
        crossing = crossover.find("gpu", ratios).first_up
        if not crossing:
            continue
        found += 1
        low = 0.0 if math.isnan(crossing.low) else crossing.low
        high = math.inf if math.isnan(crossing.high) else crossing.high
        held += low <= truth <= high
    return held / max(found, 1), found / draws


def speedup(size: int, value: float, generator: np.random.Generator) -> Ratio:
    """A measured speedup of 5 pairs of rounds at a size."""
    pairs = stats.median([value * math.exp(each) for each in NOISES["normal"](generator, 5)])
    result = made_up(size)
    return Ratio(**vars(pairs), baseline=result, contender=result)


def made_up(size: int) -> Result:
    return Result(
        run="",
        machine="",
        torch=None,
        source="",
        workload="mlp",
        epochs=1,
        benchmark="",
        scale=1,
        parameters=size,
        step_flop=0,
        is_step_flop_derived=False,
        batch_size=10,
        usual_batch_size=10,
        samples=None,
        device="gpu",
        threads=None,
        usual_threads=None,
        recipe="",
        case={},
        status="measured",
        reason="",
        rounds_s=[],
        details=ExtraInfo(),
        probe=None,
        is_finished=True,
        is_running=False,
        marks=[],
        was_busy=False,
        no_gpu="",
    )


KINDS = {"a cell's median": of_cell, "a ratio of pairs": of_pairs, "a ratio of two cells": of_two_cells}


def lines(draws: int) -> Iterator[str]:
    yield f"{draws} draws each: how often the 95% interval holds the truth"
    for kind, estimate in KINDS.items():
        for name, noise in NOISES.items():
            shares = []
            for count in ROUNDS:
                generator = np.random.default_rng(zlib.crc32(f"{kind} {name} {count}".encode()))
                share = covered(estimate(noise, generator, count) for _ in range(draws))
                shares.append(f"{share:.1%} of {count} rounds")
            yield f"{kind}, noise {name}: {', '.join(shares)}"
    for slope in SLOPES:
        held, found = coverage_of_crossovers(slope, draws // 5, np.random.default_rng(1))
        yield f"a crossover where the speedup grows as size^{slope}: {held:.1%} of those found ({found:.0%})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=10_000)
    for line in lines(parser.parse_args().draws):
        print(line, flush=True)


if __name__ == "__main__":
    program.run("coverage", main)
