"""The map of parameters and batch sizes: who is faster where, by how much, and the line between."""

from collections.abc import Iterator, Mapping
from math import log
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from crossover.benchmarks.report.analysis.compare import CPU
from crossover.benchmarks.report.figures.charts.panel import rounded
from crossover.benchmarks.report.figures.drawn import Drawn
from crossover.benchmarks.report.figures.theme import Theme
from crossover.benchmarks.runs import units

__all__ = ["chart", "line_at_one"]

Place = tuple[float, float]

ROW_HEIGHT = 44

FAINTEST, STRONGEST = 0.1, 0.6
"""Opacities of a cell where neither is faster, and where one is by `MOST` or more."""

MOST = 8.0


def chart(curves: Drawn, theme: Theme) -> Any:
    """A row for each batch size and a column for each number of parameters, evenly spaced, with their speedups."""
    columns, rows = (sorted(curves.points[name].unique()) for name in ("parameters", "batch_size"))
    points = curves.points.assign(
        column=[columns.index(each) for each in curves.points["parameters"]],
        row=[rows.index(each) for each in curves.points["batch_size"]],
    )
    x = axis("column", [units.count(each) for each in columns], "parameters")
    (device,) = points["device"].unique()
    y = axis("row", [f"{each:,}" for each in rows], f"batch size ({curves.points['series'].iloc[0]})")
    layers = [*cells(points, device, theme, x, y), *frontier(points, theme, x, y)]
    return alt.layer(*layers).properties(height=ROW_HEIGHT * len(rows)).resolve_scale(color="independent")


def axis(name: str, labels: list[str], title: str) -> dict[str, Any]:
    """A quantity that counts the columns or rows, whose labels say which each is."""
    texts = f"{labels!r}[datum.value]"
    domain = [-0.5, len(labels) - 0.5]
    return {
        "field": name,
        "type": "quantitative",
        "scale": alt.Scale(domain=domain, nice=False, zero=False),
        "axis": alt.Axis(values=list(range(len(labels))), labelExpr=texts, grid=False, title=title, ticks=False),
    }


def cells(points: pd.DataFrame, device: str, theme: Theme, x: dict[str, Any], y: dict[str, Any]) -> Iterator[alt.Chart]:
    """A coloured field for each speedup, and in each field its number, or why there is none."""
    leaders = [f"{device} is faster", f"{CPU} is faster"]
    measured = points[points["value"].notna()]
    shown = measured.assign(
        leader=np.where(measured["value"] > 1, *leaders),
        strength=(np.log(measured["value"]).abs() / log(MOST)).clip(upper=1.0),
        left=measured["column"] - 0.48,
        right=measured["column"] + 0.48,
        top=measured["row"] - 0.46,
        bottom=measured["row"] + 0.46,
    )
    color = alt.Scale(domain=leaders, range=list(theme.series[:2]))
    yield (
        alt.Chart(rounded(shown))
        .mark_rect()
        .encode(
            x=alt.X(**{**x, "field": "left"}),
            x2="right:Q",
            y=alt.Y(**{**y, "field": "top"}),
            y2="bottom:Q",
            color=alt.Color("leader:N", scale=color, legend=alt.Legend(title=None)),
            opacity=alt.Opacity("strength:Q", scale=alt.Scale(domain=[0, 1], range=[FAINTEST, STRONGEST]), legend=None),
            tooltip=[alt.Tooltip("text:N", title="speedup")],
        )
    )
    texts = points.assign(
        words=[
            f"{units.significant(value)}x{' (busy)' * busy}" if missing == "" else missing
            for value, busy, missing in zip(points["value"], points["busy"], points["left_out"], strict=True)
        ]
    )
    for which, colour in [(texts["left_out"] == "", theme.text), (texts["left_out"] != "", theme.muted)]:
        if which.any():
            text = alt.Chart(rounded(texts[which])).mark_text(fontSize=12, baseline="middle", dy=-ROW_HEIGHT / 4)
            yield text.encode(x=alt.X(**x), y=alt.Y(**y), text="words:N", color=alt.value(colour))


def frontier(points: pd.DataFrame, theme: Theme, x: dict[str, Any], y: dict[str, Any]) -> Iterator[alt.Chart]:
    """The line at which neither is faster."""
    measured = points[points["value"].notna()]
    logs = {
        (float(column), float(row)): log(value)
        for column, row, value in zip(measured["column"], measured["row"], measured["value"], strict=True)
    }
    if found := line_at_one(logs):
        segments = pd.DataFrame([(*one, *other) for one, other in found], columns=["column", "row", "to_x", "to_y"])
        line = alt.Chart(rounded(segments)).mark_rule(strokeWidth=3, strokeCap="round", color=theme.text)
        yield line.encode(x=alt.X(**x), y=alt.Y(**y), x2="to_x:Q", y2="to_y:Q")


def line_at_one(logs: Mapping[Place, float]) -> list[tuple[Place, Place]]:
    """The pieces of the line at which the logarithm of the speedup is 0, by columns and rows (marching squares).

    Columns and rows stand for sizes, so a straight line between two of them is straight in the logarithms of size and
    speedup, as crossovers are interpolated. Nothing is said beside a cell that was left out.
    """
    pieces = []
    for column, row in logs:
        corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
        if not all(corner in logs for corner in corners):
            continue
        sides = zip(corners, corners[1:] + corners[:1], strict=True)
        ends = [between(one, other, logs) for one, other in sides if (logs[one] > 0) != (logs[other] > 0)]
        pieces += list(zip(ends[::2], ends[1::2], strict=True))
    return pieces


def between(one: Place, other: Place, logs: Mapping[Place, float]) -> Place:
    share = logs[one] / (logs[one] - logs[other])
    return one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1])
