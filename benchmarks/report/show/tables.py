"""Each benchmark of a run as a table, in every form in which a table is written."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from crossover.benchmarks.report.analysis.inference import inference_table
from crossover.benchmarks.report.analysis.loading import loading_table
from crossover.benchmarks.report.analysis.recipes import recipe_table
from crossover.benchmarks.report.analysis.scaling import JOINED, scaling_table
from crossover.benchmarks.report.analysis.table import speedup_table
from crossover.benchmarks.report.show import (
    inference_sheet,
    loading_sheet,
    recipes_sheet,
    scaling_sheet,
    series,
    speedup_sheet,
)
from crossover.benchmarks.report.show.recipe_notes import best_recipes
from crossover.benchmarks.report.show.render import Sheet
from crossover.benchmarks.report.show.sentences import reasons
from crossover.benchmarks.report.show.series import Curves

__all__ = ["TABLES", "Answer", "answers"]


@dataclass(frozen=True)
class Answer:
    """One table, and what a picture of it shows."""

    sheet: Sheet
    rows: list[dict[str, Any]]
    content: dict[str, Any]
    curves: list[Curves] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    """What explains the crossovers."""

    best: list[str] = field(default_factory=list)
    """The recipe with the most gain on each device, in words."""

    @property
    def sentences(self) -> list[str]:
        """Where each device overtakes the CPU, in words."""
        return [found["sentence"] for found in self.content["crossovers"]]


def answers(frame: pd.DataFrame) -> list[Answer]:
    """The tables of a run in the order of their benchmarks: one for each, or for each case of an unknown benchmark."""
    found = []
    for name, cells in frame.groupby("benchmark", sort=False):
        if name in TABLES:
            found.append(of_table(cells, *TABLES[str(name)]))
        elif name == "recipes":
            found.append(by_recipe(cells))
        else:
            found += [of_unknown(case) for _, case in cells.groupby("case_name", sort=False)]
    return found


def of_unknown(cells: pd.DataFrame) -> Answer:
    """The table of a benchmark that is of no known kind: by recipe if there are several recipes, else by device."""
    return by_recipe(cells) if cells["recipe"].nunique() > 1 else by_speedup(cells)


def by_speedup(frame: pd.DataFrame) -> Answer:
    """The table of devices side by side, for every benchmark without a question of its own."""
    table = speedup_table(frame)
    return Answer(
        speedup_sheet.sheet(table),
        list(speedup_sheet.csv_rows(table)),
        speedup_sheet.json_table(table),
        series.of_speedup(table),
        reasons(table),
    )


def by_recipe(frame: pd.DataFrame) -> Answer:
    table = recipe_table(frame)
    return Answer(
        recipes_sheet.sheet(table),
        recipes_sheet.csv_rows(table),
        recipes_sheet.json_table(table),
        series.of_recipes(table),
        reasons(table.by_best) if table.by_best else [],
        best_recipes(table),
    )


def of_table(frame: pd.DataFrame, table_of: Callable[[pd.DataFrame], Any], sheets: Any) -> Answer:
    """The table of a benchmark that has no picture, from the function that makes it and the module that shows it."""
    table = table_of(frame)
    return Answer(sheets.sheet(table), sheets.csv_rows(table), sheets.json_table(table))


TABLES: dict[str, tuple[Callable[[pd.DataFrame], Any], Any]] = {
    "loading": (loading_table, loading_sheet),
    "inference": (inference_table, inference_sheet),
    JOINED: (scaling_table, scaling_sheet),
}
"""The benchmarks that have no picture, with the function that makes each table and the module that shows it."""
