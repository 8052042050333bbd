"""One table in every form in which it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from crossover.benchmarks.report.analysis.result import Result
from crossover.benchmarks.report.show.series import Curves
from crossover.benchmarks.report.show.sheet import Sheet

__all__ = ["DEVICES", "Answer", "reservations"]

DEVICES = "Where does an accelerator pay off?"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One table, and what a picture of it shows."""

    sheet: Sheet
    """For people."""

    rows: list[dict[str, Any]]
    """For CSV."""

    content: dict[str, Any]
    """For JSON."""

    curves: list[Curves] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    """Where each side overtakes the baseline."""

    reasons: list[str] = field(default_factory=list)
    """What explains the crossovers."""

    best: list[str] = field(default_factory=list)
    """What is best on each device."""

    question: str = DEVICES
    """The question that the sentences answer."""


def reservations(results: Sequence[Result]) -> str:
    """What must be known of all of a table before it is read, to stand at the end of its title."""
    words = ""
    if results[0].source != "measured":
        words += f" ({results[0].source} figures, not measured by this suite)"
    if any(result.is_busy for result in results):
        words += " (busy machine)"
    if all(result.is_finished for result in results):
        return words
    return f"{words} ({'running' if any(result.is_running for result in results) else 'unfinished'})"
