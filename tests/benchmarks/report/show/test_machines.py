"""The table of machines side by side. What it looks like: golden/machines."""

import pytest

from crossover.benchmarks.report.show.machines import by_batch, side_by_side


@pytest.fixture
def machines(results):
    """The table of machines from the cells of each; the first one is the baseline."""

    def make(**cells):
        found = [each for name, of_name in cells.items() for each in results(of_name, machine=name, label=name)]
        return side_by_side(found, next(iter(cells)), ["torch differs"])

    return make


@pytest.mark.parametrize(
    ("newer", "speedups", "means"),
    [
        ({"cpu": {1: [1.0], 2: [1.0], 3: "too slow: x"}}, [2, 8, None], {"new": ([1, 2], 4), "newer": ([1, 2], 4)}),
        ({"cuda": {1: [1.0]}}, [None], {"new": ([1, 2, 3], 144 ** (1 / 3))}),
    ],
    ids=["a scale that one lacks counts for none", "a machine without the device has no part"],
)
def test_the_geometric_mean_is_over_the_scales_that_all_have(machines, newer, speedups, means):
    old, new = {"cpu": {1: [2.0], 2: [8.0], 3: [9.0]}}, {"cpu": {1: [1.0], 2: [1.0], 3: [1.0]}}
    content = machines(old=old, new=new, newer=newer).content

    assert [None, None, None, 2, 8, 9, *speedups] == [each["speedup"] for each in content["cells"]]
    assert means == {
        each["machine"]: (each["scales"], pytest.approx(each["speedup"])) for each in content["geometric_means"]
    }


def test_a_device_that_nobody_ran_has_no_row(machines):
    nothing = {1: "no device: none here"}
    found = machines(old={"cpu": {1: [2.0]}, "mps": nothing}, new={"cpu": {1: [1.0]}, "mps": nothing})

    assert ["cpu", ""] == [row[0] for row in found.sheet.rows]
    assert "torch differs" == found.sheet.notes[-1]


def test_machines_compare_in_each_batch_size_that_several_have(results, cell):
    """Batches of 10 need no option on the one, and are asked for on the other."""
    here = [cell([2.0])], [cell([4.0]), cell([8.0], batch=64)]
    there = results([cell([1.0], batch=size) for size in (10, 64, 512)], machine="there", label="there")
    two, three = (
        by_batch([*results(cells, machine="here", label="here"), *there], "here", ["torch differs"]) for cells in here
    )

    assert [[None, 2]] == [[each["speedup"] for each in table.rows] for table in two]
    assert [[None, 4], [None, 8]] == [[each["speedup"] for each in table.rows] for table in three]
    assert [
        "Training, 10 epochs, machines side by side",
        "Training, batches of 64, 10 epochs, machines side by side",
    ] == [table.sheet.title for table in three]
    assert 64 == three[1].rows[0]["batch_size"]
