"""The batch sizes at which a device overtakes the CPU, or the CPU the device, at each number of parameters."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from crossover.benchmarks.report.analysis import crossover
from crossover.benchmarks.report.analysis.compare import CPU, DEVICE, Ratio, compare
from crossover.benchmarks.report.analysis.crossover import Crossover
from crossover.benchmarks.report.analysis.result import Result, grouped

__all__ = ["BatchCrossover", "batch_crossovers"]


@dataclass(frozen=True)
class BatchCrossover:
    """Where a device is faster than the CPU at one scale, and where it is not."""

    scale: int
    parameters: int
    found: Crossover
    """Its numbers are batch sizes in the place of parameters."""

    fewest_rounds: int


def batch_crossovers(results: list[Result]) -> Iterator[BatchCrossover]:
    """The crossover of each device at each scale that was measured on both sides in several batch sizes.

    Both sides of a ratio train on as many samples, so that it is one of samples a second.
    """
    ratios = sorted(compare(results, DEVICE, CPU).values(), key=lambda each: each.contender.batch_size)
    alike = grouped(ratios, lambda each: (each.contender.scale, each.contender.device))
    for scale, device in sorted(alike, key=lambda key: key[0]):
        of_scale = alike[scale, device]
        if len(of_scale) > 1:
            fewest = min(len(side.rounds_s) for each in of_scale for side in (each.baseline, each.contender))
            parameters = of_scale[0].contender.parameters
            yield BatchCrossover(scale, parameters, crossover.find(device, list(map(by_batch, of_scale))), fewest)


def by_batch(ratio: Ratio) -> Ratio:
    """The ratio with its batch size where crossovers look for its size."""
    return replace(ratio, contender=replace(ratio.contender, parameters=ratio.contender.batch_size))
