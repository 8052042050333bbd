"""Intervals hold the truth as often as they say: a small part of what `python -m tools.coverage` simulates."""

import math
import zlib
from functools import cache
from statistics import NormalDist

import numpy as np
import pytest

from tools import coverage

DRAWS = 300
CHANCE = 1e-4
"""The chance that a bound fails although the true share is just allowed."""


@cache
def at_most(draws, share):
    """[k]: the chance that at most k of some draws succeed, each with this chance."""
    below = np.arange(draws + 1)
    log_factorials = np.concatenate([[0.0], np.cumsum(np.log(below[1:]))])
    log_chances = log_factorials[-1] - log_factorials - log_factorials[::-1]
    return np.cumsum(np.exp(log_chances + below * math.log(share) + (draws - below) * math.log1p(-share)))


def bounds(draws, low, high):
    """The fewest and the most hits of a true share from low to high, but for `CHANCE` at either end."""
    return int(np.sum(at_most(draws, low) <= CHANCE)), int(np.sum(at_most(draws, high) < 1 - CHANCE))


def test_the_bounds_hold_by_chance_alone():
    """Against the normal approximation of the binomial distribution, where that is good."""
    width = -NormalDist().inv_cdf(CHANCE) * math.sqrt(10_000 * 0.24)

    assert (4000 - width, 6000 + width) == pytest.approx(bounds(10_000, 0.4, 0.6), abs=3)


def generator_of(*case):
    return np.random.default_rng(zlib.crc32(repr(case).encode()))


def strange(held, draws, high):
    """The number of hits if it is not that of a true share from 93% to a highest one."""
    least, most = bounds(draws, 0.93, high)
    return [] if least <= held <= most else [f"{held} of {draws} hits"]


@pytest.mark.parametrize("kind", coverage.KINDS)
@pytest.mark.parametrize("name", coverage.NOISES)
def test_an_interval_holds_the_truth_as_often_as_it_says(kind, name):
    """From 93% to 97% under normal noise, else to 99%: by each number of rounds, and by all of them together."""
    high, held = 0.97 if name == "normal" else 0.99, []
    for count in coverage.ROUNDS:
        generator = generator_of(kind, name, count)
        found = coverage.covered(coverage.KINDS[kind](coverage.NOISES[name], generator, count) for _ in range(DRAWS))
        held.append(round(DRAWS * found))

    assert [[]] * len(held) == [strange(each, DRAWS, high) for each in held]
    assert [] == strange(sum(held), DRAWS * len(held), high)


def test_the_interval_of_a_crossover_holds_the_true_one_as_often_as_it_says():
    held, found = coverage.coverage_of_crossovers(0.4, DRAWS, generator_of("crossover"))

    assert 1 == found
    assert [] == strange(round(DRAWS * held), DRAWS, 0.99)


@pytest.mark.parametrize("factor", [0.7, 1.5])
def test_the_checks_above_can_fail(monkeypatch, factor):
    """Estimates whose intervals are too narrow or too wide by this factor."""
    quantile = coverage.stats.t_quantile
    monkeypatch.setattr(coverage.stats, "t_quantile", lambda free: factor * quantile(free))

    with pytest.raises(AssertionError):
        test_an_interval_holds_the_truth_as_often_as_it_says("a cell's median", "normal")
