"""What a search comes to, from the ratios at the measured sizes alone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from crossover.benchmarks.find.crossing import Edge, SearchCrossing, crossing, edge
from crossover.benchmarks.find.ratios import MeasuredSize, Summary, with_usual_noise

__all__ = ["NARROW", "Known", "SearchAnswer", "SearchFinding", "answer_of", "known_of"]

NARROW = 2.5
"""Between sizes that differ by this factor or less, the log ratio is straight enough: closer sizes would tell where the
crossing is no better than more turns at these do."""


class SearchFinding(StrEnum):
    """What a search comes to."""

    FOUND = "found"
    NONE = "none"
    """The same side is faster at every measured size, for sure."""

    SEVERAL = "several"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class SearchAnswer:
    """What is known of the crossing so far."""

    finding: SearchFinding
    points: tuple[MeasuredSize, ...]
    """By size."""

    summaries: tuple[Summary, ...]
    """One for each point; its sign says which side is surely faster there."""

    crossing: SearchCrossing | None
    """The only one, or the first of several; where it is undecided, there may be another."""

    edge: Edge | None
    """Where nothing is known to cross: from or up to which size one side is faster all the same."""


@dataclass(frozen=True)
class Known:
    """What some sizes, in rising order, tell of the crossing."""

    ordered: list[Summary]
    changes: list[tuple[Summary, Summary]]
    """The neighbours among sizes with a sure side between which that changes."""

    dials: Sequence[int]
    """What could be measured."""

    @cached_property
    def crossing(self) -> SearchCrossing | None:
        """The first one, which is anywhere between two sizes that are far apart."""
        if not self.changes:
            return None
        lower, upper = self.changes[0]
        inner = [each for each in self.ordered if is_inside(each, lower, upper)]
        found = crossing([lower, *inner, upper])
        return replace(found, low=lower.size, high=upper.size) if self.is_wide(*found.between) else found

    def is_wide(self, one: Summary, other: Summary) -> bool:
        """Whether two neighbours are so far apart, with others between, that the ratio may be bent between them."""
        return other.size > NARROW * one.size and any(one.dial < each < other.dial for each in self.dials)

    @cached_property
    def doubtful(self) -> list[Summary]:
        """The sizes whose side is open and that seem to be on another side than the rest says.

        Between the two sizes beside the only crossing such a size is where it should be.
        """
        signs = [each.sign for each in self.ordered]
        if not any(signs):
            return self.ordered
        first, last = (next(sign for sign in each if sign) for each in (signs, signs[::-1]))
        before, after = self.ordered[: signs.index(first)], self.ordered[len(signs) - signs[::-1].index(last) :]
        doubts = [each for each in before if each.likely_sign != first]
        return doubts + [each for each in after if each.likely_sign != last]

    @cached_property
    def finding(self) -> SearchFinding:
        if len(self.changes) > 1:
            return SearchFinding.SEVERAL
        if len(self.ordered) < 2:
            return SearchFinding.UNDECIDED
        if not self.changes:
            return SearchFinding.NONE if all(each.sign for each in self.ordered) else SearchFinding.UNDECIDED
        return SearchFinding.UNDECIDED if self.doubtful else SearchFinding.FOUND


def is_inside(each: Summary, lower: Summary, upper: Summary) -> bool:
    return lower.size < each.size < upper.size


def known_of(summaries: Sequence[Summary], dials: Sequence[int]) -> Known:
    """Returns what some sizes tell; `dials` are all that could be measured."""
    ordered = with_usual_noise(sorted(summaries, key=lambda each: each.size))
    sure = [each for each in ordered if each.sign]
    return Known(ordered, [(one, other) for one, other in pairwise(sure) if one.sign != other.sign], dials)


def answer_of(points: Sequence[MeasuredSize], known: Known) -> SearchAnswer:
    """Returns what some points come to, of which `known` says what they tell."""
    by_size = tuple(sorted(points, key=lambda point: point.size))
    found = known.crossing
    one_sided = edge(known.ordered) if known.finding is SearchFinding.UNDECIDED and not found else None
    return SearchAnswer(known.finding, by_size, tuple(known.ordered), found, one_sided)
