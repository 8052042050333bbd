"""The curves of a picture, before anything is drawn: a quantity against the number of parameters, one line a series."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath
from typing import Any

import pandas as pd

from crossover.benchmarks.report.analysis.crossover import Crossing, Direction
from crossover.benchmarks.report.analysis.gains import BASELINE as ARTICLE
from crossover.benchmarks.report.analysis.recipes import RecipeTable
from crossover.benchmarks.report.analysis.speedup import BASELINE
from crossover.benchmarks.report.analysis.table import SpeedupTable
from crossover.benchmarks.report.show.render import limit_text, speedup_text, time_text
from crossover.benchmarks.runs import units
from crossover.benchmarks.runs.cells import Status
from crossover.benchmarks.runs.records import records

__all__ = ["Curves", "Quantity", "joined", "of_recipes", "of_speedup"]


class Quantity(StrEnum):
    """What is drawn against the number of parameters."""

    SPEEDUP = "speedup"
    GAIN = "gain"
    TIME = "time"


KEYS = ["run", "machine", "device", "recipe"]
"""What distinguishes one line from another."""

POINTS = [*KEYS, "scale", "parameters", "value", "low", "high", "limit", "text", "limit_text", "left_out"]
CROSSINGS = [*KEYS, "parameters", "low", "high", "text"]


@dataclass(frozen=True)
class Curves:
    """One quantity of one or more runs."""

    quantity: Quantity
    points: pd.DataFrame
    """A row for each cell, with `POINTS`. `value`, `low`, `high` and `limit` are ratios or seconds, NaN where unknown;
    `left_out` says why there is no value. After `joined`, `series` is there too."""

    crossings: pd.DataFrame
    """A row for each place where a line passes 1, with `CROSSINGS`: parameters, and an interval with NaN for an end
    that is unknown. After `joined`, `series` is there too."""


def of_speedup(table: SpeedupTable) -> list[Curves]:
    """The speedup of each device over the CPU, where there is one, and the times."""
    return [curves for curves in (speedups([(None, table)]), times(table.cells)) if not curves.points.empty]


def of_recipes(table: RecipeTable) -> list[Curves]:
    """The speedups with the article's loop and with the best recipe of each, the gains over that loop, and times."""
    tables = [(ARTICLE, table.by_article), ("best recipe", table.by_best)]
    drawn = [speedups([(name, each) for name, each in tables if each]), gains(table.cells), times(table.cells)]
    return [curves for curves in drawn if not curves.points.empty]


def speedups(tables: list[tuple[str | None, SpeedupTable]]) -> Curves:
    """Lines of speedup, by the recipe that each table stands for; with None, each cell keeps its own recipe."""
    points, crossings = [], []
    for recipe, table in tables:
        cells = table.cells if recipe is None else table.cells.assign(recipe=recipe)
        base = {cell["scale"]: cell for cell in records(cells[cells["device"] == BASELINE])}
        ratios = {(ratio["device"], ratio["scale"]): ratio for ratio in records(table.speedups)}
        shown = {device for device, _ in ratios}
        for cell in records(cells[cells["device"].isin(shown)]):
            ratio = ratios.get((cell["device"], cell["scale"]))
            row = point(cell, ratio, "speedup")
            points.append(row if ratio else row | {"left_out": why_no_speedup(cell, base.get(cell["scale"]))})
        for found in table.crossovers:
            crossings += [crossing_row(cells.iloc[0], found.device, each) for each in found.crossings]
    return Curves(Quantity.SPEEDUP, of_points(points), of_crossings(crossings))


def why_no_speedup(cell: dict[str, Any], base: dict[str, Any] | None) -> str:
    """The status of the device's cell, or of the CPU's cell if the device was measured."""
    if cell["status"] != Status.MEASURED:
        return str(cell["status"])
    return f"{BASELINE} {base['status'] if base else 'not asked for'}"


def gains(cells: pd.DataFrame) -> Curves:
    """Lines of gain over the article's loop on the same device, for recipes that have a gain anywhere."""
    cells = cells[cells["recipe"] != ARTICLE]
    shown = cells[cells["gain"].notna()][["device", "recipe"]].drop_duplicates()
    points = []
    for cell in records(cells.merge(shown, on=["device", "recipe"])):
        ratio = {"speedup": cell["gain"], "low": cell["gain_low"], "high": cell["gain_high"]}
        row = point(cell, None if math.isnan(cell["gain"]) else ratio, "speedup")
        points.append(row if row["left_out"] != Status.MEASURED else row | {"left_out": f"{ARTICLE} not measured"})
    return Curves(Quantity.GAIN, of_points(points), of_crossings([]))


