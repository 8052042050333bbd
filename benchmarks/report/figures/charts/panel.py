"""What all layers of one chart share: its size, its scales, and how its lines are distinguished."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import altair as alt
import pandas as pd

from crossover.benchmarks.report.figures.charts import axes
from crossover.benchmarks.report.figures.drawn import Drawn
from crossover.benchmarks.report.figures.theme import Theme, line

__all__ = ["Panel", "rounded"]

DIGITS = 6
"""Significant digits of what is drawn: the last digits of a double may differ between processors."""

MOST_ROWS = 8
"""Rows of marks at the edge; further series reuse them."""


@dataclass(frozen=True)
class Panel:
    """One chart to be drawn."""

    curves: Drawn
    theme: Theme
    names: list[str]
    """The series of this chart and of those beside it, in order."""

    sizes: axes.Domain
    height: int
    has_size_title: bool = True
    on_page: bool = False

    def placed(
        self, rows: pd.DataFrame, *, x: str | None = None, y: str = "value", color: str | None = None
    ) -> alt.Chart:
        """A chart of rows in the colours of their series, or in another; on a page, of those that are not hidden."""
        chart = alt.Chart(rounded(rows))
        if self.on_page:
            chart = chart.transform_filter("indexof(hidden, datum.series) < 0")
        return chart.encode(x=self.x(x), y=self.y(y), color=alt.value(color) if color else self.color)

    @cached_property
    def missing(self) -> pd.DataFrame:
        """The points that have no value."""
        return self.curves.points[self.curves.points["left_out"] != ""]

    @cached_property
    def edge_rows(self) -> dict[str, int]:
        """For each series with something left out, its row of marks at the edge."""
        return {name: at % MOST_ROWS for at, name in enumerate(self.missing["series"].unique())}

    @cached_property
    def domain(self) -> axes.Domain:
        return axes.values(self.curves, len(set(self.edge_rows.values())), self.height)

    @property
    def size(self) -> str:
        """The column of sizes."""
        return self.curves.axis.title

    def x(self, field: str | None = None) -> alt.X:
        return axes.x(field or self.size, self.sizes, self.curves.axis, has_title=self.has_size_title)

    def y(self, field: str = "value") -> alt.Y:
        return axes.y(field, self.curves, self.domain)

    def by_series(self, part: str) -> dict[str, Any]:
        """One part of how each series is drawn. A page has a legend of its own."""
        drawn = [getattr(line(self.theme, place), part) for place in range(len(self.names))]
        legend = None if self.on_page else alt.Legend(title=None)
        return {"shorthand": "series:N", "scale": alt.Scale(domain=self.names, range=drawn), "legend": legend}

    @property
    def color(self) -> alt.Color:
        return alt.Color(**self.by_series("color"))

    @property
    def shape(self) -> alt.Shape:
        return alt.Shape(**self.by_series("shape"))

    @property
    def dash(self) -> alt.StrokeDash:
        return alt.StrokeDash(**self.by_series("dash") | {"legend": None})


def rounded(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with as many digits of their numbers as are the same everywhere."""
    numbers = rows.select_dtypes("float").columns
    return rows.assign(**{name: [float(f"{value:.{DIGITS}g}") for value in rows[name]] for name in numbers})
