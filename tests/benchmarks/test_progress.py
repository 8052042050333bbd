from datetime import datetime

import pytest

from benchmarks.progress import clock

NOW = datetime(2026, 5, 30, 23, 50)


@pytest.mark.parametrize(
    ("remaining_s", "expected"),
    [(0, "23:50"), (540, "23:59"), (600, "tomorrow 00:00"), (2 * 86400, "2026-06-01 23:50")],
)
def test_clock(remaining_s, expected):
    assert expected == clock(remaining_s, NOW)
