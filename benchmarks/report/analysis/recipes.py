"""The table of the recipes of one run, before any formatting."""

from dataclasses import dataclass

import pandas as pd

from crossover.benchmarks.report.analysis import gains, limits, stats
from crossover.benchmarks.report.analysis.table import SpeedupTable, speedup_table
from crossover.benchmarks.runs.cells import Status

__all__ = ["RecipeTable", "recipe_table"]


@dataclass(frozen=True)
class RecipeTable:
    """A run's cells with the gain of each recipe, and the speedup of each device over the CPU by recipe."""

    machine: str
    source: str
    cells: pd.DataFrame
    """Has `gain` with its interval, and `best`: whether the recipe is the fastest of its scale and device."""

    by_article: SpeedupTable | None
    """Every device with the article's loop; None if that was not asked for."""

    by_best: SpeedupTable | None
    """Every device with its best recipe at each scale; None if only recipes of reduced precision were asked for."""


def recipe_table(frame: pd.DataFrame) -> RecipeTable:
    """The table of one run, from its cells of the benchmark `recipes` as `load.frame_of` gives them."""
    cells = with_best(gains.with_gains(limits.with_limits(stats.with_medians(frame))))
    of_article, of_best = frame[frame["recipe"] == gains.BASELINE], frame.loc[representatives(cells)]
    return RecipeTable(
        machine=frame["machine"].iloc[0],
        source=frame["source"].iloc[0],
        cells=cells,
        by_article=None if of_article.empty else speedup_table(of_article),
        by_best=None if of_best.empty else speedup_table(of_best),
    )


def with_best(cells: pd.DataFrame) -> pd.DataFrame:
    """Add `best`: whether a cell is the fastest of its scale and device, among recipes of full precision.

    Reduced precision is different mathematics, so it does not compete. Where only one recipe was measured, none is
    best.
    """
    measured = cells[cells["status"] == Status.MEASURED]
    recipes = measured.groupby(["device", "scale"])["recipe"].transform("count")
    return cells.assign(best=cells.index.isin(representatives(measured[recipes > 1])))


def representatives(cells: pd.DataFrame) -> list[int]:
    """The index of the cell for each scale and device: the fastest in full precision, or any if none was measured."""
    exact = cells[~cells["reduced_precision"]]
    ordered = exact.assign(slowness=slowness(exact)).sort_values("slowness", na_position="last")
    return sorted(ordered.drop_duplicates(["device", "scale"]).index)


def slowness(cells: pd.DataFrame) -> pd.Series:
    """Time / the article's time, from paired rounds: the lowest is the fastest recipe of a scale and device.

    Where the article was not measured, it is the median time in seconds; NaN for a cell that was not measured.
    """
    is_article = (cells["recipe"] == gains.BASELINE) & (cells["status"] == Status.MEASURED)
    return (1 / cells["gain"]).fillna(cells["median_s"].mask(is_article, 1.0))
