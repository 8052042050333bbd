"""The search for the size at which one side overtakes the other: takes turns until that is settled or the time is over.

It knows neither processes nor clocks: what measures is handed in, so that a simulation drives the same code.
"""

import bisect
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from crossover.benchmarks.ab.paired_turns import LeftOutError
from crossover.benchmarks.find.answer import NARROW, SearchAnswer, answer_of, known_of
from crossover.benchmarks.find.next_size import Next
from crossover.benchmarks.find.ratios import MeasuredSize, Summary

__all__ = ["Measuring", "Search"]

STRIDE = 10.0
"""From one size to the next it grows by this factor at most: nobody knows how long a much larger size takes, and two
crossings this close to each other are rare."""

FIRST_TURNS = 2
"""The turns of the first pair of processes before the first look at a size: where one side is far ahead, they tell.
Where they do not, the other pairs take as many before the next look."""

MORE_TURNS = 2
"""The turns of each pair of processes between two looks: then other sizes may need them more."""

EXPLORING = 0.7
"""The share of the time after which no further size is begun: the rest is for those beside the crossing."""


class Measuring(Protocol):
    """What measures: the two sides in real processes, or made up."""

    processes: int
    """How many pairs of processes take turns."""

    def size(self, dial: int) -> int:
        """The size at a scale or batch size, without preparing it."""

    def refusal(self, dial: int) -> str | None:
        """Why a size cannot be measured here, or None where it seems to fit memory and time."""

    def pair_s(self, dial: int) -> float:
        """About how many seconds a pair of turns takes at a size that was measured."""

    def has_time(self, dial: int, process: int, turns: int) -> bool:
        """Whether some turns of a pair of processes are over in time, as far as can be told."""

    def take(self, point: MeasuredSize, process: int) -> None:
        """Add a turn of either side by a pair of processes to a point.

        Raises LeftOutError where that pair has no room for the size.
        """

    def used(self) -> float:
        """The share of the time that is used up: 1 or more when it is over."""


class Search:
    """A search over some scales or batch sizes, in rising order, for the one crossing to within a share of its size."""

    def __init__(self, measuring: Measuring, dials: Sequence[int], within: float) -> None:
        self.measuring = measuring
        self.dials = list(dials)
        self.within = within
        self.points: dict[int, MeasuredSize] = {}
        self.summaries: dict[int, Summary] = {}
        self.room: dict[int, int] = {}
        self.stopped = "begun"
        """Why it ended, or that it has begun."""

        self.is_over = False
        """Whether the turns that were to come would have ended too late."""

        self.latest: MeasuredSize | None = None
        self.left_out: str | None = None
        """Why larger sizes were not measured, if there are any."""

    def run(self, on_look: Callable[[SearchAnswer], None] | None = None) -> SearchAnswer:
        """Search until the answer is settled, the time is over or more turns do not help; `on_look` gets each step."""
        for _ in self.steps():
            if on_look:
                on_look(self.answer())
        return self.answer()

    def answer(self) -> SearchAnswer:
        """Returns what is known so far."""
        return answer_of(list(self.points.values()), known_of(list(self.summaries.values()), self.dials))

    def steps(self) -> Iterator[None]:
        """Take the turns of one look after another."""
        yield from self.climb()
        while True:
            found = self.next()
            if found.dial is None:
                self.stopped = found.reason
                return
            yield from self.look(found.dial)
            if self.is_over:
                self.stopped = "the time is over"
                return

    def next(self) -> Next:
        """Returns where to take more turns, or why that is of no use."""
        known = known_of(list(self.summaries.values()), self.dials)
        is_early = self.measuring.used() < EXPLORING
        found = Next.of(known, self.within, self, is_early=is_early)
        return Next(None, self.left_out) if len(self.points) < 2 and self.left_out else found

    def size(self, dial: int) -> int:
        return self.measuring.size(dial)

    def pair_s(self, dial: int) -> float:
        return self.measuring.pair_s(dial)

    def processes(self, dial: int) -> int:
        """How many pairs of processes have room for a size."""
        return self.room.get(dial, self.measuring.processes)

    def climb(self) -> Iterator[None]:
        """Measure from the smallest size to the largest that fits, in strides."""
        index = 0
        while True:
            dial = self.dials[index]
            yield from self.look(dial)
            if dial not in self.points:
                return
            if self.measuring.used() >= EXPLORING and index < len(self.dials) - 1:
                self.left_out = "the time was over before larger sizes"
                return
            index = self.stride(index)
            if index == self.dials.index(dial):
                return

    def stride(self, index: int) -> int:
        """Returns the place of the next size: the largest within a stride that fits, the same where none does."""
        size, refusal = self.measuring.size, self.measuring.refusal
        end = bisect.bisect_right(self.dials, STRIDE * size(self.dials[index]), lo=index, key=size)
        end = min(max(end, index + 2), len(self.dials))
        if end - 1 == index:
            return index
        reason = refusal(self.dials[end - 1])
        if reason is None:
            return end - 1
        self.left_out = reason
        fitting = bisect.bisect_left(
            self.dials, True, lo=index + 1, hi=end - 1, key=lambda dial: refusal(dial) is not None
        )
        is_far = size(self.dials[fitting - 1]) > NARROW * size(self.dials[index])
        return fitting - 1 if is_far else index

    def look(self, dial: int) -> Iterator[None]:
        """Take as many turns at a size as the next look needs and the time allows.

        A size that proves not to fit is left out, with all larger ones.
        """
        measuring = self.measuring
        point = self.points.get(dial) or MeasuredSize.empty(dial, measuring.size(dial), measuring.processes)
        is_needed = point.pairs < FIRST_TURNS and len(self.points) < 2  # without two sizes there is no answer
        self.is_over = not is_needed and not measuring.has_time(dial, 0, max(1, FIRST_TURNS - point.pairs))
        if self.is_over:
            return
        taken = point.pairs
        try:
            for process in self.due(point):
                if point.pairs >= FIRST_TURNS and not measuring.has_time(dial, process, 1):
                    self.is_over = point.pairs == taken
                    break
                measuring.take(point, process)
        except LeftOutError as error:
            self.room[dial] = sum(count > 0 for count in point.counts)
            if not self.room[dial]:
                self.left_out = f"{error}"
                self.dials = [each for each in self.dials if each < dial or each in self.points]
                return
        self.points[dial] = self.latest = point
        self.summaries[dial] = point.summary()
        yield

    def due(self, point: MeasuredSize) -> list[int]:
        """Returns which pairs of processes take the turns before the next look, in this order."""
        counts = point.counts[: self.processes(point.dial)]
        most = max(counts)
        if not most:
            return [0] * FIRST_TURNS
        if any(count < most for count in counts):
            return [each for number in range(most) for each, count in enumerate(counts) if count <= number]
        return [each for _ in range(MORE_TURNS) for each in range(len(counts))]
