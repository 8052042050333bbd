"""The search for the size at which one side overtakes the other: which size is measured next, and when that is enough.

It knows neither processes nor clocks: what measures is handed in, so that a simulation drives the same code.
"""

import bisect
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Protocol

from crossover.benchmarks.ab.paired_turns import LeftOutError
from crossover.benchmarks.find.answer import Answer, finding_of, inside
from crossover.benchmarks.find.ratios import Crossing, Point, Summary, crossing

__all__ = ["Measuring", "Search"]

STRIDE = 10.0
"""From one size to the next the parameters grow by this factor at most: nobody knows how long a much larger size takes,
and two crossings this close to each other are rare."""

NARROW = 2.5
"""Between sizes whose parameters differ by this factor or less, the log ratio is straight enough: closer sizes would
tell where the crossing is no better than more turns at these do."""

FIRST_TURNS, ALONE_TURNS = 4, 8
"""The turns of the first pair of processes before the first look at a size, and before the other pairs join: where one
side is far ahead, one pair of processes tells."""

MORE_TURNS = 8
"""The turns of each pair of processes between two looks: then other sizes may need them more."""

MOST_TURNS = 256
"""The most turns of a pair of processes at a size: more of them tell nothing beside the luck of the processes."""

SIGN_TURNS = 64
"""The same at a size of which only the sign is needed: a ratio so near to 1 stays undecided."""

EXPLORING = 0.7
"""The share of the time after which no further size is begun: the rest is for those beside the crossing."""

NO_HELP = 0.9
"""Where this share of an interval's width is the luck of processes, more turns do not help."""

STEEPEST = 1.5
"""How fast the log ratio may change over log parameters, as a time grows between not at all and in proportion to them,
or faster for a while where the weights no longer fit a cache."""


class Measuring(Protocol):
    """What measures: the two sides in real processes, or made up."""

    processes: int
    """How many pairs of processes take turns."""

    def parameters(self, scale: int) -> int:
        """The number of parameters at a scale, without preparing it."""

    def refusal(self, scale: int) -> str | None:
        """Why a scale cannot be measured here, or None where it seems to fit memory and time."""

    def take(self, point: Point, process: int) -> None:
        """Add a turn of either side by a pair of processes to a point.

        Raises LeftOutError where that pair has no room for the scale.
        """

    def used(self) -> float:
        """The share of the time that is used up: 1 or more when it is over."""


