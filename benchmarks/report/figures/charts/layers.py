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
    return alt.layer(*(layer for make in makers for layer in make(panel)))


def bands(panel: Panel) -> Iterator[alt.Chart]:
    points = panel.curves.points
    if points["low"].notna().any():
        area = panel.of(points).mark_area(opacity=0.22, invalid=BREAKS)
        yield area.encode(x=panel.x(), y=panel.y("low"), y2="high:Q", color=panel.color)


def line_at_one(panel: Panel) -> Iterator[alt.Chart]:
    if panel.curves.quantity is not Quantity.TIME:
        yield alt.Chart(pd.DataFrame({"value": [1.0]})).mark_rule(color=panel.theme.muted).encode(y=panel.y())


def limits(panel: Panel) -> Iterator[alt.Chart]:
    points = panel.curves.points
    if points["limit"].notna().any():
        line = panel.of(points).mark_line(strokeDash=[2, 3], strokeWidth=1.5, invalid=BREAKS)
        yield line.encode(x=panel.x(), y=panel.y("limit"), color=panel.color)


def lines(panel: Panel) -> Iterator[alt.Chart]:
    base = panel.of(panel.curves.points).encode(x=panel.x(), y=panel.y(), color=panel.color)
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
        ring = panel.of(found).mark_point(size=190, strokeWidth=1.5, strokeDash=[2, 2], filled=False, opacity=1)
        yield ring.encode(x=panel.x(), y=panel.y(), color=alt.value(panel.theme.muted))


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
        bar = panel.of(known.fillna({"low": low, "high": high})).mark_rule(strokeWidth=8, opacity=0.45)
        yield bar.encode(x=panel.x("low"), x2="high:Q", y=panel.y(), color=panel.color)
    mark = panel.of(found).mark_point(size=110, strokeWidth=2.5, fill=panel.theme.ground, opacity=1)
    shown = [alt.Tooltip("series:N"), alt.Tooltip("text:N", title="crossover")]
    yield mark.encode(x=panel.x(), y=panel.y(), color=panel.color, tooltip=shown)
    if len(found) <= MOST_LABELS:
        for row in range(len(found)):
            yield crossover_label(panel, found.iloc[[row]], row)


def crossover_label(panel: Panel, found: pd.DataFrame, row: int) -> alt.Chart:
    """The size of a crossover in words, below and to its right if there is room: a rising line leaves that free."""
    several = len(panel.curves.crossings) > 1
    is_left = position(panel, float(found[panel.size].iloc[0])) < 0.5
    words = found.assign(words=found["series"] + ": " + found["text"]) if several else found.assign(words=found["text"])
    place: dict[str, Any] = {"align": "right", "dx": -10, "dy": -14 - 16 * row}
    if is_left:
        place = {"align": "left", "dx": 10, "dy": 14 + 16 * row}
    text = panel.of(words).mark_text(fontSize=13, fontWeight="bold", baseline="middle", **place)
    label: alt.Chart = text.encode(x=panel.x(), y=panel.y(), text="words:N", color=alt.value(panel.theme.text))
    return label


def left_out(panel: Panel) -> Iterator[alt.Chart]:
    """A cross at the edge for each cell that was left out, a row for each series, with the reason where it changes."""
    for name, row in panel.edge_rows.items():
        missing = panel.missing[panel.missing["series"] == name].sort_values(panel.size)
        distance = axes.ROW_HEIGHT * (row + 0.5)
        y = alt.value(distance if panel.curves.quantity is Quantity.TIME else panel.height - distance)
        marks = panel.of(missing).mark_point(shape="M-1,-1L1,1M-1,1L1,-1", size=40, strokeWidth=2, opacity=1)
        shown = [
            alt.Tooltip("series:N"),
            alt.Tooltip(f"{panel.size}:Q", format=","),
            alt.Tooltip("left_out:N", title=" "),
        ]
        yield marks.encode(x=panel.x(), y=y, color=panel.color, tooltip=shown)
        reasons = missing.drop_duplicates("left_out").assign(words=missing["left_out"])
        if len(panel.names) > 1:
            reasons["words"] = name + ": " + reasons["left_out"]
        yield reason_label(panel, reasons).encode(x=panel.x(), y=y, text="words:N", color=alt.value(panel.theme.muted))


def reason_label(panel: Panel, reasons: pd.DataFrame) -> alt.Chart:
    """The reason beside the first cell that has it, on the side that has room."""
    is_left = position(panel, float(reasons[panel.size].min())) < 0.4
    place: dict[str, Any] = {"align": "left", "dx": 9} if is_left else {"align": "right", "dx": -9}
    label: alt.Chart = panel.of(reasons).mark_text(fontSize=12, baseline="middle", **place)
    return label


def position(panel: Panel, size: float) -> float:
    """Where a size lies: 0 at the left end, 1 at the right end."""
    low, high = map(math.log, panel.sizes)
    return (math.log(size) - low) / (high - low)
