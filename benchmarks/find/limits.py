"""What binds each side beside the crossing, where the time that is left lets a probe tell."""

from contextlib import suppress

from crossover.benchmarks.ab import CannotCompareError
from crossover.benchmarks.find.answer import SearchAnswer
from crossover.benchmarks.find.measuring import SideProcesses
from crossover.benchmarks.find.ratios import MeasuredSize
from crossover.benchmarks.report.analysis import stats
from crossover.benchmarks.report.show.wording import verb

__all__ = ["limit_lines"]

PROBING_S = 8.0
"""Probing both sides takes less than this on two cores."""


def limit_lines(measuring: SideProcesses, answer: SearchAnswer) -> list[str]:
    """Returns a line for each of the two sizes beside the crossing, or for both ends; none without time for a probe."""
    between = {each.dial for each in answer.crossing.between} if answer.crossing else set()
    first, *_, last = [each for each in answer.points if not between or each.dial in between]
    if measuring.has_left(PROBING_S):
        with suppress(CannotCompareError):  # the answer stands without them
            return list(filter(None, [words(measuring, point) for point in (first, last)]))
    return []


def words(measuring: SideProcesses, point: MeasuredSize) -> str:
    """Returns what binds the sides at a size; empty where that is unknown of both."""
    known = []
    for side, label in enumerate(measuring.paired.labels):
        least_s = measuring.least_s(point.dial, side)
        bound = max(least_s, key=lambda name: least_s[name], default="")
        if bound and (share := least_s[bound] / stats.median(point.times_s(side)).value) <= 1:
            known.append(f"{label} {verb(label, 'is')} bound by {bound} (reached {share:.0%})")
    return f"at {point.size:,} {measuring.dial.unit} {' and '.join(known)}" if known else ""
