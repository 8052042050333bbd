"""Facts that cannot be read: unknown, and kept in mind."""

import pytest

from crossover.benchmarks.machine import facts


@pytest.fixture(autouse=True)
def nothing_unread(monkeypatch):
    monkeypatch.setattr(facts, "unread", {})


def test_a_fact_that_can_be_read_is_what_it_is():
    assert 7 == facts.read("number", lambda: 7)
    assert [] == facts.remarks()


def test_one_that_cannot_is_none_or_what_stands_for_it():
    assert facts.read("quotient", lambda: 1 / 0) is None
    assert 5 == facts.read("quotient", lambda: 1 / 0, otherwise=5)


def test_each_is_remarked_once_with_its_first_error():
    for error in (OSError("first"), ValueError("second")):
        with facts.reading("power"):
            raise error

    assert ["power could not be read: OSError: first"] == facts.remarks()


def test_an_interrupt_is_no_fact_that_cannot_be_read():
    with pytest.raises(KeyboardInterrupt), facts.reading("power"):
        raise KeyboardInterrupt
