"""Each benchmark of a run as a table, in every form that a table is written in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from benchmarks.report import curves, recipes_sheet, speedup_sheet
from benchmarks.report.curves import Curves
from benchmarks.report.recipe_notes import best_recipes
from benchmarks.report.recipes import recipe_table
from benchmarks.report.render import Sheet
from benchmarks.report.sentences import reasons
from benchmarks.report.table import speedup_table


@dataclass(frozen=True)
class Answer:
    """One table, and what a picture of it shows."""

    sheet: Sheet
    rows: list[dict[str, Any]]
    content: dict[str, Any]
    curves: list[Curves]
    reasons: list[str]
    """What explains the crossovers."""

    best: list[str]
    """Of each device, which recipe gains most."""

    @property
    def sentences(self) -> list[str]:
        """Where each device overtakes the CPU, in words."""
        return [found["sentence"] for found in self.content["crossovers"]]


def answers(frame: pd.DataFrame) -> list[Answer]:
    """The table of each benchmark of a run, in the order they were taken."""
    return [ANSWER_OF.get(str(name), by_speedup)(cells) for name, cells in frame.groupby("benchmark", sort=False)]


def by_speedup(frame: pd.DataFrame) -> Answer:
    """Devices side by side: what is asked of every benchmark that has no question of its own."""
    table = speedup_table(frame)
    return Answer(
        speedup_sheet.sheet(table),
        list(speedup_sheet.csv_rows(table)),
        speedup_sheet.json_table(table),
        curves.of_speedup(table),
        reasons(table),
        best=[],
    )


def by_recipe(frame: pd.DataFrame) -> Answer:
    table = recipe_table(frame)
    return Answer(
        recipes_sheet.sheet(table),
        recipes_sheet.csv_rows(table),
        recipes_sheet.json_table(table),
        curves.of_recipes(table),
        reasons(table.by_best),
        best_recipes(table),
    )


ANSWER_OF: dict[str, Callable[[pd.DataFrame], Answer]] = {"recipes": by_recipe}
