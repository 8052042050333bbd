"""Decides at which size the next turns tell most about the crossing, or that no more turns help."""

import bisect
import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol, Self

from crossover.benchmarks.find.answer import Known
from crossover.benchmarks.find.crossing import Edge, SearchCrossing, edge, passing
from crossover.benchmarks.find.ratios import LUCK, Summary

__all__ = ["Next"]

SIGN_PAIRS = 24
"""The pairs of turns at a size of which only the side is needed, before those beside the crossing are served: a ratio
near to 1 would take all the time, and stay undecided."""

MOST_TURNS = 256
"""The most turns of a pair of processes at a size: more of them tell nothing beside the luck of the processes."""

NO_HELP = 0.2
"""Where the noise of turns adds less than this share of the variance that the luck of processes has, more turns do not
help: without any noise, an interval would be narrower by less than a tenth."""

LUCK_REMAINS = "more turns do not help: the rest is the luck of processes, which differ all their lives"

STEEPEST = 1.5
"""How fast the log ratio may change over log parameters, as a time grows between not at all and in proportion to them,
or faster for a while where the weights no longer fit a cache."""


@dataclass(frozen=True)
class Next:
    """The scale or batch size to measure next; where it is None, the reason says why no more turns help."""

    dial: int | None
    reason: str = ""

    @classmethod
    def of(cls, known: Known, within: float, sizes: "Sizes", *, is_early: bool) -> Self:
        """Further sizes are begun only where `is_early`, but for those beside a sure crossing."""
        if len(known.changes) > 1:
            return cls(None, "there is more than one crossing")
        if len(known.ordered) < 2:
            return cls(None, "there is no other size")
        found = known.crossing
        beside = found.between if found else next(passing(known.ordered), None)
        if beside and known.is_wide(*beside) and (found or is_early):
            return cls(middle(known.dials, sizes.size, *beside))
        if unsure := [each for each in known.ordered if is_unsure(each, known)]:
            return cls(quickest(unsure, sizes))
        if found:
            return cls(*narrowed(found, known, within, sizes))
        if is_early and (gap := widest_gap(known, sizes)) is not None:
            return cls(gap)
        if all(each.sign for each in known.ordered):
            return cls(None, "settled")
        one_sided = edge(known.ordered)
        if one_sided and (dial := shaping(one_sided, known.ordered, sizes)) is not None:
            return cls(dial)
        if open_ := [each for each in known.ordered if not each.sign and has_more(each, sizes)]:
            return cls(quickest(open_, sizes))
        return cls(None, "more turns do not help")


class Sizes(Protocol):
    """What is known of sizes without measuring them."""

    def size(self, dial: int) -> int:
        """The size at a scale or batch size."""

    def processes(self, dial: int) -> int:
        """How many pairs of processes have room for it."""

    def pair_s(self, dial: int) -> float:
        """About how many seconds a pair of turns takes there."""


def is_unsure(each: Summary, known: Known) -> bool:
    """Whether the side of a size is open after few turns, and matters: where there is a crossing, if it denies that."""
    return not each.sign and each.pairs < SIGN_PAIRS and (not known.changes or each in known.doubtful)


def quickest(summaries: Sequence[Summary], sizes: Sizes) -> int:
    """Returns the size whose side takes the least time to become sure: an interval narrows as turns' square root."""

    def needed_s(each: Summary) -> float:
        return each.pairs * sizes.pair_s(each.dial) * (max(each.sureness, 1e-3) ** -2 - 1)

    return min(summaries, key=needed_s).dial


def has_more(each: Summary, sizes: Sizes) -> bool:
    """Whether more turns would tell the ratio at a size much better."""
    is_noisy = each.noise_variance > NO_HELP * LUCK**2 or lacks_processes(each, sizes)
    return is_noisy and max(each.counts) < MOST_TURNS


def lacks_processes(each: Summary, sizes: Sizes) -> bool:
    return sum(count > 0 for count in each.counts) < sizes.processes(each.dial)


def narrowed(found: SearchCrossing, known: Known, within: float, sizes: Sizes) -> tuple[int | None, str]:
    """Returns where more turns would narrow the interval of a crossing, or make it the only one; or why they do not."""
    if found.within > within:
        return shaping(found, known.ordered, sizes), LUCK_REMAINS
    if alone := [each for each in found.between if lacks_processes(each, sizes)]:
        return alone[0].dial, ""  # one pair of processes knows nothing of its own luck
    doubtful = [each for each in known.doubtful if has_more(each, sizes)]
    return (quickest(doubtful, sizes), "") if doubtful else (None, "settled")


def shaping(found: SearchCrossing | Edge, ordered: Sequence[Summary], sizes: Sizes) -> int | None:
    """Returns the size at which a second of turns moves the ends of an interval most; None where they move no more.

    The ratio at an end is interpolated between two sizes. Each adds the square of its weight there times its variance,
    of which the part of the noise falls with its number of turns, and the part of luck with that of processes.
    """
    gains: dict[int, float] = defaultdict(float)
    helps = False
    for end in found.ends:
        one, other = next((pair for pair in pairwise(ordered) if pair[1].size >= end), ordered[-2:])
        share = math.log(end / one.size) / math.log(other.size / one.size)
        noise = 0.0
        for each, weight in ((one, (1 - share) ** 2), (other, share**2)):
            luck = LUCK**2 * lacks_processes(each, sizes)
            gain = weight * (each.noise_variance / each.pairs + luck) / sizes.pair_s(each.dial)
            gains[each.dial] += gain * (max(each.counts) < MOST_TURNS)
            noise += weight * (each.noise_variance + luck)
        helps = helps or noise > NO_HELP * LUCK**2
    dial = max(gains, key=lambda each: gains[each])
    return dial if helps and gains[dial] else None


def widest_gap(known: Known, sizes: Sizes) -> int | None:
    """Returns a size between those measured that would tell more than further turns at these; None where there is none.

    That is where an end of the sizes is open, or two crossings may hide: neighbours are far apart and near to 1.
    """
    wide = [pair for pair in pairwise(known.ordered) if known.is_wide(*pair)]
    open_ = [(one, other) for one, other in wide if bool(one.sign) != bool(other.sign)]
    hiding = sorted((pair for pair in wide if distance(*pair) < 0), key=lambda pair: distance(*pair))
    return next((middle(known.dials, sizes.size, *pair) for pair in (*open_, *hiding)), None)


def distance(one: Summary, other: Summary) -> float:
    """How much steeper than it can be the ratio would have to run to 1 and back between two sizes; below 0, it may."""
    return abs(one.log_ratio) + abs(other.log_ratio) - STEEPEST * math.log(other.size / one.size)


def middle(dials: Sequence[int], size: Callable[[int], int], lower: Summary, upper: Summary) -> int:
    """Returns what lies nearest to the middle of two sizes in logarithms, where there is any between them."""
    between = [each for each in dials if lower.dial < each < upper.dial]
    target = math.sqrt(lower.size * upper.size)
    place = bisect.bisect_left(between, target, key=size)
    return min(between[max(0, place - 1) : place + 1], key=lambda each: abs(math.log(size(each) / target)))
