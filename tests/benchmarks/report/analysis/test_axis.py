"""Crossovers against the FLOP of a step: another axis, and nothing else is another."""

import pytest

from crossover.benchmarks.report.analysis.axis import AXES, FLOP, PARAMETERS
from crossover.benchmarks.report.analysis.speedups import speedups


@pytest.fixture
def found(results):
    """The results of a cpu that takes 1 s at each scale, and of an mps that is faster by some factors."""

    def make(faster, flop_of):
        seconds = {"cpu": dict.fromkeys(faster, 1.0), "mps": {scale: 1 / factor for scale, factor in faster.items()}}
        return results(
            {
                device: {
                    scale: {"rounds": [time_s], "step_flop": flop_of.get(scale)} for scale, time_s in scales.items()
                }
                for device, scales in seconds.items()
            }
        )

    return make


def test_a_crossover_is_interpolated_along_the_axis(found):
    """Where the speedup passes 1 halfway between scales 1 and 4 in logarithms, it does so on every axis."""
    results = found({1: 0.5, 4: 2.0}, {1: 10**6, 4: 16 * 10**6})
    crossings = {axis: speedups(results, axis=axis).crossovers[0].crossings[0] for axis in AXES}

    assert (2000, (1000, 4000)) == (pytest.approx(crossings[PARAMETERS].size), crossings[PARAMETERS].between)
    assert (4e6, (10**6, 16 * 10**6)) == (pytest.approx(crossings[FLOP].size), crossings[FLOP].between)


def test_a_result_of_unknown_size_is_in_no_crossover_and_said(found):
    results = found({1: 0.5, 4: 2.0, 16: 0.5}, {1: 10**6, 4: 16 * 10**6})
    (crossover,) = speedups(results, axis=FLOP).crossovers

    assert (10**6, 16 * 10**6) == crossover.span
    assert 1 == len(crossover.crossings)
    assert ["scale 16: FLOP a step unknown, so in no crossover"] == FLOP.notes(results)
    assert [] == PARAMETERS.notes(results)
