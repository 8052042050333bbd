"""Pictures of curves, drawn with Altair: the only package that needs it."""

import textwrap
from functools import cache
from typing import Any

import altair as alt
import vl_convert

from crossover.benchmarks.report.figures.charts import axes, batch_map, layers
from crossover.benchmarks.report.figures.charts.panel import Panel
from crossover.benchmarks.report.figures.drawn import Drawn
from crossover.benchmarks.report.figures.theme import Theme
from crossover.benchmarks.report.show.series import Quantity

FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
"""vl-convert brings the first, so that a picture does not depend on what is installed; the others are equally wide."""

WIDTH = 480
HEIGHTS = {Quantity.SPEEDUP: 220, Quantity.GAIN: 220, Quantity.THREADS: 220, Quantity.TIME: 200}
PAGE_HEIGHT = 320

TITLE_CHARACTERS, NOTE_CHARACTERS = 60, 76
"""Characters that fit a line as wide as a picture."""

PIXELS = 2.0
"""Pixels of a PNG for each of the picture's own, for sharp text on today's screens."""


def picture(all_curves: list[Drawn], title: str, notes: list[str], theme: Theme) -> dict[str, Any]:
    """Charts one above the other, for a README or a talk, as Vega-Lite JSON."""
    names, sizes = series_of(all_curves), axes.sizes(all_curves)

    def drawn(curves: Drawn) -> Any:
        if curves.quantity is Quantity.MAP:
            return batch_map.chart(curves, theme)
        is_last, height = curves is all_curves[-1], HEIGHTS[curves.quantity]
        return layers.chart(Panel(curves, theme, names, sizes, height, has_size_title=is_last))

    heading = alt.TitleParams(
        textwrap.wrap(title, TITLE_CHARACTERS),
        subtitle=[line for note in notes for line in textwrap.wrap(note, NOTE_CHARACTERS)],
    )
    charts = [drawn(curves).properties(width=WIDTH) for curves in all_curves]
    return as_json(alt.vconcat(*charts, spacing=16).properties(title=heading), theme)


def for_page(curves: Drawn, theme: Theme, names: list[str]) -> dict[str, Any]:
    """A chart as wide as its place, as Vega-Lite JSON; its parameter `hidden` lists the series that are not shown."""
    if curves.quantity is Quantity.MAP:
        chart = batch_map.chart(curves, theme)
    else:
        panel = Panel(curves, theme, names, axes.sizes([curves]), PAGE_HEIGHT, on_page=True)
        chart = layers.chart(panel).add_params(alt.param(name="hidden", value=[]))
    return as_json(chart.properties(width="container"), theme)


def as_json(chart: Any, theme: Theme) -> dict[str, Any]:
    """A chart on the ground of a theme."""
    content: dict[str, Any] = chart.properties(background=theme.ground).configure(**look(theme)).to_dict()
    return content


def series_of(all_curves: list[Drawn]) -> list[str]:
    """The names of all lines, in one order for all charts: that of the last chart, times, which has the most."""
    lines = [curves for curves in reversed(all_curves) if curves.quantity is not Quantity.MAP]
    return list(dict.fromkeys(name for curves in lines for name in curves.points["series"]))


def look(theme: Theme) -> dict[str, Any]:
    """Vega-Lite's configuration for a theme."""
    return {
        "font": FONT,
        "padding": 12,
        "view": alt.ViewConfig(stroke=None),
        "axis": alt.AxisConfig(
            labelColor=theme.muted, titleColor=theme.muted, gridColor=theme.grid, domainColor=theme.muted,
            tickColor=theme.muted, labelFontSize=12, titleFontSize=12, titleFontWeight="normal", titlePadding=8,
        ),
        "legend": alt.LegendConfig(
            labelColor=theme.text, labelFontSize=13, orient="bottom", direction="horizontal", columns=3, labelLimit=300,
            symbolSize=90, symbolOpacity=1, symbolStrokeWidth=0, columnPadding=18, padding=0,
        ),
        "title": alt.TitleConfig(
            color=theme.text, fontSize=15, anchor="start", frame="group", offset=14, subtitleColor=theme.muted,
            subtitleFontSize=12, subtitleLineHeight=16, subtitlePadding=6, lineHeight=19,
        ),
    }  # fmt: skip


def png(chart: dict[str, Any]) -> bytes:
    return bytes(vl_convert.vegalite_to_png(chart, scale=PIXELS))


def svg(chart: dict[str, Any]) -> bytes:
    return f"{vl_convert.vegalite_to_svg(chart)}\n".encode()


@cache  # it takes seconds to make
def libraries() -> str:
    """JavaScript that draws `for_page`: Vega, Vega-Lite and Vega-Embed, as `vegaEmbed`."""
    return str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed"))
