"""How much faster one cell is than another, from rounds taken in turn: each recipe than the article's loop, say."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crossover.benchmarks.report.analysis import stats
from crossover.benchmarks.runs.cells import Status
from crossover.benchmarks.runs.records import records

__all__ = ["BASELINE", "Gain", "gain_over", "with_gains"]

BASELINE = "article"


@dataclass(frozen=True)
class Gain:
    """Base time / cell time with its 95% interval; above 1 the cell is faster, NaN where unknown."""

    gain: float = math.nan
    gain_low: float = math.nan
    gain_high: float = math.nan
    narrowing: float = math.nan
    """Width of the interval from unpaired medians / width of this one, in logarithms; NaN unless rounds were paired."""


def with_gains(cells: pd.DataFrame) -> pd.DataFrame:
    """Add `gain`, `gain_low`, `gain_high` and `narrowing` to the cells of one run, as `stats.with_medians` gives them.

    The article's own cells have no gain, nor do cells without a measured article to compare with.
    """
    measured = records(cells[cells["status"] == Status.MEASURED])
    articles = {(cell["device"], cell["scale"]): cell for cell in measured if cell["recipe"] == BASELINE}
    gains = [gain(articles.get((cell["device"], cell["scale"])), cell) for cell in records(cells)]
    return cells.assign(
        **{name: [getattr(each, name) for each in gains] for name in ("gain", "gain_low", "gain_high", "narrowing")}
    )


def gain(article: Any, cell: Any) -> Gain:
    """The gain of a cell over the article's; all NaN for the article itself or where either was not measured."""
    if article is None or cell["recipe"] == BASELINE or cell["status"] != Status.MEASURED:
        return Gain()
    return gain_over(article, cell)


def gain_over(base: Any, cell: Any) -> Gain:
    """Base time / cell time: the median over paired rounds, or the ratio of medians if there are too few pairs."""
    draws = None
    if base["log_draws"] is not None and cell["log_draws"] is not None:
        draws = base["log_draws"] - cell["log_draws"]
    unpaired = stats.interval(draws)
    ratios = paired_ratios(base, cell)
    ratio_draws = stats.log_median_draws(ratios, stats.seed_of(cell))
    if ratio_draws is None:
        return Gain(base["median_s"] / cell["median_s"], *unpaired)
    low, high = stats.interval(ratio_draws)
    narrowing = math.nan
    if low < high and unpaired[0] < unpaired[1]:
        narrowing = math.log(unpaired[1] / unpaired[0]) / math.log(high / low)
    return Gain(float(np.median(ratios)), low, high, narrowing)


def paired_ratios(base: Any, cell: Any) -> list[float]:
    """Base time / cell time of each pair of rounds; empty where rounds were not taken in turn.

    A cell with fewer rounds than the other took part in the first ones only.
    """
    if not (base["in_turn"] and cell["in_turn"]):
        return []
    return [base_s / round_s for base_s, round_s in zip(base["rounds_s"], cell["rounds_s"], strict=False)]
