"""Inference of one run: loading, latency and throughput, with the speedup of each device over the CPU."""

from dataclasses import dataclass, replace

import pandas as pd

from crossover.benchmarks.report.analysis import stats
from crossover.benchmarks.report.analysis.table import SpeedupTable, speedup_table
from crossover.benchmarks.runs.cases import with_parts

__all__ = ["InferenceTable", "inference_table", "samples_per_second"]

PERCENTILES = {"latency": 0.5, "tail": 0.99}
"""Percentiles of the times of single calls: the median and the 99th."""


@dataclass(frozen=True)
class InferenceTable:
    """A run's cells of inference: for each task a table like that of training."""

    machine: str
    source: str
    tasks: dict[str, SpeedupTable]
    """Times are seconds of one call. `latency_s` and `tail_s` are the median and the 99th percentile of the single
    calls that were saved."""

    @property
    def cells(self) -> pd.DataFrame:
        return pd.concat([table.cells for table in self.tasks.values()])


def inference_table(frame: pd.DataFrame) -> InferenceTable:
    """The table of one run, from its cells of the benchmark `inference` as `load.frame_of` gives them."""
    tasks = {}
    for task, cells in with_parts(frame, "inference").groupby("task", sort=False):
        table = speedup_table(cells)
        tasks[str(task)] = replace(table, cells=with_percentiles(by_call(table.cells)))
    return InferenceTable(frame["machine"].iloc[0], frame["source"].iloc[0], tasks)


def by_call(cells: pd.DataFrame) -> pd.DataFrame:
    """Divide the times of each round by its calls."""
    return cells.assign(**{key: cells[key] / cells["calls"] for key in ("median_s", "low_s", "high_s", "limit_s")})


def with_percentiles(cells: pd.DataFrame) -> pd.DataFrame:
    """Add each of `PERCENTILES` in seconds with its 95% interval, as `tail_s`, `tail_low_s` and `tail_high_s`.

    They are NaN where there are too few calls.
    """
    columns = {}
    for name, share in PERCENTILES.items():
        found = [stats.percentile(times_s, share) for times_s in cells["call_times_s"]]
        for place, end in enumerate(("", "low_", "high_")):
            columns[f"{name}_{end}s"] = [values[place] for values in found]
    return cells.assign(**columns)


def samples_per_second(cell: dict[str, float]) -> tuple[float, float, float]:
    """The samples a second that a device predicts, and the two ends of the 95% interval; NaN where unknown."""
    median, low, high = (cell["batch_size"] / cell[key] for key in ("median_s", "high_s", "low_s"))
    return median, low, high
