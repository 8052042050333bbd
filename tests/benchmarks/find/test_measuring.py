"""What a search expects turns to take, by what they took before."""

import pytest

from crossover.benchmarks.find import measuring
from crossover.benchmarks.find.dial import Dial
from crossover.benchmarks.find.ratios import MeasuredSize


class Paired:
    """Two pairs of processes on a clock of their own: to prepare a size takes five seconds, and a turn a tenth."""

    labels = ("one", "other")

    def __init__(self):
        self.now_s = 0.0
        self.pairs = [(self, self), (self, self)]

    def prepare_pair(self, number, device, **size):
        self.now_s += 5
        return [{"turn_s": 0.1}, {"turn_s": 0.1}]

    def ask(self, **request):
        self.now_s += 0.1
        return {"seconds": 0.1, "loss": 0.7, "parameters": 100_000}

    def loss_remarks(self, *losses):
        return []


@pytest.fixture
def started(monkeypatch):
    """Makes the processes of a search of some seconds, of which the first pair has taken a turn."""

    def start(seconds):
        paired = Paired()
        monkeypatch.setattr(measuring.time, "perf_counter", lambda: paired.now_s)
        found = measuring.SideProcesses(paired, Dial(), "cpu", seconds, 0.0)
        monkeypatch.setattr(found, "size", lambda dial: 100_000 * dial)
        monkeypatch.setattr(found, "sizes", {1: {"parameters": 100_000}})
        found.take(MeasuredSize.empty(1, 100_000, 2), 0)
        return found

    return start


@pytest.mark.parametrize(("left_s", "expected"), [(4.0, False), (8.0, True)])
@pytest.mark.parametrize("dial", [1, 2])
def test_where_others_took_long_to_prepare_a_size_the_next_needs_as_much_time(started, left_s, expected, dial):
    assert expected == started(5.2 + left_s).has_time(dial, 1, 1)


def test_who_has_prepared_it_needs_only_the_turns(started):
    assert started(7.0).has_time(1, 0, 1)