def times(cells: pd.DataFrame) -> Curves:
    """Lines of time, with the least time that the machine would need, for devices and recipes that ran anywhere."""
    shown = cells[cells["status"] == Status.MEASURED][["device", "recipe"]].drop_duplicates()
    points = []
    for cell in records(cells.merge(shown, on=["device", "recipe"])):
        measured = {"time": cell["median_s"], "low": cell["low_s"], "high": cell["high_s"]}
        row = point(cell, measured if cell["status"] == Status.MEASURED else None, "time")
        points.append(row | {"limit": cell["limit_s"], "limit_text": limit_text(cell)})
    return Curves(Quantity.TIME, of_points(points), of_crossings([]))


def point(cell: dict[str, Any], measured: dict[str, Any] | None, key: str) -> dict[str, Any]:
    """A row of `POINTS` from a cell and, where it was measured, its ratio or its time."""
    row = {name: cell[name] for name in [*KEYS, "scale", "parameters"]}
    row |= {"limit": math.nan, "limit_text": "", "left_out": ""}
    if measured is None:
        return row | {"value": math.nan, "low": math.nan, "high": math.nan, "text": "", "left_out": cell["status"]}
    text = time_text(cell) if key == "time" else speedup_text(measured)
    return row | {"value": measured[key], "low": measured["low"], "high": measured["high"], "text": text}


def crossing_row(cell: Any, device: str, crossing: Crossing) -> dict[str, Any]:
    """A row of `CROSSINGS`; for a crossing down, the text says that it leads to the CPU."""
    text = f"{units.count(crossing.parameters)} parameters"
    if crossing.direction is Direction.DOWN:
        text += f", to {BASELINE}"
    ends = {"parameters": crossing.parameters, "low": crossing.low, "high": crossing.high}
    return {**{name: cell[name] for name in KEYS}, "device": device, **ends, "text": text}


def of_points(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return frame(rows, POINTS, ["value", "low", "high", "limit"])


def of_crossings(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return frame(rows, CROSSINGS, ["parameters", "low", "high"])


def frame(rows: list[dict[str, Any]], columns: list[str], numbers: list[str]) -> pd.DataFrame:
    """Rows as a frame. The number columns are float even if empty, so that they stay numbers when joined to others."""
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(numbers, float))


def joined(curves: Iterable[Curves]) -> list[Curves]:
    """The curves of all runs, one for each quantity, with `series`: a name from whatever distinguishes the lines."""
    given = list(curves)
    names = series_names(pd.concat([each.points for each in given])[KEYS].drop_duplicates()) if given else {}
    result = []
    for quantity in Quantity:
        parts = [each for each in given if each.quantity is quantity]
        if parts:
            frames = [[getattr(each, name) for each in parts] for name in ("points", "crossings")]
            points, crossings = (with_series(pd.concat(each, ignore_index=True), names) for each in frames)
            result.append(Curves(quantity, points, crossings))
    return result


def with_series(rows: pd.DataFrame, names: dict[tuple[str, ...], str]) -> pd.DataFrame:
    return rows.assign(series=[names[key] for key in rows[KEYS].itertuples(index=False, name=None)])


def series_names(lines: pd.DataFrame) -> dict[tuple[str, ...], str]:
    """`mps` where only devices differ, `apple-m2-max mps, fused` where machines and recipes do too."""
    several = {key: lines[key].nunique() > 1 for key in KEYS}
    short = {run: name for _, runs in lines.groupby("machine")["run"] for run, name in run_names(set(runs)).items()}
    names: dict[tuple[str, ...], str] = {}
    for run, machine, device, recipe in lines.itertuples(index=False, name=None):
        place = [machine] * several["machine"] + [short[run]] * bool(short[run])
        names[run, machine, device, recipe] = " ".join([*place, device]) + f", {recipe}" * several["recipe"]
    return names


def run_names(runs: set[str]) -> dict[str, str]:
    """Short names for the runs of one machine: the numbers that pytest-benchmark gave their files."""
    if len(runs) == 1:
        return dict.fromkeys(runs, "")
    numbers = {run: PurePath(run).stem.partition("_")[0] for run in runs}
    return numbers if len(set(numbers.values())) == len(runs) else {run: run for run in runs}
