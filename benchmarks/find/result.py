"""What a search found, with all that must be known of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from crossover.benchmarks.find.answer import SearchAnswer, SearchFinding, answer_of, known_of
from crossover.benchmarks.find.choice import Choice
from crossover.benchmarks.find.dial import Dial
from crossover.benchmarks.find.ratios import MeasuredSize
from crossover.benchmarks.runs.plain import plain
from crossover.benchmarks.runs.schema import Machine

__all__ = ["SearchResult"]


@dataclass(frozen=True)
class SearchResult:
    """What was measured, from which the answer follows, and what stands in its way."""

    facts: Machine
    """What is known of the machine."""

    choice: Choice
    """What was compared; empty for files saved before this was recorded."""

    labels: tuple[str, str]
    """Baseline and contender."""

    workload: str
    dial: Dial
    points: Sequence[MeasuredSize]
    dials: Sequence[int]
    """The scales or batch sizes that could be measured."""

    within: float
    """How far the ends of the interval were to be from the crossing, as a share of it."""

    elapsed_s: float
    stopped: str
    """Why no more turns were taken."""

    left_out: str | None = None
    """Why larger sizes were not measured, if there are any."""

    is_busy: bool = False
    """Whether other processes used the machine meanwhile."""

    failure: str | None = None
    """Why the search could not go on."""

    remarks: list[str] = field(default_factory=list)
    named: str | None = None
    """The workload as it was named, such as `models/mine.py`; None for the MLP."""

    @property
    def machine(self) -> str:
        """The name of the machine, as it can be shown anywhere."""
        return plain(self.facts.name)

    @cached_property
    def answer(self) -> SearchAnswer:
        return answer_of(self.points, known_of([point.summary() for point in self.points], self.dials))

    @property
    def outcome(self) -> SearchFinding:
        """The finding, of which nothing is sure on a busy machine or where a side has failed."""
        return SearchFinding.UNDECIDED if self.is_busy or self.failure else self.answer.finding
