"""Saved runs as one tidy DataFrame, for whoever wants to ask something of their own."""

from math import nan
from statistics import fmean

import pandas as pd

from crossover.benchmarks.runs.cells import Status
from crossover.benchmarks.runs.load import SavedRun

__all__ = ["CELL", "frame_of"]

CELL = ["benchmark", "scale", "batch_size", "device", "threads", "recipe", "case"]
"""The columns that tell one cell of a run from another."""


def frame_of(*runs: SavedRun) -> pd.DataFrame:
    """A row for each round that was timed, in the order they were taken.

    `run` is the file, `taken` its time in UTC, `threads` how many torch had for the CPU's work (0 where the run does
    not say), `case` the values of the case as in the names of cells (such as `memory-2`), `round` counts from 1, and
    `seconds` is the time of the round. `control_seconds` is the time of the control beside it, the mean of before and
    after, and `control` says which one that was; NaN and "" where there was none.
    """
    rows = []
    for run in runs:
        timed = {bench.name: bench for bench in run.saved.benchmarks}
        for cell in run.saved.crossover.cells:
            if cell.status != Status.MEASURED:
                continue
            rounds_s, control = timed[cell.name].stats.data, timed[cell.name].extra_info.control
            beside_s = [fmean(pair) for pair in control.seconds] if control else []
            if len(beside_s) != len(rounds_s):
                control, beside_s = None, [nan] * len(rounds_s)
            rows += [
                {
                    "run": run.label,
                    "machine": run.machine.name,
                    "taken": run.taken,
                    "benchmark": cell.benchmark,
                    "scale": cell.scale,
                    "batch_size": cell.batch_size or run.saved.crossover.workload.batch_size,
                    "parameters": cell.parameters,
                    "device": cell.device,
                    "threads": cell.threads or run.machine.threads or 0,
                    "recipe": cell.recipe,
                    "case": "-".join(map(str, cell.case.values())),
                    "round": number,
                    "seconds": seconds,
                    "control": f"{control.hash}, scale {control.scale}, {control.steps} steps" if control else "",
                    "control_seconds": control_s,
                }
                for number, (seconds, control_s) in enumerate(zip(rounds_s, beside_s, strict=True), start=1)
            ]
    return pd.DataFrame(
        rows,
        columns=[
            "run",
            "machine",
            "taken",
            *CELL[:3],
            "parameters",
            *CELL[3:],
            "round",
            "seconds",
            "control",
            "control_seconds",
        ],
    )
