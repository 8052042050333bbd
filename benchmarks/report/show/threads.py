"""What a table of devices says of the CPU's threads: a crossover against a CPU that could be faster is none."""

from collections.abc import Iterator

from crossover.benchmarks.report.analysis.axis import Axis
from crossover.benchmarks.report.analysis.compare import CPU, THREADS, Key, Ratio, compare
from crossover.benchmarks.report.analysis.grouping import grouped
from crossover.benchmarks.report.analysis.remarks import scale_list
from crossover.benchmarks.report.analysis.result import Result
from crossover.benchmarks.report.analysis.speedups import speedups
from crossover.benchmarks.report.show.sentences import crossover_sentence
from crossover.benchmarks.report.show.wording import busy_mark, interval_text
from crossover.benchmarks.runs import units

__all__ = ["notes"]

ANY_THREADS = Key(("device", "other_threads"), lambda result: result.device)
"""Devices, the CPU with whatever number of threads was chosen for it."""


def notes(results: list[Result], axis: Axis) -> list[str]:
    """The CPU's number of threads, the scales at which another is faster, and the crossovers with the fastest."""
    own = [result for result in results if result.device == CPU and result.threads and not result.other_threads]
    if not own:
        return []
    number = own[0].threads or 0
    ratios = compare([result for result in results if result.device == CPU], THREADS, THREADS.label(own[0]))
    faster = [each for each in ratios.values() if (each.low if each.has_interval else each.value) > 1]
    lines = [f"{CPU}: with {units.threads(number)}, torch's own number"]
    if not faster:
        return lines
    return [*lines, *map(faster_words, by_number(faster), [number] * len(faster)), *with_best(results, faster, axis)]


def by_number(ratios: list[Ratio]) -> list[list[Ratio]]:
    return list(grouped(ratios, lambda each: each.contender.threads).values())


def faster_words(ratios: list[Ratio], number: int) -> str:
    """`cpu is faster with 1 thread than with its 2 at scales 1-2: 1.4x [1.3, 1.5] at 1, 1.2x [1.1, 1.3] at 2`."""
    ordered = sorted(ratios, key=lambda each: each.contender.scale)
    parts = [
        f"{units.significant(each.value)}x{interval_text(each, units.significant)} at {each.contender.scale}"
        f"{busy_mark(each.contender) or busy_mark(each.baseline)}"
        for each in ordered
    ]
    other = units.threads(ordered[0].contender.threads or 0)
    where = scale_list([each.contender.scale for each in ordered])
    return f"{CPU} is faster with {other} than with its {number} at {where}: {', '.join(parts)}"


def with_best(results: list[Result], faster: list[Ratio], axis: Axis) -> Iterator[str]:
    """The crossovers of the devices with the CPU as fast as it was with any number of threads."""
    best: dict[int, Ratio] = {}
    for each in sorted(faster, key=lambda each: each.value):
        best[each.contender.scale] = each
    chosen = {each.contender for each in best.values()}
    replaced = {each.baseline for each in best.values()}
    shown = [result for result in results if result in chosen or (not result.other_threads and result not in replaced)]
    found = speedups(shown, ANY_THREADS, axis=axis)
    for crossover in found.crossovers:
        if crossover.span:
            yield f"with the CPU's fastest number of threads at each scale, {crossover_sentence(crossover, found)}"
