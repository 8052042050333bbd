"""What a judgement says, to people and to programs. What it looks like: golden/check, /controlled, /checked_batches."""

import pytest

from crossover.benchmarks.report.analysis.noise import ASSUMED, Floors, NoiseFloor, Source
from crossover.benchmarks.report.analysis.regression import Check, judgements
from crossover.benchmarks.report.show import check

QUIET = Floors(NoiseFloor(0.01, 5, Source.RUNS), NoiseFloor(0.02, 4, Source.RUNS))
TRIED = Floors(NoiseFloor(0.08, 6, Source.TRIAL), NoiseFloor(0.03, 6, Source.TRIAL))


@pytest.fixture
def judged(results, cell):
    """The judgement of a cell that took 1 s before, of a benchmark with cases, on a machine of some noise."""

    def make(now_s, floors, rounds=3, **more):
        cells = [cell([seconds] * rounds, case={"workers": 2}, **more) for seconds in (1.0, now_s)]
        both = [each for label, of_run in zip("ab", cells, strict=True) for each in results([of_run], label=label)]
        return Check(judgements(both, "a", floors, 0.1), [], floors, 0.1, ["torch differs"])

    return make


ASSUMED_WORDS = "assumed: this machine has fewer than three runs of one clean commit; `crossover noise` measures it"


@pytest.mark.parametrize(
    ("floors", "more", "expected"),
    [
        (QUIET, {}, "noise floor 1% (from 5 unchanged runs of this machine)"),
        (TRIED, {}, "noise floor 8% (from 6 runs of `crossover noise`)"),
        (ASSUMED, {}, f"noise floor 35% ({ASSUMED_WORDS})"),
        (TRIED, {"control": [0.1] * 3}, "noise floor against the control 3% (from 6 runs of `crossover noise`)"),
        (ASSUMED, {"control": [0.1] * 3}, f"noise floor against the control 20% ({ASSUMED_WORDS})"),
    ],
)
def test_it_is_said_where_the_noise_floor_that_counts_comes_from(judged, floors, more, expected):
    headlines = check.headlines(judged(1.1, floors, **more))

    assert ["verdict: undecided (allowed slowdown 10%)", expected] == headlines


def test_a_case_has_a_column_and_without_an_interval_no_smallest_slowdown_is_known(judged):
    sheet = check.answer(judged(2.0, QUIET, rounds=2), "b against a").sheet

    assert "2" == sheet.rows[0][sheet.header.index("case")]
    assert "torch differs" == sheet.notes[-1]


def test_programs_are_told_numbers(judged):
    """Equal rounds leave the noise floor alone."""
    content = check.answer(judged(2.0, QUIET), "b against a").content
    (cell,) = content["cells"]

    assert {"share": 0.01, "repeats": 5, "source": "unchanged runs"} == content["noise_floor"]
    assert {"share": 0.02, "repeats": 4, "source": "unchanged runs"} == content["control_noise_floor"]
    assert ("2", 2.0, pytest.approx(2 / 1.01), pytest.approx(2.02)) == (
        cell["case"], cell["ratio"], cell["low"], cell["high"]
    )  # fmt: skip
