"""What a judgement says, to people and to programs."""

import pytest

from crossover.benchmarks.report.analysis.regression import judge_run
from crossover.benchmarks.report.show import check


@pytest.fixture
def judged(run):
    """Scale 1 judged by a baseline of 1 s, where scale 2 got lost; `repeats` tell the noise of the machine."""

    def make(now_s, repeats=()):
        commit = {"id": "abc", "dirty": False}
        saved = [
            run({"cpu": {1: [seconds] * 3}}, f"{number}", taken=f"2026-02-{number:02}", commit=commit)
            for number, seconds in enumerate(repeats, start=1)
        ]
        before = run({"cpu": {1: [1.0] * 5, 2: [1.0]}}, "before", facts={"power": "mains"})
        now = {"cpu": {1: [now_s] * 5, 2: "failed: no"}}
        return judge_run(before, run(now, "now", facts={"power": "battery"}), saved, 0.1)

    return make


def test_the_sheet_says_direction_floor_and_what_got_lost(judged):
    sheet = check.sheet(judged(2.0, repeats=[0.99, 1.0, 1.01]), "now against before")
    (row,) = sheet.rows

    assert ["benchmark", "scale", "device", "recipe", "change", "verdict"] == sheet.header
    assert ["training", "1", "cpu", "article", "regression"] == [*row[:4], row[5]]
    assert row[4].startswith("2.00x slower [1.")
    assert [
        "verdict: regression (allowed slowdown 10%)",
        "noise floor 6% (from 3 unchanged runs of this machine)",
        "cpu, scale 2: measured in the baseline, now failed: no",
        "power differs: mains on the baseline, battery on now",
    ] == sheet.notes


def test_what_is_undecided_or_assumed_is_said(judged):
    notes = check.sheet(judged(1.2), "now against before").notes

    assert "noise floor 35% (assumed: this machine has fewer than three runs of one clean commit)" == notes[1]
    assert notes[-1].startswith(
        "undecided: the change is within what chance and the noise floor explain; `crossover ab`"
    )


def test_programs_are_told_numbers(judged):
    content = check.content(judged(2.0))
    (cell,), (lost,) = content["cells"], content["lost"]

    assert ("regression", 0.1, {"share": 0.35, "repeats": 0}) == (
        content["verdict"],
        content["max_slowdown"],
        content["noise_floor"],
    )
    assert cell["low"] < cell["ratio"] == 2.0 < cell["high"]
    assert (2, "failed", "no", True) == (lost["scale"], lost["status"], lost["reason"], lost["finished"])


def test_cases_have_a_column_where_there_are_any(run, cell):
    cases = [cell([1.0], case={"workers": count}) for count in (0, 2)]
    found = judge_run(run(cases, "before"), run(cases, "now"), [], 0.1)

    assert ["0", "2"] == [row[4] for row in check.sheet(found, "").rows]
    assert "case" == check.sheet(found, "").header[4]
