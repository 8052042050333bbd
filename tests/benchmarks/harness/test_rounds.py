"""What is on the clock of a round, and what is kept of a round that fails."""

import sys
from unittest.mock import Mock

import pytest

from crossover.benchmarks.harness.rounds import Rounds
from crossover.benchmarks.runs.cells import Cell

CELL = Cell("recipes", 1, "cpu")


@pytest.fixture
def rounds_of(run_of, benchmark_of, work_of):
    """Makes a cell before its first round, on a clock that is written down as well."""

    def make(log, **parts):
        seconds = iter([10.0, 12.5])
        benchmark = benchmark_of(lambda: log.append("clock") or next(seconds))
        return Rounds(CELL, work_of(log, **parts), benchmark, run_of([]))

    return make


@pytest.fixture
def another_round(rounds_of):
    """Takes a round after the first one."""

    def take(log, work):
        taken = rounds_of(log, work=work)
        taken.benchmark.stats.update(1.0)
        taken.take_another()
        return taken

    return take


def test_only_the_work_is_on_the_clock(another_round):
    log = []
    taken = another_round(log, lambda: log.append("work"))

    assert ["setup", "clock", "work", "clock", "check", "release"] == log
    assert [1.0, 2.5] == taken.times_s


def test_a_later_round_is_traced_no_more_than_the_first(another_round):
    """pytest-benchmark suspends coverage and debuggers in the rounds that it takes."""
    tracers, before = [], sys.gettrace()
    sys.settrace(lambda *_: None)
    try:
        another_round([], lambda: tracers.append(sys.gettrace()))
    finally:
        sys.settrace(before)

    assert [None] == tracers


def test_what_fails_in_a_later_round_holds_no_memory(another_round):
    log = []
    with pytest.raises(ZeroDivisionError):
        another_round(log, lambda: 1 / 0)

    assert ["setup", "clock", "release"] == log


def test_a_round_that_was_interrupted_before_it_was_looked_at_does_not_count(rounds_of):
    taken = rounds_of([], check=Mock(side_effect=KeyboardInterrupt))
    taken.benchmark.stats.update(1.0)
    with pytest.raises(KeyboardInterrupt):
        taken.take_another()

    assert [1.0] == taken.times_s


def test_nor_does_the_first_round_that_pytest_benchmark_takes(rounds_of):
    taken = rounds_of([], check=Mock(side_effect=KeyboardInterrupt))

    def pedantic(work, setup, teardown):
        taken.benchmark.stats.update(1.0)
        teardown()

    taken.benchmark.pedantic = pedantic
    with pytest.raises(KeyboardInterrupt):
        taken.take_first()

    assert [] == taken.times_s
    assert taken.benchmark.has_error
