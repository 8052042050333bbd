import pytest

from crossover.benchmarks.harness.time_budget import Budget


@pytest.mark.parametrize(
    ("cell_seconds", "round_s", "expected"),
    [(120, 1, 5), (120, 30, 4), (120, 60, 2), (120, 120, 1), (120, 121, 0), (0, 10_000, 5), (1, 0, 5)],
)
def test_as_many_rounds_as_fit(cell_seconds, round_s, expected):
    assert expected == Budget(cell_seconds, rounds=5).rounds_that_fit(round_s)


def test_too_slow_says_what_lifts_it():
    reason = Budget(120, 5).too_slow_reason(660)

    assert "about 11 min a round, budget 2 min: --cell-seconds 0 lifts it" == reason


@pytest.mark.parametrize(
    ("cell_seconds", "times_s", "expected"),
    [(0, [1e9], 4), (100, [20.0], 4), (100, [40.0], 1), (100, [200.0], 0), (100, [1.0] * 5, 0), (100, [90.0, 5.0], 0)],
)
def test_more_rounds_fit_as_far_as_those_before_leave_room(cell_seconds, times_s, expected):
    assert expected == Budget(cell_seconds, rounds=5).more_rounds(times_s)
