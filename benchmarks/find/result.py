"""What a search found, with all that must be known of it."""

from dataclasses import dataclass, field

from crossover.benchmarks.find.answer import Answer, Finding

__all__ = ["Result"]


@dataclass(frozen=True)
class Result:
    """The answer, the two sides, and what stands in its way."""

    answer: Answer
    labels: tuple[str, str]
    """Baseline and contender."""

    workload: str
    within: float
    elapsed_s: float
    sweep: str
    """The command that measures all sizes."""

    is_busy: bool = False
    """Whether other processes used the machine meanwhile."""

    failure: str | None = None
    """Why the search could not go on."""

    remarks: list[str] = field(default_factory=list)

    @property
    def outcome(self) -> Finding:
        """The finding, of which nothing is sure on a busy machine or where a side has failed."""
        return Finding.UNDECIDED if self.is_busy or self.failure else self.answer.finding
