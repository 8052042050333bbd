"""The cell that an item of pytest measures."""

import pytest

from crossover.benchmarks.harness.items import part_of


@pytest.mark.parametrize(
    ("value", "expected"),
    [("memory", "memory"), (2, 2), (-2, "-2"), (True, "True"), (None, "None"), (0.5, "0.5"), ([1], "[1]"),
     (2**60, str(2**60)), (max, "max")],
)  # fmt: skip
def test_parameters_of_any_kind_are_parts_that_can_be_saved(value, expected):
    assert expected == part_of(value)
