"""How many rounds of a cell fit the time it may take."""

import statistics
from dataclasses import dataclass

from crossover.benchmarks.runs import units

__all__ = ["Budget"]


@dataclass(frozen=True)
class Budget:
    """What one cell may take."""

    cell_seconds: float
    """The most seconds that all rounds of a cell may take together; 0 for no limit."""

    rounds: int
    """The most rounds that a cell gets."""

    def rounds_that_fit(self, round_s: float) -> int:
        """Returns how many rounds of `round_s` predicted seconds fit; 0 where none does."""
        if not self.cell_seconds or round_s <= 0:
            return self.rounds
        return min(self.rounds, int(self.cell_seconds / round_s))

    def likely_rounds(self, round_s: float) -> int:
        """Returns how many rounds a planned cell will get: at least one."""
        return max(1, self.rounds_that_fit(round_s))

    def more_rounds(self, times_s: list[float]) -> int:
        """Returns how many rounds still fit after those of `times_s`, if each takes as long as their median."""
        left = self.rounds - len(times_s)
        if self.cell_seconds:
            left = min(left, int((self.cell_seconds - sum(times_s)) / statistics.median(times_s)))
        return max(0, left)

    def too_slow_reason(self, round_s: float) -> str:
        """Says why no round of `round_s` predicted seconds fits."""
        budget = units.roughly(self.cell_seconds)
        return f"about {units.roughly(round_s)} a round, budget {budget}: --cell-seconds 0 lifts it"
