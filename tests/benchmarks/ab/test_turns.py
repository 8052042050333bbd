"""Turns are taken by all processes in rotation, and until it is settled."""

import time

import pytest

from crossover.benchmarks.ab.turns import StoppingRule, take_turns
from crossover.benchmarks.report.analysis.verdict import Verdict


class Process:
    """Answers with the next of some times, over and over, and notes its name when it is asked."""

    def __init__(self, name, asked, *times_s):
        self.name = name
        self.asked = asked
        self.times_s = times_s
        self.turns = 0

    def ask(self, **request):
        assert {"do": "turn"} == request
        self.asked.append(self.name)
        self.turns += 1
        return {"seconds": self.times_s[(self.turns - 1) % len(self.times_s)], "loss": 0.7}


@pytest.fixture
def taken():
    """Takes turns of as many pairs of processes as there are slowdowns, and returns the outcome and who was asked."""

    def take(*slowdowns, **limits):
        asked = []
        pairs = [
            (Process(f"A{number}", asked, 1.0), Process(f"B{number}", asked, slowdown))
            for number, slowdown in enumerate(slowdowns, start=1)
        ]
        limits = StoppingRule(**{"max_slowdown": 0.1, "rounds": 12, "cell_seconds": 0} | limits)
        return take_turns(pairs, limits, time.perf_counter()), " ".join(asked)

    return take


@pytest.mark.parametrize(
    ("slowdowns", "expected"),
    [
        ([1.0, 1.0], "A1 B1 B2 A2 B1 A1 A2 B2"),
        ([1.0, 1.0, 1.0], "A1 B1 B2 A2 A3 B3 B1 A1 A2 B2 B3 A3"),
    ],
)
def test_every_process_has_its_turn_and_is_first_as_often_as_second(taken, slowdowns, expected):
    outcome, asked = taken(*slowdowns)

    assert expected == asked
    assert (Verdict.UNCHANGED, "settled", 2 * len(slowdowns)) == (outcome.verdict, outcome.stopped, outcome.found.pairs)


def test_what_processes_differ_by_leaves_it_undecided_however_many_turns_they_take(taken):
    outcome, _ = taken(1.0, 1.1, 1.2, rounds=300, max_slowdown=0.05)

    assert (Verdict.UNDECIDED, "--rounds", 300) == (outcome.verdict, outcome.limited_by, outcome.found.pairs)
    assert 0.09 == pytest.approx(outcome.found.luck, abs=0.005)


def test_a_slowdown_that_all_processes_share_is_found(taken):
    outcome, _ = taken(1.19, 1.20, 1.21)

    assert (Verdict.REGRESSION, 6) == (outcome.verdict, outcome.found.pairs)
    assert (1.0, 1.2) == (outcome.baseline_s, outcome.contender_s)


def test_when_the_time_is_over_there_is_a_last_look(taken):
    outcome, _ = taken(1.0, 1.0, 1.0, cell_seconds=1e-9)

    assert ("its 1e-09 s are over", "--cell-seconds", 1) == (outcome.stopped, outcome.limited_by, outcome.found.pairs)
