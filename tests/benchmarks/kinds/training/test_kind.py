"""What the table of training says of the limits of its cells."""

import pytest


def test_the_table_says_what_binds_and_why(answer):
    found = answer({"cpu": {1: [0.01], 5: [0.01]}}, probe={})

    assert [["10% of arithmetic"], ["50% of arithmetic"]] == [row[-1:] for row in found.sheet.rows]
    assert "limits: cpu is bound at scales 1, 5 by arithmetic (0 GFLOP/s; reached 10% to 50%)" in found.sheet.notes


def test_without_a_probe_no_column_has_limits(answer):
    assert ["scale", "parameters", "cpu"] == answer({"cpu": {1: [0.01]}}).sheet.header


@pytest.mark.parametrize(("share", "is_remarked"), [(1.04, False), (1.06, True), (101.71, True)])
def test_a_share_above_what_is_possible_says_that_the_probe_was_disturbed(answer, share, is_remarked):
    """In the cell, below the table, and in JSON."""
    found = answer({"cpu": {1: [1e-3 / share], 5: [1.0]}}, probe={})
    remark = "faster than the probe found possible: the probe was disturbed"
    (cell,), _ = [row["cells"] for row in found.content["rows"]]

    assert [f"{share:.0%} of arithmetic{' (probe disturbed)' if is_remarked else ''}"] == found.sheet.rows[0][-1:]
    assert is_remarked == (f"cpu, scale 1: {remark}" in found.sheet.notes)
    assert is_remarked == (remark in cell["remarks"])


def test_a_crossover_is_explained_by_what_binds_on_both_sides_of_it(answer):
    cells = {"cpu": {1: [0.01], 5: [0.04]}, "mps": {1: [0.02], 5: [0.02]}}
    found = answer(cells, probe={"launch_s": 2e-4})

    assert [
        "why mps overtakes there: below it cpu is bound by launch and mps by launch, "
        "above it cpu is bound by arithmetic and mps by arithmetic"
    ] == found.reasons
    assert found.reasons[0] in found.sheet.notes
