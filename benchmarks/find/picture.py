"""A search as a picture, and as a part of the page. Imports pandas, which takes half a second."""

import math
from dataclasses import replace
from typing import Any

from crossover.benchmarks.ab.text import ratio_text
from crossover.benchmarks.find.result import SearchResult
from crossover.benchmarks.find.table import table, title
from crossover.benchmarks.find.text import estimate, roughly, sentence
from crossover.benchmarks.report.analysis.axis import BATCH_SIZE, PARAMETERS
from crossover.benchmarks.report.figures.drawn import Drawn, joined
from crossover.benchmarks.report.figures.figure import Picture
from crossover.benchmarks.report.page import Card, Figure, Page
from crossover.benchmarks.report.show.series import Curves, Marked, Point, Quantity

__all__ = ["page", "picture"]

QUESTION = "At which size does one overtake the other?"


def picture(found: SearchResult) -> Picture:
    """How many times as fast the contender is at each measured size, with the crossing and its interval."""
    return Picture(title(found), [sentence(found)], [drawn(found)])


def page(rounds: Page | None, searches: list[SearchResult]) -> Page:
    """The page of runs of rounds, if there are any, and of searches."""
    base = rounds or Page(title="Crossover: training performance")
    cards = [Card(title(found), "", [(QUESTION, [sentence(found)])]) for found in searches]
    figures = [Figure(title(found), [], [drawn(found)]) for found in searches]
    return replace(
        base,
        cards=[*base.cards, *cards],
        figures=[*base.figures, *figures],
        tables=[*base.tables, *(table(found).sheet for found in searches)],
    )


def drawn(found: SearchResult) -> Drawn:
    axis = BATCH_SIZE if found.dial.is_batch else PARAMETERS
    (one,) = joined([Curves(Quantity.SPEEDUP, axis, points(found), marks(found))])
    return replace(one, title=f"speedup over {found.labels[0]}")


def points(found: SearchResult) -> list[Point]:
    return [
        Point(
            **line_of(found),
            scale=each.dial,
            size=each.size,
            value=1 / ratio.ratio,
            low=1 / ratio.high,
            high=1 / ratio.low,
            text=ratio_text(ratio),
            round_samples=math.nan,
            busy=found.is_busy,
        )
        for each in found.answer.summaries
        for ratio in [estimate(each)]
    ]


def marks(found: SearchResult) -> list[Marked]:
    crossing = found.answer.crossing
    if not crossing:
        return []
    words = f"{roughly(crossing.size)} {found.dial.unit}"
    return [Marked(**line_of(found), size=crossing.size, low=crossing.low, high=crossing.high, text=words)]


def line_of(found: SearchResult) -> dict[str, Any]:
    """What distinguishes the line of a picture."""
    return {"run": "", "machine": found.machine, "device": found.labels[1], "recipe": "", "batch_size": 0}
