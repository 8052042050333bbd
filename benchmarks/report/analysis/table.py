"""The speedup table of one run, before any formatting."""

from dataclasses import dataclass

import pandas as pd

from crossover.benchmarks.report.analysis import crossover, limits, stats
from crossover.benchmarks.report.analysis.crossover import Crossover
from crossover.benchmarks.report.analysis.speedup import BASELINE, speedups


@dataclass(frozen=True)
class SpeedupTable:
    """A run's cells, the speedup of each device over the CPU, and where it passes 1."""

    machine: str
    source: str
    cells: pd.DataFrame
    speedups: pd.DataFrame
    crossovers: list[Crossover]

    @property
    def devices(self) -> list[str]:
        return list(self.cells["device"].unique())


def speedup_table(frame: pd.DataFrame) -> SpeedupTable:
    """The table of one run, from its cells of one benchmark and recipe as `load.frame_of` gives them."""
    cells = limits.with_limits(stats.with_medians(frame))
    ratios = speedups(cells)
    contenders = [device for device in cells["device"].unique() if device != BASELINE]
    return SpeedupTable(
        machine=frame["machine"].iloc[0],
        source=frame["source"].iloc[0],
        cells=cells,
        speedups=ratios,
        crossovers=[crossover.find(device, ratios[ratios["device"] == device]) for device in contenders],
    )
