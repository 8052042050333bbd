"""What a search comes to, and what the signs of the ratios say of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from crossover.benchmarks.find.ratios import Crossing, Point, Summary

__all__ = ["Answer", "Finding", "finding_of", "inside"]


class Finding(StrEnum):
    """What a search comes to."""

    FOUND = "found"
    NONE = "none"
    """The same side is faster at every measured size, for sure."""

    SEVERAL = "several"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Answer:
    """What is known of the crossing so far."""

    finding: Finding
    points: tuple[Point, ...]
    """By size."""

    signs: tuple[int, ...]
    """For each point 1 where the baseline is surely faster, -1 where the contender is, and 0 where neither is sure."""

    crossing: Crossing | None
    """The only one, or the first of several; where it is undecided, there may be another."""

    stopped: str
    """Why the search ended, or what it is doing."""

    latest: int | None
    """The scale that was measured last."""

    left_out: str | None
    """Why larger sizes were not measured, if there are any."""


def inside(each: Summary, lower: Summary, upper: Summary) -> bool:
    return lower.scale < each.scale < upper.scale


def finding_of(ordered: Sequence[Summary], changes: int) -> Finding:
    """What sizes in rising order say: a size whose sign is open leaves it open where it seems to be on the other side.

    Between the two sizes beside the only crossing such a size is where it should be.
    """
    if changes > 1:
        return Finding.SEVERAL
    signs = [each.sign for each in ordered]
    if len(signs) < 2 or not any(signs):
        return Finding.UNDECIDED
    if not changes:
        return Finding.NONE if all(signs) else Finding.UNDECIDED
    first, last = (next(sign for sign in each if sign) for each in (signs, signs[::-1]))
    before = ordered[: signs.index(first)]
    after = ordered[len(signs) - signs[::-1].index(last) :]
    is_open = any(each.likely_sign != first for each in before) or any(each.likely_sign != last for each in after)
    return Finding.UNDECIDED if is_open else Finding.FOUND
