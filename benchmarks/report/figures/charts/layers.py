"""The layers of a chart, from back to front."""

import math
from collections.abc import Iterator
from typing import Any, Literal

import altair as alt
import pandas as pd

from crossover.benchmarks.report.figures.charts import axes
from crossover.benchmarks.report.figures.charts.panel import Panel
from crossover.benchmarks.report.show.series import Quantity

__all__ = ["chart"]

MOST_LABELS = 4
"""With more crossovers, labels would hide the lines; the marks stay."""

BREAKS: Literal["break-paths-show-path-domains"] = "break-paths-show-path-domains"
"""A line ends where a cell was left out and starts again after it."""

TOUCH_SIZE = 500
"""Square pixels around a point in which it shows its value: a finger is wide."""


def chart(panel: Panel) -> Any:
    """The chart of one quantity: intervals as bands, the line at 1, limits, lines, crossovers, and left-out cells."""
    makers = (bands, line_at_one, limits, lines, crossovers, left_out)
    return alt.layer(*(layer for make in makers for layer in make(panel))).properties(height=panel.height)


def bands(panel: Panel) -> Iterator[alt.Chart]:
    points = panel.curves.points
    if points["low"].notna().any():
        yield panel.placed(points, y="low").mark_area(opacity=0.22, invalid=BREAKS).encode(y2="high:Q")


def line_at_one(panel: Panel) -> Iterator[alt.Chart]:
    if panel.curves.quantity is not Quantity.TIME:
        yield alt.Chart(pd.DataFrame({"value": [1.0]})).mark_rule(color=panel.theme.muted).encode(y=panel.y())


def limits(panel: Panel) -> Iterator[alt.Chart]:
    points = panel.curves.points
    if points["limit"].notna().any():
        yield panel.placed(points, y="limit").mark_line(strokeDash=[2, 3], strokeWidth=1.5, invalid=BREAKS)


def lines(panel: Panel) -> Iterator[alt.Chart]:
    base = panel.placed(panel.curves.points)
    yield base.mark_line(strokeWidth=2, invalid=BREAKS).encode(strokeDash=panel.dash)
    points = base.mark_point(filled=True, size=55, opacity=1, aria=not panel.on_page)  # those below say more
    yield points.encode(shape=panel.shape)
    yield from disturbed(panel)
    if panel.on_page:
        yield base.mark_point(size=TOUCH_SIZE, opacity=0, filled=True).encode(tooltip=tooltip(panel))


def disturbed(panel: Panel) -> Iterator[alt.Chart]:
    """A ring around each point that rests on rounds that others disturbed."""
    found = panel.curves.points[panel.curves.points["busy"] & panel.curves.points["value"].notna()]
    if not found.empty:
        ring = panel.placed(found, color=panel.theme.muted)
        yield ring.mark_point(size=190, strokeWidth=1.5, strokeDash=[2, 2], filled=False, opacity=1)


def tooltip(panel: Panel) -> list[alt.Tooltip]:
    shown = [alt.Tooltip("series:N"), alt.Tooltip("scale:Q"), alt.Tooltip(f"{panel.size}:Q", format=",")]
    shown.append(alt.Tooltip("text:N", title=str(panel.curves.quantity)))
    if panel.curves.points["limit"].notna().any():
        shown.append(alt.Tooltip("limit_text:N", title="limit"))
    return shown


def crossovers(panel: Panel) -> Iterator[alt.Chart]:
    """A mark where a line passes 1, a bar for its interval, and its size in words."""
    found = panel.curves.crossings.sort_values(panel.size).assign(value=1.0)
    if found.empty:
        return
    known = found[found["low"].notna() | found["high"].notna()]
    low, high = panel.sizes
    if not known.empty:
        bar = panel.placed(known.fillna({"low": low, "high": high}), x="low")
        yield bar.mark_rule(strokeWidth=8, opacity=0.45).encode(x2="high:Q")
    shown = [alt.Tooltip("series:N"), alt.Tooltip("text:N", title="crossover")]
    mark = panel.placed(found).mark_point(size=110, strokeWidth=2.5, fill=panel.theme.ground, opacity=1)
    yield mark.encode(tooltip=shown)
    if len(found) <= MOST_LABELS:
        for row in range(len(found)):
            yield crossover_label(panel, found.iloc[[row]], row)


def crossover_label(panel: Panel, found: pd.DataFrame, row: int) -> alt.Chart:
    """The size of a crossover in words, below and to its right if there is room: a rising line leaves that free."""
    is_left = position(panel, float(found[panel.size].iloc[0])) < 0.5
    words = found["series"] + ": " + found["text"] if len(panel.curves.crossings) > 1 else found["text"]
    side: dict[str, Any] = {"align": "left", "dx": 10} if is_left else {"align": "right", "dx": -10}
    below = (14 + 16 * row) * (1 if is_left else -1)
    base = panel.placed(found.assign(words=words), color=panel.theme.text).encode(text="words:N")
    label: alt.Chart = base.mark_text(fontSize=13, fontWeight="bold", baseline="middle", dy=below, **side)
    return label


def left_out(panel: Panel) -> Iterator[alt.Chart]:
    """A cross at the edge for each cell that was left out, a row for each series, with the reason where it changes."""
    shown = [alt.Tooltip("series:N"), alt.Tooltip(f"{panel.size}:Q", format=","), alt.Tooltip("left_out:N", title=" ")]
    for name, row in panel.edge_rows.items():
        missing = panel.missing[panel.missing["series"] == name].sort_values(panel.size)
        distance = axes.ROW_HEIGHT * (row + 0.5)
        y = alt.value(distance if panel.curves.quantity is Quantity.TIME else panel.height - distance)
        marks = panel.placed(missing).mark_point(shape="M-1,-1L1,1M-1,1L1,-1", size=40, strokeWidth=2, opacity=1)
        yield marks.encode(y=y, tooltip=shown)
        reasons = missing.drop_duplicates("left_out").assign(words=missing["left_out"])
        if len(panel.names) > 1:
            reasons["words"] = name + ": " + reasons["left_out"]
        yield reason_label(panel, reasons).encode(y=y)


def reason_label(panel: Panel, reasons: pd.DataFrame) -> alt.Chart:
    """The reason beside the first cell that has it, on the side that has room."""
    is_left = position(panel, float(reasons[panel.size].min())) < 0.4
    side: dict[str, Any] = {"align": "left", "dx": 9} if is_left else {"align": "right", "dx": -9}
    base = panel.placed(reasons, color=panel.theme.muted).encode(text="words:N")
    label: alt.Chart = base.mark_text(fontSize=12, baseline="middle", **side)
    return label


def position(panel: Panel, size: float) -> float:
    """Where a size lies: 0 at the left end, 1 at the right end."""
    low, high = map(math.log, panel.sizes)
    return (math.log(size) - low) / (high - low)
