"""What a judgement says, to people and to programs."""

import pytest

from crossover.benchmarks.report.analysis.noise import ASSUMED, Floors, NoiseFloor, Source
from crossover.benchmarks.report.analysis.regression import Check, judgements
from crossover.benchmarks.report.show import check

QUIET = NoiseFloor(0.01, 5, Source.RUNS)


@pytest.fixture
def judged(results, cell):
    """The judgement of a cell that took 1 s before, beside one that got lost, on a machine of some noise."""

    def make(now_s, floor, count=3):
        cells = [cell([seconds] * count, case={"workers": 2}) for seconds in (1.0, now_s)]
        both = [each for label, of_run in zip("ab", cells, strict=True) for each in results([of_run], label=label)]
        lost = results({"cpu": {2: "failed: no"}})
        floors = Floors(floor, floor)
        return Check(judgements(both, "a", floors, 0.1), lost, floors, 0.1, ["torch differs"])

    return make


def test_the_sheet_says_direction_floor_and_what_got_lost(judged):
    sheet = check.sheet(judged(2.0, QUIET), "b against a")
    (row,) = sheet.rows

    assert ["benchmark", "scale", "device", "recipe", "case", "change", "verdict"] == sheet.header
    assert ["training", "1", "cpu", "article", "2", "2.00x slower [1.98x slower to 2.02x slower]", "regression"] == row
    assert [
        "verdict: regression (allowed slowdown 10%)",
        "noise floor 1% (from 5 unchanged runs of this machine)",
        "cpu, scale 2: measured in the baseline, now failed: no",
        "torch differs",
        f"the smallest slowdown that this comparison finds: 11%; {check.AB}",
    ] == sheet.notes


@pytest.mark.parametrize(
    ("floor", "expected"),
    [
        (NoiseFloor(0.35, 6, Source.TRIAL), "from 6 runs of `crossover noise`"),
        (
            ASSUMED.timed,
            "assumed: this machine has fewer than three runs of one clean commit; `crossover noise` measures it",
        ),
    ],
)
def test_where_the_noise_floor_comes_from_is_said(judged, floor, expected):
    notes = check.sheet(judged(1.1, floor), "b against a").notes

    assert f"noise floor 35% ({expected})" == notes[1]
    assert f"the smallest slowdown that this comparison finds: 48%; {check.AB}" == notes[-1]


def test_without_an_interval_no_smallest_slowdown_is_known(judged):
    assert "torch differs" == check.sheet(judged(2.0, QUIET, count=2), "b against a").notes[-1]


def test_programs_are_told_numbers(judged):
    content = check.content(judged(2.0, QUIET))
    (cell,), (lost,) = content["cells"], content["lost"]

    assert ("regression", {"share": 0.01, "repeats": 5, "source": "unchanged runs"}) == (
        content["verdict"],
        content["noise_floor"],
    )
    assert cell["low"] < cell["ratio"] == 2.0 < cell["high"]
    assert (2, "failed", "no", True) == tuple(lost[key] for key in ("scale", "status", "reason", "finished"))
