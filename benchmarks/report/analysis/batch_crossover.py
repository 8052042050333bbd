"""The batch sizes at which a device overtakes the CPU, or the CPU the device, at each number of parameters."""

from collections.abc import Iterator
from dataclasses import dataclass

from crossover.benchmarks.report.analysis import crossover
from crossover.benchmarks.report.analysis.axis import BATCH_SIZE
from crossover.benchmarks.report.analysis.compare import CPU, DEVICE, compare
from crossover.benchmarks.report.analysis.crossover import Crossover
from crossover.benchmarks.report.analysis.result import Result, grouped

__all__ = ["BatchCrossover", "batch_crossovers"]


@dataclass(frozen=True)
class BatchCrossover:
    """Where a device is faster than the CPU at one scale, and where it is not."""

    scale: int
    parameters: int
    found: Crossover
    fewest_rounds: int


def batch_crossovers(results: list[Result]) -> Iterator[BatchCrossover]:
    """The crossover of each device at each scale that was measured on both sides in several batch sizes.

    Both sides of a ratio train on as many samples, so that it is one of samples a second.
    """
    alike = grouped(compare(results, DEVICE, CPU).values(), lambda each: (each.contender.scale, each.contender.device))
    for scale, device in sorted(alike, key=lambda key: key[0]):
        of_scale = alike[scale, device]
        if len(of_scale) > 1:
            fewest = min(len(side.rounds_s) for each in of_scale for side in (each.baseline, each.contender))
            parameters = of_scale[0].contender.parameters
            yield BatchCrossover(scale, parameters, crossover.find(device, of_scale, BATCH_SIZE), fewest)
