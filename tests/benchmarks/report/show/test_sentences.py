import math

import pytest

from crossover.benchmarks.report.analysis.axis import FLOP
from crossover.benchmarks.report.analysis.crossover import Crossing, Crossover, Direction, Finding
from crossover.benchmarks.report.analysis.remarks import scale_list
from crossover.benchmarks.report.analysis.speedups import speedups
from crossover.benchmarks.report.show.sentences import crossover_sentence


def up(parameters, low=math.nan, high=math.nan, between=(2_254_502, 9_009_002)):
    return Crossing(Direction.UP, parameters, low, high, between)


def down(parameters, low=math.nan, high=math.nan):
    return Crossing(Direction.DOWN, parameters, low, high, (1, 2))


SPAN = (90_902, 9_009_002)
OPEN = "the interval of a speedup contains 1; more rounds may tell (--rounds)"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (
            Crossover("mps", Finding.BETWEEN, SPAN, (up(2.6e6, 2.4e6, 2.9e6),)),
            "mps overtakes cpu at about 2.6 million parameters, between 2,254,502 and 9,009,002 "
            "(95% interval 2.4 million to 2.9 million)",
        ),
        (
            Crossover("mps", Finding.UNDECIDED, SPAN, (up(2.6e6, math.nan, 2.9e6),)),
            "undecided: mps overtakes cpu at about 2.6 million parameters, between 2,254,502 and 9,009,002 "
            "(95% interval from below the smallest model to 2.9 million), but speedups beside it may be on either "
            "side of 1; more rounds may tell (--rounds)",
        ),
        (
            Crossover("mps", Finding.BACK, SPAN, (up(2e6, 1e6, 3e6), down(5e7))),
            "mps overtakes cpu at about 2 million parameters, between 2,254,502 and 9,009,002 "
            "(95% interval 1 million to 3 million); cpu is ahead again from about 50 million parameters on",
        ),
        (
            Crossover("mps", Finding.BACK, SPAN, (up(2e6), down(5e7, 4e7, 6e7), up(9e7))),
            "mps overtakes cpu at about 2 million parameters, between 2,254,502 and 9,009,002 "
            "(one round: no interval); cpu is ahead again from about 50 million parameters "
            "(95% interval 40 million to 60 million); mps is ahead again from about 90 million parameters on",
        ),
        (
            Crossover("mps", Finding.UNDECIDED, SPAN, (up(2e6), down(5e7)), open_above=10**8),
            "undecided: mps overtakes cpu at about 2 million parameters, between 2,254,502 and 9,009,002 "
            "(one round: no interval); cpu is ahead again from about 50 million parameters on, but speedups beside the "
            "first crossover may be on either side of 1; more rounds may tell (--rounds); undecided above 100,000,000 "
            f"parameters: {OPEN}",
        ),
        (
            Crossover("mps", Finding.BACK, SPAN, (down(5e7),)),
            "mps is faster than cpu for small models only: cpu is ahead from about 50 million parameters on",
        ),
        (
            Crossover("mps", Finding.BACK, SPAN, (down(5e7, 4e7, 6e7), up(9e7))),
            "mps is faster than cpu for small models: cpu is ahead from about 50 million parameters "
            "(95% interval 40 million to 60 million); mps is ahead again from about 90 million parameters on",
        ),
        (
            Crossover("cuda", Finding.ALREADY, SPAN),
            "cuda is already faster than cpu at the smallest model measured on both, 90,902 parameters",
        ),
        (
            Crossover("cuda", Finding.NOT_REACHED, SPAN),
            "cuda does not overtake cpu up to the largest model measured on both, 9,009,002 parameters",
        ),
        (
            Crossover("cuda", Finding.UNDECIDED, SPAN),
            f"undecided whether cuda overtakes cpu between 90,902 and 9,009,002 parameters: {OPEN}",
        ),
        (
            Crossover("cuda", Finding.NOT_COMPUTABLE),
            "no crossover of cuda: no scale was measured on both cpu and cuda",
        ),
    ],
)
def test_each_outcome_has_its_words(results, found, expected):
    assert expected == crossover_sentence(found, speedups(results({"cpu": {1: [1.0]}})))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (
            Crossover("mps", Finding.BETWEEN, SPAN, (up(138.1e6, 1.2e8, math.nan, (120_120_000, 480_240_000)),)),
            "mps overtakes cpu at about 140 MFLOP a step, between 120 MFLOP and 480 MFLOP "
            "(95% interval 120 MFLOP to beyond the largest model)",
        ),
        (
            Crossover("mps", Finding.BACK, SPAN, (down(5e9),), open_below=4_824_000),
            "mps is faster than cpu for small models only: cpu is ahead from about 5 GFLOP a step on; undecided below "
            f"4.82 MFLOP a step: {OPEN}",
        ),
        (
            Crossover("mps", Finding.NOT_REACHED, (4_824_000, 1_368_391_680)),
            "mps does not overtake cpu up to the largest model measured on both, 1.37 GFLOP a step",
        ),
    ],
)
def test_each_axis_has_its_words(results, found, expected):
    assert expected == crossover_sentence(found, speedups(results({"cpu": {1: [1.0]}}), axis=FLOP))


@pytest.mark.parametrize(
    ("scales", "expected"),
    [([7], "scale 7"), ([1, 2, 3, 10], "scales 1-3, 10"), ([1, 3], "scales 1, 3"), ([9, 10], "scales 9-10")],
)
def test_scale_list(scales, expected):
    assert expected == scale_list(scales)
