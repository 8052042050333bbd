"""The verdict on a change, from the interval of a ratio of times."""

import re
from collections.abc import Iterable
from enum import StrEnum

MAX_SLOWDOWN = 0.10
"""The slowdown that is allowed unless another is named, as a share of the time."""


class Verdict(StrEnum):
    REGRESSION = "regression"
    IMPROVEMENT = "improvement"
    UNCHANGED = "unchanged"
    UNDECIDED = "undecided"


def judge(low: float, high: float, max_slowdown: float) -> Verdict:
    """The verdict for the interval of contender time / baseline time; NaN, from too few rounds, leaves it undecided."""
    limit = 1 + max_slowdown
    if low > limit:
        return Verdict.REGRESSION
    if high < 1 / limit:
        return Verdict.IMPROVEMENT
    if 1 / limit <= low and high <= limit:
        return Verdict.UNCHANGED
    return Verdict.UNDECIDED


def overall(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict on a run: a regression if any cell is one, else undecided if any is or there are none.

    Otherwise it is an improvement if any cell is one, or else unchanged.
    """
    given = set(verdicts)
    for verdict in (Verdict.REGRESSION, Verdict.UNDECIDED, Verdict.IMPROVEMENT):
        if verdict in given:
            return verdict
    return Verdict.UNCHANGED if given else Verdict.UNDECIDED


def parse_slowdown(text: str) -> float:
    """`10%` → 0.1; raises ValueError for anything but a percentage above 0."""
    match = re.fullmatch(r"(\d{1,4}(?:\.\d{1,4})?)%", text)
    if not match or not float(match[1]):
        raise ValueError(f"{text!r} is no slowdown; it takes a percentage above 0, such as 10%")
    return float(match[1]) / 100
