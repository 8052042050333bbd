"""What earlier sessions measured of an unfinished run."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crossover.benchmarks.machine.cell_errors import CellEndedError
from crossover.benchmarks.runs.cells import Outcome, Series, Status


@dataclass
class EarlierCell:
    """A cell that was reached, with its saved benchmark if it had a round."""

    outcome: Outcome
    rounds_by_session: list[int]
    bench: dict[str, Any] | None
    usable: int
    """How many of its rounds are taken over."""

    @property
    def is_finished(self) -> bool:
        return self.outcome.finished and len(self.times_s) == (len(self.bench["stats"]["data"]) if self.bench else 0)

    @property
    def times_s(self) -> list[float]:
        return self.bench["stats"]["data"][: self.usable] if self.bench else []

    @property
    def end(self) -> CellEndedError | None:
        """How the cell ended; None where it was measured."""
        if self.outcome.status is Status.MEASURED:
            return None
        return CellEndedError(self.outcome.status, self.outcome.reason)

    def usable_by_session(self) -> list[int]:
        """Returns how many of the usable rounds each session took."""
        left, counts = self.usable, []
        for rounds in self.rounds_by_session:
            counts.append(min(rounds, left))
            left -= counts[-1]
        return counts


@dataclass
class Earlier:
    """All that earlier sessions left of a run; empty for a run that starts afresh."""

    path: Path | None = None
    sessions: list[dict[str, Any]] = field(default_factory=list)
    probes: dict[str, Any] = field(default_factory=dict)
    cells: dict[str, EarlierCell] = field(default_factory=dict)
    """The cells that were reached, by the name of their benchmark."""

    too_slow: dict[Series, tuple[int, str]] = field(default_factory=dict)
    """The smallest scale of a series at which a cell was too slow, and the reason given."""

    others: list[dict[str, Any]] = field(default_factory=list)
    """The cells that are not asked for now, as they were saved."""

    def is_over(self, name: str) -> bool:
        """Whether nothing of a cell is to come."""
        return name in self.cells and self.cells[name].is_finished
