"""What was left out and what not to trust: one line for each reason, with the cells that share it."""

from collections.abc import Sequence

from crossover.benchmarks.report.analysis.grouping import grouped
from crossover.benchmarks.report.analysis.result import Result

__all__ = ["remarks", "scale_list"]


def remarks(results: Sequence[Result]) -> list[str]:
    """A line for each status with its reason and for each remark on rounds, with the cells that share it."""
    said = [(line, result) for result in sorted(results, key=lambda result: result.scale) for line in lines_on(result)]
    shared = grouped(said, lambda each: each[0])
    return [f"{cell_list([result for _, result in each], results)}: {line}" for line, each in shared.items()]


def lines_on(result: Result) -> list[str]:
    if not result.is_measured:
        return [f"{result.status}: {result.reason}", *result.remarks]
    return [*([result.reason] if result.reason else []), *result.remarks]


def cell_list(named: Sequence[Result], results: Sequence[Result]) -> str:
    """`cpu, scales 1-5; mps (fused, native), every scale`: variants are named unless all of a device's are meant."""
    if len(named) == len(results) > 1:
        return "every cell"
    every = sorted({result.scale for result in results})
    parts = []
    for device, of_device in grouped(named, lambda result: result.place).items():
        asked = {result.variant for result in results if result.place == device}
        variants = grouped(of_device, lambda result: result.variant)
        scales = {name: tuple(result.scale for result in of_name) for name, of_name in variants.items()}
        for listed, alike in grouped(scales.items(), lambda item: item[1]).items():
            names = [name for name, _ in alike]
            name = device if set(names) == asked else f"{device} ({', '.join(names)})"
            is_every = list(listed) == every and len(every) > 1
            parts.append(f"{name}, {'every scale' if is_every else scale_list(list(listed))}")
    return "; ".join(parts)


def scale_list(scales: list[int]) -> str:
    """`scale 1`, `scales 1-5, 10`: neighbours are joined."""
    runs: list[list[int]] = []
    for scale in scales:
        if runs and scale == runs[-1][-1] + 1:
            runs[-1].append(scale)
        else:
            runs.append([scale])
    parts = [f"{run[0]}" if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    return f"scale{'s' if len(scales) > 1 else ''} {', '.join(parts)}"
