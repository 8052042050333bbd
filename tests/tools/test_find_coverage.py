"""`crossover find` is right as often as it says: a small part of what `python -m tools.find_coverage` simulates."""

from functools import cache

import numpy as np
import pytest

from crossover.benchmarks.find import crossing
from crossover.benchmarks.find.answer import SearchFinding
from tools import find_coverage
from tools.ab_coverage import NOISES

MACHINES = 200

FEWEST_HELD = 0.90
"""If 90 intervals each have a 95% chance to hold the crossing, fewer than this hold it in one case of forty."""


@cache
def trials(kind, name):
    generator = np.random.default_rng(3)
    return [find_coverage.trial(find_coverage.draw(kind, generator, NOISES[name]), generator) for _ in range(MACHINES)]


def held(found):
    located = [each for each in found if each.answer.finding is SearchFinding.FOUND and len(each.truth) == 1]
    return sum(each.is_held for each in located) / len(located)


@pytest.mark.parametrize("name", NOISES)
def test_intervals_hold_the_crossing(name):
    found = trials("one", name)

    assert FEWEST_HELD <= held(found)
    assert 0.6 <= sum(each.answer.finding is SearchFinding.FOUND for each in found) / MACHINES


@pytest.mark.parametrize("kind", find_coverage.KINDS)
def test_hardly_any_claim_is_of_a_wrong_kind(kind):
    found = trials(kind, "normal")

    assert sum(each.is_wrong for each in found) <= 0.02 * MACHINES
    assert sum(each.answer.finding is not SearchFinding.UNDECIDED for each in found) >= 0.4 * MACHINES


def test_intervals_that_are_too_narrow_are_noticed(monkeypatch):
    half_width = crossing.half_width
    monkeypatch.setattr(crossing, "half_width", lambda *case: 0.5 * half_width(*case))

    assert held(trials.__wrapped__("one", "normal")) < FEWEST_HELD


def test_each_line_says_what_was_simulated_and_how_often_it_was_right():
    first, second, *_ = find_coverage.lines(2, 3)

    assert "2 machines each, 3 processes a side, 60 s" == first
    assert second.startswith("noise normal, luck 2%, one: ")
