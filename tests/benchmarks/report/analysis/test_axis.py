"""Crossovers against the FLOP of a step: another axis, and nothing else is another."""

import pytest

from crossover.benchmarks import kinds
from crossover.benchmarks.report.analysis.axis import AXES, FLOP, PARAMETERS
from crossover.benchmarks.report.analysis.speedups import speedups

FLOP_OF = {1: 10**6, 4: 16 * 10**6, 16: 256 * 10**6}


@pytest.fixture
def found(results, cell):
    """The results of a cpu that takes 1 s at each scale, and of an mps that is faster by some factors."""

    def make(faster, flop_of=FLOP_OF):
        seconds = {("cpu", scale): 1.0 for scale in faster} | {("mps", scale): 1 / faster[scale] for scale in faster}
        return results(
            [
                cell([time_s], scale=scale, device=device, step_flop=flop_of.get(scale))
                for (device, scale), time_s in seconds.items()
            ]
        )

    return make


def test_a_crossover_is_interpolated_along_the_axis(found):
    """Where the speedup passes 1 halfway between scales 1 and 4 in logarithms, it does so on every axis."""
    crossings = {axis: speedups(found({1: 0.5, 4: 2.0}), axis=axis).crossovers[0].crossings[0] for axis in AXES}

    assert (2000, (1000, 4000)) == (pytest.approx(crossings[PARAMETERS].size), crossings[PARAMETERS].between)
    assert (4e6, (10**6, 16 * 10**6)) == (pytest.approx(crossings[FLOP].size), crossings[FLOP].between)


def test_a_result_of_unknown_size_is_in_no_crossover_and_said(found):
    results = found({1: 0.5, 4: 2.0, 16: 0.5}, {1: 10**6, 4: 16 * 10**6})
    (crossover,) = speedups(results, axis=FLOP).crossovers

    assert (10**6, 16 * 10**6) == crossover.span
    assert 1 == len(crossover.crossings)
    assert ["scale 16: FLOP a step unknown, so in no crossover"] == FLOP.notes(results)
    assert [] == PARAMETERS.notes(results)


def test_its_key_takes_the_place_of_parameters_in_json(found):
    (table,) = kinds.answers(found({1: 0.5, 4: 2.0}), FLOP)
    (crossover,) = table.content["crossovers"]
    mark = next(row for row in table.rows if row["row"] == "crossover")

    assert "flop" == table.content["against"]
    assert [(10**6, 1000), (16 * 10**6, 4000)] == [
        (row["step_flop"], row["parameters"]) for row in table.content["rows"]
    ]
    assert 4e6 == pytest.approx(crossover["step_flop"]) == pytest.approx(crossover["crossings"][0]["step_flop"])
    assert "parameters" not in crossover
    assert 4 * 10**6 == mark["step_flop"]
