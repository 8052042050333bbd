"""The search asks for what it needs, and for nothing that does not fit."""

import math
from collections import Counter

import pytest

from crossover.benchmarks.ab.paired_turns import LeftOutError
from crossover.benchmarks.find.answer import SearchFinding
from crossover.benchmarks.find.search import Search

NOISE = (0.01, -0.01, 0.004, -0.004)
"""What the turns of a pair of processes are off by, over and over."""


class MadeUp:
    """Measures log ratios that a test makes up; each turn takes a hundredth of `turns_to_have` of the time."""

    def __init__(self, log_ratio, *, largest=10**9, room=None, turns_to_have=2000, processes=3):
        self.log_ratio = log_ratio
        self.largest = largest
        self.room = room or {}
        self.turns_to_have = turns_to_have
        self.processes = processes
        self.asked = []

    def size(self, dial):
        return 100_000 * dial**2

    def refusal(self, dial):
        return "too large" if self.size(dial) > self.largest else None

    def take(self, point, process):
        if process >= self.room.get(point.dial, self.processes):
            raise LeftOutError(f"no room for {point.dial}")
        self.asked.append((point.dial, process))
        taken = point.counts[process]
        point.add(process, 1.0, math.exp(self.log_ratio(math.log10(point.size)) + NOISE[taken % len(NOISE)]))

    def pair_s(self, dial):
        return 0.1

    def has_time(self, dial, process, turns):
        return len(self.asked) + turns <= self.turns_to_have

    def used(self):
        return len(self.asked) / self.turns_to_have


def search(log_ratio, scales=range(1, 101), within=0.1, **how):
    measuring = MadeUp(log_ratio, **how)
    searching = Search(measuring, scales, within)
    return searching.run(), searching


@pytest.mark.parametrize("sign", [1, -1])
def test_a_crossing_is_found_whichever_side_wins_above_it(sign):
    answer, searching = search(lambda size: sign * (6.3 - size))

    assert SearchFinding.FOUND is answer.finding
    assert (sign > 0) == answer.crossing.to_contender
    assert answer.crossing.low <= 10**6.3 <= answer.crossing.high
    assert answer.crossing.within <= 0.1
    assert "settled" == searching.stopped
    assert len(answer.points) < 10, "each size takes seconds to prepare"


def test_sizes_far_from_the_crossing_get_no_more_turns_than_their_side_takes_to_tell():
    answer, _ = search(lambda size: 0.5 * (6.3 - size))
    far = [each for each in answer.points if abs(math.log10(each.size) - 6.3) > 1]

    assert 4 == len(far)
    assert max(each.pairs for each in far) <= 2 < max(each.pairs for each in answer.points)


@pytest.mark.parametrize(
    ("log_ratio", "finding"),
    [
        (lambda size: 0.5, SearchFinding.NONE),
        (lambda size: -0.5, SearchFinding.NONE),
        (lambda size: 0.0, SearchFinding.UNDECIDED),
        (lambda size: abs(size - 7) - 0.9, SearchFinding.SEVERAL),
        (lambda size: 0.9 - abs(size - 7), SearchFinding.SEVERAL),
    ],
)
def test_other_findings(log_ratio, finding):
    assert finding is search(log_ratio)[0].finding


def test_a_size_at_the_end_that_may_be_on_the_other_side_leaves_it_undecided():
    answer, _ = search(lambda size: 6 - size if size < 6.5 else min(0.0, 6 - size + 5 * (size - 6.5)))

    assert SearchFinding.UNDECIDED is answer.finding
    assert answer.crossing.low <= 1e6 <= answer.crossing.high


def test_nothing_that_does_not_fit_is_measured_and_the_reason_is_kept():
    answer, searching = search(lambda size: 0.5, largest=4_000_000)

    assert 4_000_000 >= max(point.size for point in answer.points)
    assert 6 == max(scale for scale, _ in searching.measuring.asked)
    assert "too large" == searching.left_out


def test_a_size_that_proves_not_to_fit_is_left_out_with_all_larger_ones():
    _, searching = search(lambda size: 6.3 - size, room={9: 0})

    assert 9 > max(scale for scale, _ in searching.measuring.asked)
    assert "no room for 9" == searching.left_out


def test_where_only_some_processes_have_room_they_go_on_alone():
    answer, searching = search(lambda size: 0.3 * (6.3 - size), room=dict.fromkeys(range(4, 101), 1))

    assert {0, 1, 2} == {process for _, process in searching.measuring.asked}
    assert {0} == {process for scale, process in searching.measuring.asked if scale >= 4}
    assert answer.crossing


def test_when_the_time_is_over_it_ends_with_what_is_known():
    _, searching = search(lambda size: 0.01 * (6.3 - size), turns_to_have=50)

    assert "the time is over" == searching.stopped
    assert 50 <= len(searching.measuring.asked) < 60


def test_it_ends_where_further_processes_would_have_to_prepare_in_no_time(monkeypatch):
    monkeypatch.setattr(MadeUp, "has_time", lambda self, dial, process, turns: process == 0)
    answer, searching = search(lambda size: 0.01 * (6.3 - size))

    assert "the time is over" == searching.stopped
    assert {0} == {process for _, process in searching.measuring.asked}
    assert SearchFinding.UNDECIDED is answer.finding


def test_where_only_the_smallest_sizes_are_open_the_rest_of_the_time_moves_the_edge():
    answer, searching = search(lambda size: min(0.0, 5.5 - size))
    turns = Counter(scale for scale, _ in searching.measuring.asked)

    assert SearchFinding.UNDECIDED is answer.finding
    assert answer.edge.is_lower
    assert answer.edge.sign == -1
    assert 100_000 < answer.edge.size < 400_000, "between the last open size and the first sure one"
    assert turns[1] <= 24, "a size near to 1 does not eat the time"


def test_it_ends_where_more_turns_do_not_help():
    _, searching = search(lambda size: 0.1 * (6.3 - size), within=0.001)

    assert searching.stopped.startswith("more turns do not help: the rest is the luck of processes")
    assert len(searching.measuring.asked) < 1000


def test_sizes_far_apart_are_no_straight_line():
    """Where no time is left for a size between, the crossing is anywhere between them."""
    answer, _ = search(lambda size: 3 * (5.5 - size), scales=[1, 2, 3], turns_to_have=5)
    narrow, _ = search(lambda size: 3 * (5.5 - size), scales=[1, 3])

    assert answer.crossing.high / answer.crossing.low == pytest.approx(9)
    assert narrow.crossing.within <= 0.1


def test_a_gap_in_which_two_crossings_may_hide_is_looked_into():
    answer, _ = search(lambda size: 0.3 if not 6.1 < size < 6.7 else -0.3, scales=range(1, 20))

    assert SearchFinding.SEVERAL is answer.finding
