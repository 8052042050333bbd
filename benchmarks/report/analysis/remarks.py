"""What was left out and what not to trust: one line for each reason, with the cells that share it."""

from collections import defaultdict
from collections.abc import Sequence

from crossover.benchmarks.report.analysis.result import Result

__all__ = ["remarks", "scale_list"]


def remarks(results: Sequence[Result]) -> list[str]:
    """A line for each status with its reason and for each remark on rounds, with the cells that share it."""
    shared: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for result in sorted(results, key=lambda result: result.scale):
        lines = [result.reason] if result.reason else []
        if not result.is_measured:
            lines = [f"{result.status}: {result.reason}"]
        for line in [*lines, *result.remarks]:
            shared[line].append((result.place, result.variant, result.scale))
    return [f"{cell_list(keys, results)}: {line}" for line, keys in shared.items()]


def cell_list(keys: list[tuple[str, str, int]], results: Sequence[Result]) -> str:
    """`cpu, scales 1-5; mps (fused, native), every scale`: variants are named unless all of a device's are meant."""
    if len(keys) == len(results) > 1:
        return "every cell"
    every = sorted({result.scale for result in results})
    parts = []
    for device in dict.fromkeys(device for device, _, _ in keys):
        asked = {result.variant for result in results if result.place == device}
        for scales, variants in by_scales(keys, device).items():
            name = device if set(variants) == asked else f"{device} ({', '.join(variants)})"
            listed = "every scale" if list(scales) == every and len(every) > 1 else scale_list(list(scales))
            parts.append(f"{name}, {listed}")
    return "; ".join(parts)


def by_scales(keys: list[tuple[str, str, int]], device: str) -> dict[tuple[int, ...], list[str]]:
    """Variants of a device, grouped by the scales they are listed with."""
    scales: dict[str, list[int]] = defaultdict(list)
    for at, name, scale in keys:
        if at == device:
            scales[name].append(scale)
    variants: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for name, listed in scales.items():
        variants[tuple(listed)].append(name)
    return variants


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
