"""The curves of all runs of a picture together, as frames for the library that draws them."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import PurePath
from typing import Any

import pandas as pd

from crossover.benchmarks.report.analysis.axis import PARAMETERS, Axis
from crossover.benchmarks.report.analysis.grouping import grouped
from crossover.benchmarks.report.show.series import Curves, Marked, Point, Quantity

__all__ = ["Drawn", "is_by_batch", "joined", "maps"]

KEYS = ["run", "machine", "device", "recipe", "batch_size"]
"""What distinguishes one line from another."""


@dataclass(frozen=True)
class Drawn:
    """One quantity of one or more runs."""

    quantity: Quantity
    axis: Axis
    points: pd.DataFrame
    """A row for each `series.Point`, with the name of its line in `series` and its size under the title of the axis."""

    crossings: pd.DataFrame
    """A row for each `series.Marked`, likewise."""

    title: str = ""
    """What the quantity is called, where it is not what its kind says."""


def joined(curves: Iterable[Curves]) -> list[Drawn]:
    """The curves of all runs, one for each quantity. Lines are named after whatever distinguishes them.

    A point that stands in several tables is drawn once.
    """
    given = list(curves)
    names = series_names(frame([point for each in given for point in each.points], Point)[KEYS].drop_duplicates())
    together = grouped(given, lambda each: each.quantity)
    drawn = [one_of(together[quantity], names) for quantity in Quantity if quantity in together]
    return [each for each in drawn if each.quantity is not Quantity.TIME or each.points["value"].notna().any()]


def one_of(parts: list[Curves], names: dict[tuple[object, ...], str]) -> Drawn:
    """One quantity of all runs."""
    quantity, axis = parts[0].quantity, parts[0].axis
    points = frame([point for each in parts for point in each.points], Point).drop_duplicates(ignore_index=True)
    points = per_sample(points) if quantity is Quantity.TIME and is_by_batch(points) else points
    crossings = frame([mark for each in parts for mark in each.crossings], Marked)
    shown, marks = (with_series(rows, names).rename(columns={"size": axis.title}) for rows in (points, crossings))
    return Drawn(quantity, axis, shown, marks)


def frame(rows: list[Any], kind: type[Any]) -> pd.DataFrame:
    """Dataclasses as a frame. Its columns have the types of the fields even if it is empty."""
    types = {each.name: "object" if each.type is str else each.type for each in fields(kind)}
    return pd.DataFrame([vars(row) for row in rows], columns=list(types)).astype(types)


def maps(speedups: Drawn) -> list[Drawn]:
    """The speedups of each device of each run as a map of its batch sizes; none where there is only one.

    Parameters alone stay the same from one batch size to the next.
    """
    if speedups.axis is not PARAMETERS or not is_by_batch(speedups.points):
        return []
    lines = speedups.points.assign(batch_size=0)
    named = with_series(lines, series_names(lines[KEYS].drop_duplicates()))["series"]
    points = speedups.points.assign(series=named)
    return [
        Drawn(Quantity.MAP, speedups.axis, own, speedups.crossings.iloc[:0])
        for _, own in points.groupby("series", sort=False)
    ]


def is_by_batch(points: pd.DataFrame) -> bool:
    return points["batch_size"].nunique() > 1


def per_sample(points: pd.DataFrame) -> pd.DataFrame:
    """The times of a sample in the place of those of a round, which has more samples in larger batches.

    A time of a round whose samples are unknown is left out.
    """
    points = points[points["value"].isna() | points["round_samples"].notna()]
    times = points[["value", "low", "high", "limit"]].div(points["round_samples"], axis=0)
    return points.assign(**times, text=[f"{text} a round" if text else "" for text in points["text"]])


def with_series(rows: pd.DataFrame, names: dict[tuple[object, ...], str]) -> pd.DataFrame:
    return rows.assign(series=[names[key] for key in rows[KEYS].itertuples(index=False, name=None)])


def series_names(lines: pd.DataFrame) -> dict[tuple[object, ...], str]:
    """`mps` where only devices differ, `apple-m2-max mps, fused, batch 64` where all that can differ does."""
    several = {key: lines[key].nunique() > 1 for key in KEYS}
    short = {run: name for _, runs in lines.groupby("machine")["run"] for run, name in run_names(set(runs)).items()}
    names: dict[tuple[object, ...], str] = {}
    for run, machine, device, recipe, batch_size in lines.itertuples(index=False, name=None):
        place = [machine] * several["machine"] + [short[run]] * bool(short[run])
        name = " ".join([*place, device]) + f", {recipe}" * several["recipe"]
        names[run, machine, device, recipe, batch_size] = name + f", batch {batch_size}" * several["batch_size"]
    return names


def run_names(runs: set[str]) -> dict[str, str]:
    """Short names for the runs of one machine: the numbers that pytest-benchmark gave their files."""
    if len(runs) == 1:
        return dict.fromkeys(runs, "")
    numbers = {run: PurePath(run).stem.partition("_")[0] for run in runs}
    return numbers if len(set(numbers.values())) == len(runs) else {run: run for run in runs}
