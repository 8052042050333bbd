"""`crossover ab` is right as often as it says: a small part of what `python -m tools.ab_coverage` simulates."""

import numpy as np
import pytest

from crossover.benchmarks.ab import ratio_interval
from crossover.benchmarks.ab.turns import StoppingRule
from crossover.benchmarks.report.analysis.verdict import Verdict
from tools import ab_coverage

ANY = 1e-9
"""An allowed slowdown with which no interval holds a cell to be unchanged, so that nearly all looks are taken."""

MOST_MISSES = 31
"""If 300 cells each have a 5% chance to miss, more than this miss in one case of ten thousand."""

FEWEST_FOUND = 85
"""If 100 slowdowns each have a 95% chance to be found, fewer than this are found in one case of ten thousand."""


def misses(name, slowdown):
    generator = np.random.default_rng(1)
    found = [
        ab_coverage.cell(
            generator, StoppingRule(ANY, 96, 0), noise=ab_coverage.NOISES[name], processes=6, slowdown=slowdown
        )
        for _ in range(300)
    ]
    return sum(has_missed for _, has_missed, _ in found)


def regressions(name):
    generator = np.random.default_rng(2)
    found = [
        ab_coverage.cell(generator, StoppingRule(0.01, 350, 0), noise=ab_coverage.NOISES[name], slowdown=0.05)
        for _ in range(100)
    ]
    return sum(verdict is Verdict.REGRESSION for verdict, _, _ in found)


@pytest.mark.parametrize("name", ab_coverage.NOISES)
def test_the_intervals_of_all_looks_hold_the_truth_in_95_percent(name):
    assert misses(name, slowdown=0.0) <= MOST_MISSES


@pytest.mark.parametrize("name", ab_coverage.NOISES)
def test_a_slowdown_of_5_percent_is_found_where_1_percent_is_allowed(name):
    assert regressions(name) >= FEWEST_FOUND


@pytest.mark.parametrize(("factor", "check"), [(0.6, misses), (2.0, regressions)])
def test_the_checks_above_can_fail(monkeypatch, factor, check):
    """With intervals that are too narrow or too wide by this factor."""
    quantile = ratio_interval.t_quantile
    monkeypatch.setattr(ratio_interval, "t_quantile", lambda *case: factor * quantile(*case))

    if check is misses:
        assert misses("normal", slowdown=0.0) > MOST_MISSES
    else:
        assert regressions("normal") < FEWEST_FOUND


def test_each_line_says_what_was_simulated_and_how_often_it_was_right():
    first, second, *_ = ab_coverage.lines(2, 24, 6)

    assert "2 cells each, of 24 pairs at most and 6 processes a side" == first
    assert second.startswith("noise normal, luck 0%, 0% slower, 0% allowed: undecided ")
