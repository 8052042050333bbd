"""What binds a cell whose work is 1000 FLOP and 4000 bytes a scale, and 10 operations."""

import pytest

from crossover.benchmarks.report.analysis import limits, stats
from crossover.benchmarks.report.analysis.table import speedup_table
from crossover.benchmarks.report.show import render, speedup_sheet
from crossover.benchmarks.report.show.tables import answers
from crossover.benchmarks.runs import load

PROBE = {
    "flop_s": 1e6,
    "read_bytes_s": {"1000": 8e6, "10000": 4e6, "1000000": 2e6},
    "copy_bytes_s": {"1000": 9e6, "10000": 3e6, "1000000": 1e6},
    "launch_s": 1e-4,
}


def first_cell(frame, scale=1, rounds=(0.01,), **changes):
    cells = frame({"cpu": {scale: list(rounds)}}, probe=PROBE | changes)
    return speedup_table(cells).cells.iloc[0]


@pytest.mark.parametrize(
    ("changes", "bound", "limit_s"),
    [
        ({}, "arithmetic", 1e-3),
        ({"flop_s": 1e9}, "launch", 1e-3),
        ({"flop_s": 1e9, "launch_s": 1e-9}, "memory", 4000 / 9e6),
    ],
)
def test_the_longest_of_three_binds(frame, changes, bound, limit_s):
    cell = first_cell(frame, **changes)

    assert bound == cell["bound"]
    assert limit_s == pytest.approx(cell["limit_s"])
    assert limit_s / 0.01 == pytest.approx(cell["share"])


def test_a_run_without_a_probe_has_no_limit(frame):
    table = speedup_table(frame({"cpu": {1: [0.01]}}))

    assert [""] == table.cells["bound"].tolist()
    assert table.cells["share"].isna().all()
    assert "limit" not in render.text(speedup_sheet.sheet(table))


def test_the_table_says_what_binds_and_why(frame):
    text = render.text(speedup_sheet.sheet(speedup_table(frame({"cpu": {1: [0.01], 5: [0.01]}}, probe=PROBE))))

    assert "10% of arithmetic" in text
    assert "limits: cpu is bound at scales 1, 5 by arithmetic (0 GFLOP/s; reached 10% to 50%)" in text


@pytest.mark.parametrize(("share", "is_remarked"), [(1.04, False), (1.06, True), (101.71, True)])
def test_a_share_above_what_is_possible_says_that_the_probe_was_disturbed(frame, share, is_remarked):
    """In the cell, below the table, and in JSON."""
    (answer,) = answers(frame({"cpu": {1: [1e-3 / share], 5: [1.0]}}, probe=PROBE))
    note = "cpu, scale 1: faster than the probe found possible: the probe was disturbed"
    (first, *_), *_ = [row["cells"] for row in answer.content["rows"]]

    assert is_remarked == (f"{share:.0%} of arithmetic (probe disturbed)" in answer.sheet.rows[0])
    assert is_remarked == (note in answer.sheet.notes)
    assert is_remarked == ("probe was disturbed" in " ".join(first["remarks"]))


def test_a_crossover_is_explained_by_what_binds_on_both_sides_of_it(frame):
    cells = {"cpu": {1: [0.01], 5: [0.04]}, "mps": {1: [0.02], 5: [0.02]}}
    text = render.text(speedup_sheet.sheet(speedup_table(frame(cells, probe=PROBE | {"launch_s": 2e-4}))))

    assert (
        "why mps overtakes there: below it cpu is bound by launch and mps by launch, "
        "above it cpu is bound by arithmetic and mps by arithmetic"
    ) in text


def test_no_cell_of_the_real_run_is_faster_than_its_machine_can_be(pytestconfig):
    """The probe takes the fastest of several repetitions, which vary by some percent."""
    runs, _ = load.read_all([pytestconfig.rootpath / "docs" / "runs"])
    shares = limits.with_limits(stats.with_medians(load.frame_of(*runs)))["share"].dropna().tolist()

    assert shares, "no run with a probe"
    assert 0 < min(shares)
    assert max(shares) < 1.05
