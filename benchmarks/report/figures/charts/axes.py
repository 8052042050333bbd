"""Logarithmic axes: their spans and their ticks."""

import math

import altair as alt
import pandas as pd

from crossover.benchmarks.report.analysis.axis import PARAMETERS, Axis
from crossover.benchmarks.report.figures.drawn import Drawn, is_by_batch
from crossover.benchmarks.report.show.series import Quantity

__all__ = ["ROW_HEIGHT", "Domain", "sizes", "values", "x", "y"]

TITLES = {
    Quantity.SPEEDUP: "speedup over the CPU",
    Quantity.GAIN: "gain over the article's loop",
    Quantity.THREADS: "speedup over the first number of threads",
    Quantity.TIME: "time",
}
LIMIT = "time (dotted: the machine's limit)"

SIZE_LABELS = "format(datum.value, '~s')"
PARAMETER_LABELS = f"replace({SIZE_LABELS}, 'G', 'B')"
"""Parameters as people say them: 90k, 2M, 1B."""

RATIO_LABELS = "format(datum.value, '~r') + 'x'"
TIME_LABELS = (
    "datum.value >= 1 ? format(datum.value, ',~r') + ' s'"
    " : datum.value >= 0.001 ? format(datum.value * 1e3, '~r') + ' ms' : format(datum.value * 1e6, '~r') + ' µs'"
)

Domain = tuple[float, float]


def sizes(all_curves: list[Drawn]) -> Domain:
    """From the smallest to the largest size asked for, with some room at both ends."""
    found = pd.concat([curves.points[curves.axis.title] for curves in all_curves])
    return padded(float(found.min()), float(found.max()), 0.04)


def values(curves: Drawn, rows_at_edge: int, height: int) -> Domain:
    """The span of a quantity, with room at the edge for the marks of cells that were left out."""
    shown = pd.concat([curves.points[name] for name in ("value", "low", "high", "limit")]).dropna()
    low, high = float(shown.min()), float(shown.max())
    if curves.quantity is not Quantity.TIME:
        low, high = min(low, 1.0), max(high, 1.0)
    low, high = padded(low, high, 0.06)
    room = (high / low) ** (ROW_HEIGHT * rows_at_edge / (height - ROW_HEIGHT * rows_at_edge))
    return (low, high * room) if curves.quantity is Quantity.TIME else (low / room, high)


ROW_HEIGHT = 15
"""Pixels of a row of marks at the edge."""


def padded(low: float, high: float, share: float) -> Domain:
    """A span with a share of it (in logarithms) added at both ends, or a factor of 1.5 if the span is empty."""
    room = max((high / low) ** share, 1.02) if high > low else 1.5
    return low / room, high * room


def ticks(domain: Domain, most: int = 9) -> list[float]:
    """Round numbers within a domain, at most `most` of them.

    Each decade gives 1 to 6 and 8, or 1, 2 and 5, or 1 and 3, or 1: the finest set that fits. If none fits, only every
    nth power of ten is kept.
    """
    low, high = domain
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in ([1, 2, 3, 4, 5, 6, 8], [1, 2, 5], [1, 3], [1]):
        found = [float(f"{step}e{decade}") for decade in decades for step in steps]
        found = [tick for tick in found if low <= tick <= high]
        if len(found) <= most:
            return found
    return found[:: math.ceil(len(found) / most)]


def x(field: str, domain: Domain, along: Axis, *, has_title: bool) -> alt.X:
    labels = PARAMETER_LABELS if along is PARAMETERS else SIZE_LABELS
    title = along.title if has_title else None
    axis = alt.Axis(values=ticks(domain, most=7), labelExpr=labels, grid=False, title=title)
    return alt.X(f"{field}:Q", scale=alt.Scale(type="log", domain=list(domain), nice=False), axis=axis)


def y(field: str, curves: Drawn, domain: Domain) -> alt.Y:
    is_time = curves.quantity is Quantity.TIME
    title = LIMIT if curves.points["limit"].notna().any() else curves.title or TITLES[curves.quantity]
    if is_time and is_by_batch(curves.points):
        title = title.replace("time", "time of a sample")
    labels = TIME_LABELS if is_time else RATIO_LABELS
    axis = alt.Axis(values=ticks(domain), labelExpr=labels, title=title, domain=False, ticks=False)
    return alt.Y(f"{field}:Q", scale=alt.Scale(type="log", domain=list(domain), nice=False), axis=axis)
