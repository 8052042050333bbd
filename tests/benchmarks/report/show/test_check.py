"""What a judgement says, to people and to programs."""

import pytest

from crossover.benchmarks.report.analysis.noise import ASSUMED, Floors, NoiseFloor, Source
from crossover.benchmarks.report.analysis.regression import Check, judgements
from crossover.benchmarks.report.show import check

QUIET = Floors(NoiseFloor(0.01, 5, Source.RUNS), NoiseFloor(0.02, 4, Source.RUNS))
TRIED = Floors(NoiseFloor(0.08, 6, Source.TRIAL), NoiseFloor(0.03, 6, Source.TRIAL))
CONTROL = {"version": 1, "hash": "a", "scale": 1, "steps": 50, "seconds": [[0.1, 0.1]] * 3}


@pytest.fixture
def judged(results, cell):
    """The judgement of a cell that took 1 s before, beside one that got lost, on a machine of some noise."""

    def make(now_s, floors, rounds=3, **more):
        cells = [cell([seconds] * rounds, case={"workers": 2}, **more) for seconds in (1.0, now_s)]
        both = [each for label, of_run in zip("ab", cells, strict=True) for each in results([of_run], label=label)]
        lost = results({"cpu": {2: "failed: no"}})
        return Check(judgements(both, "a", floors, 0.1), lost, floors, 0.1, ["torch differs"])

    return make


def test_the_sheet_says_direction_floor_what_got_lost_and_what_could_be_found(judged):
    """Equal rounds leave the noise floor alone: a slowdown beyond 1.1 · 1.01 is found."""
    sheet = check.sheet(judged(2.0, QUIET), "b against a")
    (row,) = sheet.rows

    assert ["benchmark", "scale", "device", "recipe", "case", "change", "verdict"] == sheet.header
    assert ["training", "1", "cpu", "article", "2", "2.00x slower [1.98x slower to 2.02x slower]", "regression"] == row
    assert [
        "verdict: regression (allowed slowdown 10%)",
        "noise floor 1% (from 5 unchanged runs of this machine)",
        "cpu, scale 2: measured in the baseline, now failed: no",
        "torch differs",
        "the smallest slowdown that this comparison finds: 11%; `crossover ab` takes rounds in turn and tells smaller "
        "changes apart",
    ] == sheet.notes


ASSUMED_WORDS = "assumed: this machine has fewer than three runs of one clean commit; `crossover noise` measures it"


@pytest.mark.parametrize(
    ("floors", "more", "expected"),
    [
        (QUIET, {}, "noise floor 1% (from 5 unchanged runs of this machine)"),
        (TRIED, {}, "noise floor 8% (from 6 runs of `crossover noise`)"),
        (ASSUMED, {}, f"noise floor 35% ({ASSUMED_WORDS})"),
        (TRIED, {"control": CONTROL}, "noise floor against the control 3% (from 6 runs of `crossover noise`)"),
        (ASSUMED, {"control": CONTROL}, f"noise floor against the control 20% ({ASSUMED_WORDS})"),
    ],
)
def test_it_is_said_where_the_noise_floor_that_counts_comes_from(judged, floors, more, expected):
    found = judged(1.1, floors, **more)

    assert ["verdict: regression (allowed slowdown 10%)", expected] == check.headlines(found)
    assert ["undecided"] == [each.verdict for each in found.judgements]


def test_without_an_interval_no_smallest_slowdown_is_known(judged):
    assert "torch differs" == check.sheet(judged(2.0, QUIET, rounds=2), "b against a").notes[-1]


def test_programs_are_told_numbers(judged):
    content = check.content(judged(2.0, QUIET))
    (cell,), (lost,) = content["cells"], content["lost"]

    assert "regression" == content["verdict"]
    assert {"share": 0.01, "repeats": 5, "source": "unchanged runs"} == content["noise_floor"]
    assert {"share": 0.02, "repeats": 4, "source": "unchanged runs"} == content["control_noise_floor"]
    assert (2.0, pytest.approx(2 / 1.01), pytest.approx(2.02)) == (cell["ratio"], cell["low"], cell["high"])
    assert (2, "failed", "no", True) == tuple(lost[key] for key in ("scale", "status", "reason", "finished"))
