"""The recipes of one run: what is in their table, before any formatting."""

from dataclasses import dataclass

import pandas as pd

from benchmarks.report import gains, limits, stats
from benchmarks.report.table import SpeedupTable, speedup_table


@dataclass(frozen=True)
class RecipeTable:
    """A run's cells with the gain of each recipe, and the speedup of each device over the CPU by recipe."""

    machine: str
    source: str
    cells: pd.DataFrame
    """With `gain` and its interval, and `best`: whether it is the fastest of its scale and device."""

    by_article: SpeedupTable | None
    """Every device with the article's loop; None where it was not asked for."""

    by_best: SpeedupTable
    """Every device with its best recipe at each scale."""


def recipe_table(frame: pd.DataFrame) -> RecipeTable:
    """The table of one run, from its cells of the benchmark `recipes`, as `load.frame_of` gives them."""
    cells = with_best(gains.with_gains(limits.with_limits(stats.with_medians(frame))))
    of_article = frame[frame["recipe"] == gains.BASELINE]
    return RecipeTable(
        machine=frame["machine"].iloc[0],
        source=frame["source"].iloc[0],
        cells=cells,
        by_article=None if of_article.empty else speedup_table(of_article),
        by_best=speedup_table(frame.loc[representatives(cells)]),
    )


def with_best(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells with `best`: the least median of each scale and device, among recipes of full precision.

    What computes in less is not the same mathematics. Where only one recipe was measured, none is best.
    """
    measured = cells[cells["status"] == "measured"]
    exact = measured[~measured["reduced_precision"]]
    fastest = exact.groupby(["device", "scale"])["median_s"].idxmin()
    is_alone = measured.groupby(["device", "scale"]).size() == 1
    return cells.assign(best=cells.index.isin(fastest[~is_alone.reindex(fastest.index)]))


def representatives(cells: pd.DataFrame) -> list[int]:
    """The row that stands for a scale and device: the fastest in full precision, or any if none was measured."""
    ordered = cells[~cells["reduced_precision"]].sort_values("median_s")  # what was not measured comes last
    return sorted(ordered.drop_duplicates(["device", "scale"]).index)
