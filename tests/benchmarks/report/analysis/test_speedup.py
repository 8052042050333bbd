import math

import pytest

from crossover.benchmarks.report.analysis import stats
from crossover.benchmarks.report.analysis.speedup import contains_one, speedups


def test_speedup_is_baseline_time_over_contender_time(frame):
    rows = speedups(stats.with_medians(frame({"cpu": {1: [3.0], 2: [8.0]}, "mps": {1: [6.0], 2: [2.0]}})))

    assert [0.5, 4.0] == rows["speedup"].tolist()
    assert rows["low"].isna().all()


def test_a_speedup_needs_both_sides(frame):
    cells = frame({"cpu": {1: [3.0], 2: "too slow: an hour"}, "mps": {1: "too big: no", 2: [2.0], 3: [1.0]}})

    assert speedups(stats.with_medians(cells)).empty


def test_the_interval_of_a_speedup_comes_from_the_rounds_of_both_sides(frame):
    cells = frame({"cpu": {1: [3.0, 3.1, 3.2]}, "cuda": {1: [1.0, 1.1, 1.2]}})
    row = speedups(stats.with_medians(cells)).iloc[0]

    assert 3.1 / 1.1 == pytest.approx(row["speedup"])
    assert 2 < row["low"] < row["speedup"] < row["high"] < 4


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(0.9, 1.1, True), (1.0, 1.1, True), (1.01, 1.1, False), (math.nan, math.nan, False)]
)
def test_contains_one(low, high, expected):
    assert expected == contains_one(low, high)
