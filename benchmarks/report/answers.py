"""Each benchmark of a run as a table, in every form that a table is written in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from benchmarks.report import inference_sheet, loading_sheet, recipes_sheet, speedup_sheet, worlds_sheet
from benchmarks.report.inference import inference_table
from benchmarks.report.loading import loading_table
from benchmarks.report.recipes import recipe_table
from benchmarks.report.render import Sheet
from benchmarks.report.table import speedup_table
from benchmarks.report.worlds import JOINED, world_table


@dataclass(frozen=True)
class Answer:
    """One table."""

    sheet: Sheet
    rows: list[dict[str, Any]]
    content: dict[str, Any]


def answers(frame: pd.DataFrame) -> list[Answer]:
    """The tables of a run in the order they were taken: one a benchmark, or a case where it has no kind of its own."""
    found = []
    for name, cells in frame.groupby("benchmark", sort=False):
        if own := ANSWER_OF.get(str(name)):
            found.append(own(cells))
        else:
            found += [by_speedup(case) for _, case in cells.groupby("case_name", sort=False)]
    return found


def by_speedup(frame: pd.DataFrame) -> Answer:
    """Devices side by side: what is asked of every benchmark that has no question of its own."""
    table = speedup_table(frame)
    return Answer(speedup_sheet.sheet(table), list(speedup_sheet.csv_rows(table)), speedup_sheet.json_table(table))


def by_recipe(frame: pd.DataFrame) -> Answer:
    table = recipe_table(frame)
    return Answer(recipes_sheet.sheet(table), recipes_sheet.csv_rows(table), recipes_sheet.json_table(table))


def of_loading(frame: pd.DataFrame) -> Answer:
    table = loading_table(frame)
    return Answer(loading_sheet.sheet(table), loading_sheet.csv_rows(table), loading_sheet.json_table(table))


def of_inference(frame: pd.DataFrame) -> Answer:
    table = inference_table(frame)
    return Answer(inference_sheet.sheet(table), inference_sheet.csv_rows(table), inference_sheet.json_table(table))


def by_world(frame: pd.DataFrame) -> Answer:
    table = world_table(frame)
    return Answer(worlds_sheet.sheet(table), worlds_sheet.csv_rows(table), worlds_sheet.json_table(table))


ANSWER_OF: dict[str, Callable[[pd.DataFrame], Answer]] = {
    "recipes": by_recipe,
    "loading": of_loading,
    "inference": of_inference,
    JOINED: by_world,
}
