"""Saved runs as one tidy DataFrame, for whoever wants to ask something of their own."""

import pandas as pd

from crossover.benchmarks.runs.cells import Status
from crossover.benchmarks.runs.load import SavedRun

__all__ = ["CELL", "frame_of"]

CELL = ["benchmark", "scale", "device", "recipe", "case"]
"""The columns that tell one cell of a run from another."""


def frame_of(*runs: SavedRun) -> pd.DataFrame:
    """A row for each round that was timed, in the order they were taken.

    `run` is the file, `taken` its time in UTC, `case` the values of the case as in the names of cells (such as
    `memory-2`), `round` counts from 1, and `seconds` is the time of the round.
    """
    rows = []
    for run in runs:
        rounds_s = {bench.name: bench.stats.data for bench in run.saved.benchmarks}
        for cell in run.saved.crossover.cells:
            if cell.status != Status.MEASURED:
                continue
            rows += [
                {
                    "run": run.label,
                    "machine": run.machine.name,
                    "taken": run.taken,
                    "benchmark": cell.benchmark,
                    "scale": cell.scale,
                    "parameters": cell.parameters,
                    "device": cell.device,
                    "recipe": cell.recipe,
                    "case": "-".join(map(str, cell.case.values())),
                    "round": number,
                    "seconds": seconds,
                }
                for number, seconds in enumerate(rounds_s[cell.name], start=1)
            ]
    return pd.DataFrame(
        rows, columns=["run", "machine", "taken", *CELL[:2], "parameters", *CELL[2:], "round", "seconds"]
    )
