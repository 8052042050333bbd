"""How sure a ratio and a crossing are."""

import math

import numpy as np
import pytest

from crossover.benchmarks.find.crossing import crossing
from crossover.benchmarks.find.ratios import LUCK, MeasuredSize


def summary(scale, *logs):
    point = MeasuredSize.empty(scale, 100_000 * scale**2, len(logs))
    for process, each in enumerate(logs):
        for log in each:
            point.add(process, 1.0, math.exp(log))
    return point.summary()


def around(value, spread, count=16):
    return [value + spread * each for each in np.linspace(-1, 1, count)]


def width(*logs):
    low, high = summary(1, *logs).bounds()
    return high - low


def test_the_interval_is_around_the_mean_of_the_processes():
    found = summary(1, around(0.1, 0.02), around(0.2, 0.02), [])

    assert 0.15 == pytest.approx(found.log_ratio)
    assert 0.15 == pytest.approx(sum(found.bounds()) / 2)
    assert 1 == summary(1, around(0.5, 0.02)).sign == -summary(1, around(-0.5, 0.02)).sign
    assert 0 == summary(1, around(0.01, 0.02)).sign


def test_processes_that_agree_by_chance_are_not_taken_for_sure():
    assert width(*[around(0.1, 0.001)] * 3) > 2 * 1.96 * LUCK / math.sqrt(3)


def test_processes_that_differ_more_than_usual_widen_it():
    alike, apart = ([around(offset, 0.01) for offset in offsets] for offsets in ((0, 0.02, -0.02), (0, 0.2, -0.2)))

    assert width(*apart) > 4 * width(*alike)


@pytest.mark.parametrize("more", [{"count": 64}, {"spread": 0.05}])
def test_more_turns_and_less_noise_narrow_it(more):
    usual = {"value": 0.1, "spread": 0.2, "count": 16}

    assert width(*[around(**usual | more)] * 3) < 0.8 * width(*[around(**usual)] * 3)


def test_a_crossing_is_interpolated_in_logarithms_and_its_interval_is_where_the_ratio_may_be_one():
    lower, upper = (summary(scale, *[around(value, 0.05)] * 3) for scale, value in ((1, 0.4), (4, -0.4)))
    found = crossing([lower, upper])
    low, high = lower.bounds()
    slope = 0.8 / math.log(16)

    assert 400_000 == pytest.approx(found.size)
    assert found.to_contender
    assert 0.7 < math.log(found.high / found.low) / ((high - low) / slope) < 1.05, "two sizes tell more than one"


def test_an_interval_stays_between_sizes_whose_signs_are_sure():
    lower, upper = (summary(scale, *[around(value, 0.3)] * 3) for scale, value in ((1, 0.4), (2, -0.4)))
    found = crossing([lower, upper])

    assert 100_000 <= found.low < found.size < found.high <= 400_000
