"""Each benchmark of a run as a table, in every form that a table is written in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from benchmarks.report import recipes_sheet, speedup_sheet
from benchmarks.report.recipes import recipe_table
from benchmarks.report.render import Sheet
from benchmarks.report.table import speedup_table


@dataclass(frozen=True)
class Answer:
    """One table."""

    sheet: Sheet
    rows: list[dict[str, Any]]
    content: dict[str, Any]


def answers(frame: pd.DataFrame) -> list[Answer]:
    """The table of each benchmark of a run, in the order they were taken."""
    return [answer(str(name), cells) for name, cells in frame.groupby("benchmark", sort=False)]


def answer(benchmark: str, cells: pd.DataFrame) -> Answer:
    """The table of one benchmark: its own, or one of recipes where there are several, or else one of devices."""
    return ANSWER_OF.get(benchmark, by_recipe if cells["recipe"].nunique() > 1 else by_speedup)(cells)


def by_speedup(frame: pd.DataFrame) -> Answer:
    """Devices side by side: what is asked of every benchmark that has no question of its own."""
    table = speedup_table(frame)
    return Answer(speedup_sheet.sheet(table), list(speedup_sheet.csv_rows(table)), speedup_sheet.json_table(table))


def by_recipe(frame: pd.DataFrame) -> Answer:
    table = recipe_table(frame)
    return Answer(recipes_sheet.sheet(table), recipes_sheet.csv_rows(table), recipes_sheet.json_table(table))


ANSWER_OF: dict[str, Callable[[pd.DataFrame], Answer]] = {"recipes": by_recipe}
