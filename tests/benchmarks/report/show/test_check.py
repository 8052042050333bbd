"""What a judgement says, to people and to programs."""

import pytest

from crossover.benchmarks.report.analysis.regression import Check, NoiseFloor, judgements
from crossover.benchmarks.report.show import check


@pytest.fixture
def judged(results, cell):
    """The judgement of a cell that took 1 s before, beside one that got lost, on a machine of some noise."""

    def make(now_s, floor):
        cells = [cell([seconds] * 3, case={"workers": 2}) for seconds in (1.0, now_s)]
        both = [each for label, of_run in zip("ab", cells, strict=True) for each in results([of_run], label=label)]
        lost = results({"cpu": {2: "failed: no"}})
        return Check(judgements(both, "a", floor, 0.1), lost, floor, 0.1, ["torch differs"])

    return make


def test_the_sheet_says_direction_floor_and_what_got_lost(judged):
    sheet = check.sheet(judged(2.0, NoiseFloor(0.01, 5)), "b against a")
    (row,) = sheet.rows

    assert ["benchmark", "scale", "device", "recipe", "case", "change", "verdict"] == sheet.header
    assert ["training", "1", "cpu", "article", "2", "2.00x slower [1.98x slower to 2.02x slower]", "regression"] == row
    assert [
        "verdict: regression (allowed slowdown 10%)",
        "noise floor 1% (from 5 unchanged runs of this machine)",
        "cpu, scale 2: measured in the baseline, now failed: no",
        "torch differs",
    ] == sheet.notes


def test_what_is_assumed_or_undecided_is_said(judged):
    notes = check.sheet(judged(1.1, NoiseFloor(0.35, 0)), "b against a").notes

    assert "noise floor 35% (assumed: this machine has fewer than three runs of one clean commit)" == notes[1]
    assert notes[-1].startswith(
        "undecided: the change is within what chance and the noise floor explain; `crossover ab`"
    )


def test_programs_are_told_numbers(judged):
    content = check.content(judged(2.0, NoiseFloor(0.01, 5)))
    (cell,), (lost,) = content["cells"], content["lost"]

    assert ("regression", {"share": 0.01, "repeats": 5}) == (content["verdict"], content["noise_floor"])
    assert cell["low"] < cell["ratio"] == 2.0 < cell["high"]
    assert (2, "failed", "no", True) == tuple(lost[key] for key in ("scale", "status", "reason", "finished"))
