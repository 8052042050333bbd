"""Forecasts how long the rest of a run will take, from the cells measured so far."""

import math
import statistics
from dataclasses import dataclass, field, replace

from crossover.benchmarks.harness.time_budget import Budget
from crossover.benchmarks.runs.cells import Cell, Series

__all__ = ["PREDICTIONS", "Forecast"]

FIXED_PARAMETERS = 400_000
"""The number of parameters that take as long as the fixed part of a round; the other part grows with the model.

From a server with two cores: 0.46 s at 90,902 parameters and 8.55 s at 9,009,002, on a straight line. It is used only
until two sizes are measured, which show where their own line begins.
"""

FIXED_PREDICTION = 20_000_000
"""The same for a prediction, whose warm-ups take a set time for all but large models."""

PREDICTIONS = 3
"""A cell is too slow if this many predictions agree that it is."""

LIKE = {"recipes": "training"}
"""A round of the first takes about as long as a round of the second, by the same recipe."""

Sizes = dict[int, float]
"""Seconds, by the number of parameters."""


@dataclass(frozen=True)
class Remaining:
    """The time that is still to come."""

    seconds: float
    is_known: bool
    """False where part of it is unknown, so that `seconds` is the least it takes."""


@dataclass
class Forecast:
    """Learns how long cells take as the run goes on."""

    budget: Budget
    rounds: dict[Series, Sizes] = field(default_factory=dict)
    """The seconds that a round takes, with its setup and check."""

    predictions: dict[Series, Sizes] = field(default_factory=dict)
    """The seconds it takes to get a cell ready and predict its rounds, once."""

    without_rounds: set[Series] = field(default_factory=set)
    """The series of which a cell was left out, as all larger ones will be."""

    ratios: list[float] = field(default_factory=list)
    """First round / its prediction, cell by cell: other processes slow rounds more than warm-ups."""

    @property
    def bias(self) -> float:
        """The median of these ratios; 1 before the first cell."""
        return statistics.median(self.ratios) if self.ratios else 1.0

    def learn_prediction(self, cell: Cell, parameters: int, seconds: float) -> None:
        self.predictions.setdefault(cell.series, {})[parameters] = seconds

    def learn_round(self, cell: Cell, parameters: int, seconds: float) -> None:
        self.rounds.setdefault(cell.series, {})[parameters] = seconds

    def remaining(self, cells: list[tuple[Cell, int]]) -> Remaining:
        """Returns how long cells, given with their parameters, will take; a cell that is too slow takes no rounds."""
        total_s, is_known, without_rounds = 0.0, True, set(self.without_rounds)
        for cell, parameters in cells:
            if cell.series in without_rounds:
                continue
            round_s = self.round_s(cell, parameters)
            is_known = is_known and any(series.benchmark == cell.benchmark for series in self.rounds)
            rounds = self.budget.rounds_that_fit(round_s or 0.0)
            if not rounds:
                without_rounds.add(cell.series)  # larger ones are not tried
            known = nearest(self.predictions, cell)
            prediction_s = at_size(known, parameters, fixed_part(known) or FIXED_PREDICTION) or 0.0
            total_s += prediction_s * (1 if rounds else PREDICTIONS) + (round_s or 0.0) * rounds
        return Remaining(total_s, is_known)

    def round_s(self, cell: Cell, parameters: int) -> float | None:
        """Returns the seconds that a round of an unmeasured cell will take; None where nothing like it was measured."""
        known = nearest(self.rounds, cell)
        like = replace(cell, benchmark=LIKE.get(cell.benchmark, cell.benchmark))
        same, similar = self.rounds.get(like.series, {}), nearest(self.rounds, like)
        fixed = fixed_part(known) or fixed_part(similar) or FIXED_PARAMETERS
        return at_size(known or same, parameters, fixed)


def nearest(known: dict[Series, Sizes], cell: Cell) -> Sizes:
    """Returns the sizes of the series most like a cell's, of its benchmark and device; empty where there is none."""

    def likeness(series: Series) -> tuple[bool, float, bool, int]:
        other_batch = abs(math.log((series.batch_size or 1) / (cell.batch_size or 1)))
        same_threads = series.threads == cell.threads
        return series.recipe == cell.recipe, -other_batch, same_threads, len(set(series.case) & set(cell.case))

    candidates = [series for series in known if (series.benchmark, series.device) == (cell.benchmark, cell.device)]
    return known[max(candidates, key=likeness)] if candidates else {}


def fixed_part(known: Sizes) -> float | None:
    """Returns how many parameters take as long as the fixed part, by the smallest and largest size; None with one size.

    It is infinite where larger models take no longer.
    """
    smallest, largest = min(known, default=0), max(known, default=0)
    if smallest == largest:
        return None
    rise = known[largest] - known[smallest]
    if rise <= 0:
        return math.inf
    return max(1.0, (largest * known[smallest] - smallest * known[largest]) / rise)


def at_size(known: Sizes, parameters: int, fixed: float) -> float | None:
    """Returns the seconds at a size: those of the nearest known size, moved along a line with this fixed part.

    `fixed` is in parameters. Returns None where no size is known.
    """
    if not known:
        return None
    size = min(known, key=lambda size: abs(size - parameters))
    return known[size] if math.isinf(fixed) else known[size] * (fixed + parameters) / (fixed + size)
