from datetime import datetime

import pytest

from crossover.benchmarks.harness.progress import end_time, to_go

NOW = datetime(2026, 5, 30, 23, 50)


@pytest.mark.parametrize(
    ("remaining_s", "expected"),
    [(0, "23:50"), (1, "23:51"), (540, "23:59"), (599, "tomorrow 00:00"), (2 * 86400, "2026-06-01 23:50")],
)
def test_a_time_that_is_named_has_not_passed_when_it_comes(remaining_s, expected):
    assert expected == end_time(remaining_s, NOW)


def test_what_is_not_known_yet_takes_at_least_as_long():
    assert "about 4.0 min to go, until 23:54" == to_go(240, is_known=True, now=NOW)
    assert "at least 4.0 min to go, until 23:54 or later" == to_go(240, is_known=False, now=NOW)
