"""How long the rest of a run will take, from the cells that were timed so far."""

from dataclasses import dataclass, field

from benchmarks.budget import Budget
from benchmarks.cells import Cell


@dataclass
class Forecast:
    """Learns how long a round takes as the run goes on."""

    budget: Budget
    known: list[tuple[Cell, int, float]] = field(default_factory=list)

    def learn(self, cell: Cell, parameters: int, round_s: float) -> None:
        self.known.append((cell, parameters, round_s))

    def round_s(self, cell: Cell, parameters: int) -> float:
        """A round of a cell not yet timed: that of the most similar cell, more by as much as the model is larger."""
        if not self.known:
            return 0.0

        def likeness(entry: tuple[Cell, int, float]) -> tuple[bool, bool, bool, int, int]:
            other = entry[0]
            return (
                other.benchmark == cell.benchmark,
                other.device == cell.device,
                other.recipe == cell.recipe,
                len(set(other.case) & set(cell.case)),
                -abs(entry[1] - parameters),
            )

        _, size, seconds = max(self.known, key=likeness)
        return seconds * max(1.0, parameters / size)

    def remaining_s(self, cells: list[tuple[Cell, int]]) -> float:
        """All rounds of the cells to come; a cell that will be left out takes none."""
        total_s = 0.0
        for cell, parameters in cells:
            round_s = self.round_s(cell, parameters)
            total_s += round_s * self.budget.rounds_that_fit(round_s)
        return total_s