class Search:
    """A search over some scales, in rising order, for the one crossing to within a share of its parameters."""

    def __init__(self, measuring: Measuring, scales: Sequence[int], within: float) -> None:
        self.measuring = measuring
        self.scales = list(scales)
        self.within = within
        self.points: dict[int, Point] = {}
        self.summaries: dict[int, Summary] = {}
        self.room: dict[int, int] = {}
        self.stopped = "begun"
        self.latest: int | None = None
        self.left_out: str | None = None

    def run(self, on_look: Callable[[Answer], None] = lambda _: None) -> Answer:
        """Search until the answer is settled, the time is over or more turns do not help; `on_look` gets each step."""
        for _ in self.steps():
            on_look(self.answer())
        return self.answer()

    def steps(self) -> Iterator[None]:
        """Take the turns of one look after another."""
        yield from self.climb()
        while True:
            scale = self.next_scale()
            if scale is None:
                return
            if self.measuring.used() >= 1:
                self.stopped = "the time is over"
                return
            yield from self.look(scale)

    def climb(self) -> Iterator[None]:
        """Measure from the smallest size to the largest that fits, in strides."""
        index = 0
        while True:
            scale = self.scales[index]
            yield from self.look(scale)
            if scale not in self.points:
                return
            if self.measuring.used() >= EXPLORING and index < len(self.scales) - 1:
                self.left_out = "the time was over before larger sizes"
                return
            index = self.stride(index)
            if index == self.scales.index(scale):
                return

    def stride(self, index: int) -> int:
        """Returns the place of the next scale: the largest within a stride that fits, the same where none does."""
        limit = STRIDE * self.parameters(self.scales[index])
        end = bisect.bisect_right(self.scales, limit, lo=index, key=self.parameters)
        end = min(max(end, index + 2), len(self.scales))
        if end - 1 == index:
            return index
        refusal = self.measuring.refusal(self.scales[end - 1])
        if refusal is None:
            return end - 1
        self.left_out = refusal
        fitting = bisect.bisect_left(
            self.scales, True, lo=index + 1, hi=end - 1, key=lambda scale: self.measuring.refusal(scale) is not None
        )
        is_far = self.parameters(self.scales[fitting - 1]) > NARROW * self.parameters(self.scales[index])
        return fitting - 1 if is_far else index

    def parameters(self, scale: int) -> int:
        return self.measuring.parameters(scale)

    def look(self, scale: int) -> Iterator[None]:
        """Take as many turns at a scale as the next look needs; leaves out a scale that proves not to fit."""
        measuring = self.measuring
        point = self.points.get(scale)
        if point is None:
            point = Point(scale, self.parameters(scale), [[] for _ in range(measuring.processes)])
        try:
            for process in self.due(point):
                measuring.take(point, process)
                if measuring.used() >= 1 and point.pairs >= FIRST_TURNS:
                    break
        except LeftOutError as error:
            self.room[scale] = sum(bool(logs) for logs in point.logs)
            if not self.room[scale]:
                self.left_out = f"scale {scale} does not fit: {error}"
                self.scales = [each for each in self.scales if each < scale or each in self.points]
                return
        self.points[scale], self.latest = point, scale
        self.summaries[scale] = point.summary()
        yield

    def due(self, point: Point) -> list[int]:
        """Returns which pairs of processes take the turns before the next look, in this order."""
        alone = len(point.logs[0])
        processes = self.room.get(point.scale, len(point.logs))
        if alone < ALONE_TURNS or processes == 1:
            return [0] * (alone or FIRST_TURNS)
        lacking = max(map(len, point.logs[:processes]))
        if any(len(logs) < lacking for logs in point.logs[:processes]):
            return [each for number in range(lacking) for each in range(processes) if len(point.logs[each]) <= number]
        return [each for _ in range(min(lacking, MORE_TURNS)) for each in range(processes)]

    def next_scale(self) -> int | None:
        """Returns at which scale to take more turns; None, with `stopped` saying why, where that is of no use."""
        ordered = self.ordered()
        known = [each for each in ordered if each.sign]
        changes = [(one, other) for one, other in pairwise(known) if one.sign != other.sign]
        if len(changes) > 1:
            self.stopped = "there is more than one crossing"
            return None
        if len(ordered) < 2:
            self.stopped = self.left_out or "there is no other size"
            return None
        if changes and (scale := self.beside(*changes[0])) is not None:
            return scale
        open_ = [each for each in ordered if not each.sign and not (changes and inside(each, *changes[0]))]
        if open_ := [each for each in open_ if self.turns(each) < SIGN_TURNS]:
            return max(open_, key=lambda each: each.sureness).scale
        if changes:
            return None
        if (gap := self.widest_gap(ordered)) is not None:
            return gap
        self.stopped = "settled" if all(each.sign for each in ordered) else "more turns do not help"
        return None

    def beside(self, lower: Summary, upper: Summary) -> int | None:
        """Returns where more turns would narrow the interval between two sizes of different, sure signs."""
        found = self.crossing(lower, upper)
        if (between := self.wide(found)) is not None and self.measuring.used() < EXPLORING:
            return between
        if found.within <= self.within:
            self.stopped = "settled"
            return None
        processes = min(self.room.get(each.scale, self.measuring.processes) for each in found.between)
        if found.least_width(processes) >= NO_HELP * math.log(found.high / found.low):
            self.stopped = "more turns do not help: the rest is the luck of processes, which differ all their lives"
            return None
        open_ = [each for each in self.shaping(found) if self.turns(each) < MOST_TURNS]
        if not open_:
            self.stopped = "more turns do not help"
            return None
        return max(open_, key=lambda each: each.width).scale

    def shaping(self, found: Crossing) -> list[Summary]:
        """Returns the sizes on which the interval of a crossing rests: those in it, and the next one on either side."""
        ordered = self.ordered()
        below = max(place for place, each in enumerate(ordered) if each.parameters <= found.low)
        above = min(place for place, each in enumerate(ordered) if each.parameters >= found.high)
        return ordered[below : above + 1]

    def crossing(self, lower: Summary, upper: Summary) -> Crossing:
        """Returns the crossing between two sizes, which is anywhere between where they are far apart."""
        inner = [each for each in self.ordered() if inside(each, lower, upper)]
        found = crossing([lower, *inner, upper])
        return found if self.wide(found) is None else replace(found, low=lower.parameters, high=upper.parameters)

    def wide(self, found: Crossing) -> int | None:
        """Returns the scale between the two beside a crossing, if they are so far apart that the ratio may be bent."""
        one, other = found.between
        return self.middle(one, other) if other.parameters > NARROW * one.parameters else None

    def widest_gap(self, ordered: list[Summary]) -> int | None:
        """Returns a scale between those measured that may hide a pair of crossings; None where time or scales end.

        It lies where neighbours are far apart and near to 1.
        """
        if self.measuring.used() >= EXPLORING:
            return None
        hidden = []
        for one, other in pairwise(ordered):
            room = math.log(other.parameters / one.parameters)
            climb = abs(one.log_ratio) + abs(other.log_ratio)
            if room > math.log(NARROW) and climb < STEEPEST * room and (middle := self.middle(one, other)) is not None:
                hidden.append((climb - STEEPEST * room, middle))
        return min(hidden)[1] if hidden else None

    def middle(self, lower: Summary, upper: Summary) -> int | None:
        """Returns the scale nearest to the middle of two in logarithms of parameters, if there is one between."""
        between = [each for each in self.scales if lower.scale < each < upper.scale]
        target = math.sqrt(lower.parameters * upper.parameters)
        place = bisect.bisect_left(between, target, key=self.parameters)
        near = between[max(0, place - 1) : place + 1]
        return min(near, key=lambda each: abs(math.log(self.parameters(each) / target)), default=None)

    def turns(self, each: Summary) -> int:
        return max(map(len, each.logs))

    def ordered(self) -> list[Summary]:
        return [self.summaries[scale] for scale in sorted(self.summaries)]

    def answer(self) -> Answer:
        """Returns what is known so far."""
        ordered = self.ordered()
        known = [each for each in ordered if each.sign]
        changes = [(one, other) for one, other in pairwise(known) if one.sign != other.sign]
        found = None
        if changes:
            lower, upper = changes[0]
            found = self.crossing(lower, upper)
        return Answer(
            finding_of(ordered, len(changes)),
            tuple(self.points[each.scale] for each in ordered),
            tuple(each.sign for each in ordered),
            found,
            self.stopped,
            self.latest,
            self.left_out,
        )
