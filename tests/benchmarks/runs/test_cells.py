"""What a cell is called, what it takes turns with, and how it is saved."""

import pytest

from crossover.benchmarks.runs.cells import Cell, Outcome, Status, name_of, record


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (Cell("training", 5, "cpu"), "training[cpu-5]"),
        (Cell("recipes", 5, "cpu", "article"), "recipes[cpu-5-article]"),
        (Cell("recipes", 5, "cuda:1", "fused"), "recipes[cuda:1-5-fused]"),
        (Cell("training", 5, "cpu", batch_size=64), "training[cpu-5-batch64]"),
        (Cell("recipes", 5, "cpu", "fused", batch_size=64), "recipes[cpu-5-batch64-fused]"),
        (Cell("training", 5, "cpu", threads=1), "training[cpu-5-1thread]"),
        (Cell("training", 5, "cpu", batch_size=64, threads=2), "training[cpu-5-batch64-2threads]"),
        (Cell("loading", 5, "cpu", case=(("dataset", "memory"), ("workers", 2))), "loading[cpu-5-memory-2]"),
    ],
)
def test_a_cell_is_called_like_its_item(cell, expected):
    assert expected == str(cell)


def test_a_group_shares_those_parts_of_a_case_that_it_is_taken_within():
    cell = Cell("loading", 5, "cpu", case=(("dataset", "memory"), ("workers", 2)))

    assert ("loading", "cpu", 5) == cell.group()
    assert ("loading", "cpu", 5, "memory") == cell.group(("device", "dataset"))
    assert ("loading", 5, "memory") == cell.group(("dataset",))
    assert "loading[cpu-5-memory]" == name_of(cell.group(("device", "dataset")))


def test_cells_of_another_batch_size_are_of_another_group_and_series():
    ten, more = (Cell("training", 5, "cpu", batch_size=size) for size in (10, 64))

    assert "training[5-batch64]" == name_of(more.group(()))
    assert ten.group(()) != more.group(())
    assert ten.series != more.series


def test_numbers_of_threads_take_turns_in_one_group_and_are_series_of_their_own():
    one, two = (Cell("training", 5, "cpu", threads=count) for count in (1, 2))

    assert Cell("training", 5, "cuda").group(()) == one.group(()) == two.group(())
    assert one.series != two.series
    assert 2 == record("x", two, {"parameters": 7}, Outcome(Status.MEASURED))["threads"]
    assert "threads" not in record("x", Cell("training", 5, "cpu"), {"parameters": 7}, Outcome(Status.MEASURED))


def test_a_batch_size_is_saved_where_one_was_asked_for():
    asked, own = (Cell("training", 5, "cpu", batch_size=size) for size in (64, None))

    assert 64 == record("x", asked, {"parameters": 7}, Outcome(Status.MEASURED))["batch_size"]
    assert "batch_size" not in record("x", own, {"parameters": 7}, Outcome(Status.MEASURED))


def test_the_parts_of_a_case_are_saved_by_name():
    saved = record("x", Cell("loading", 5, "cpu", case=(("workers", 2),)), {"parameters": 7}, Outcome(Status.MEASURED))

    assert {"workers": 2} == saved["case"]
