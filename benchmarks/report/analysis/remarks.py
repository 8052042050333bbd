"""What was left out and what not to trust: one line for each reason, with the cells that share it."""

from collections import defaultdict
from typing import Any

import pandas as pd

from crossover.benchmarks.runs.cells import Status
from crossover.benchmarks.runs.records import records

__all__ = ["remarks", "scale_list"]

Scales = list[int]


def remarks(cells: pd.DataFrame) -> list[str]:
    """A line for each status with its reason and for each remark on rounds, with the cells that share it."""
    shared: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for cell in records(cells.sort_values("scale", kind="stable")):
        lines = [cell["reason"]] if cell["reason"] else []
        if cell["status"] != Status.MEASURED:
            lines = [f"{cell['status']}: {cell['reason']}"]
        for line in [*lines, *cell["remarks"]]:
            shared[line].append((cell["device"], variant(cell), cell["scale"]))
    return [f"{cell_list(keys, cells)}: {line}" for line, keys in shared.items()]


def variant(cell: Any) -> str:
    """The name that sets a cell apart within its scale and device: its case, or its recipe if it has none."""
    return str(cell["case_name"] or cell["recipe"])


def cell_list(keys: list[tuple[str, str, int]], cells: pd.DataFrame) -> str:
    """`cpu, scales 1-5; mps (fused, native), every scale`: variants are named unless all of a device's are meant."""
    if len(keys) == len(cells) > 1:
        return "every cell"
    every = sorted(cells["scale"].unique())
    parts = []
    for device in dict.fromkeys(device for device, _, _ in keys):
        asked = {variant(cell) for cell in records(cells[cells["device"] == device])}
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
