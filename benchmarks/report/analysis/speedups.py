"""How much faster each contender is at each size, and where it overtakes the baseline."""

from dataclasses import dataclass

from crossover.benchmarks.report.analysis import crossover
from crossover.benchmarks.report.analysis.axis import PARAMETERS, Axis
from crossover.benchmarks.report.analysis.compare import CPU, DEVICE, Key, Ratio, compare
from crossover.benchmarks.report.analysis.crossover import Crossover
from crossover.benchmarks.report.analysis.result import Result

__all__ = ["Speedups", "speedups"]


@dataclass(frozen=True)
class Speedups:
    """The results of several sizes on several sides, with the speedup of each side over the baseline."""

    results: list[Result]
    key: Key
    baseline: str
    ratios: dict[Result, Ratio]
    crossovers: list[Crossover]
    """One for each contender, in the order of the results."""

    axis: Axis = PARAMETERS
    """What the crossovers are places on."""

    def side(self, label: str) -> list[Result]:
        return [result for result in self.results if self.key.label(result) == label]


def speedups(results: list[Result], key: Key = DEVICE, baseline: str = CPU, axis: Axis = PARAMETERS) -> Speedups:
    """The speedups among results that differ in their size and in the key alone."""
    ratios = compare(results, key, baseline)
    found = [
        crossover.find(str(label), [each for result, each in ratios.items() if key.label(result) == label], axis)
        for label in dict.fromkeys(map(key.label, results))
        if label != baseline
    ]
    return Speedups(results, key, baseline, ratios, found, axis)
