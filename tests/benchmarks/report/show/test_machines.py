"""The table of machines side by side."""

import pytest

from crossover.benchmarks.report.show import render
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


SHEET = """\
Training, 10 epochs, machines side by side

 device   scale       parameters      old      new    new speedup
 ────────────────────────────────────────────────────────────────
    cpu       1            1,000   2.00 s   1.00 s   2.00x faster
    cpu       2            2,000   8.00 s   1.00 s   8.00x faster
                  geometric mean                     4.00x faster

speedup = time on old / time on the other machine: above 1 the other is faster
geometric mean of cpu: over scales 1-2, which all have
torch differs"""


def test_the_sheet(machines):
    """A device that nobody ran has no row."""
    mps = {1: "no device: none here"}
    table = machines(old={"cpu": {1: [2.0], 2: [8.0]}, "mps": mps}, new={"cpu": {1: [1.0], 2: [1.0]}, "mps": mps})

    assert SHEET == render.text(table.sheet)


def test_machines_compare_in_each_batch_size_that_several_have(results, cell):
    """Batches of 10 need no option on the one, and are asked for on the other."""
    here = results([cell([2.0])], machine="here", label="here")
    there = [cell([1.0], batch=10), cell([1.0], batch=64), cell([1.0], batch=512)]
    more = [cell([4.0]), cell([8.0], batch=64)]
    two = by_batch([*here, *results(there, machine="there", label="there")], "here", [])
    three = by_batch([*results(more, machine="here", label="here"), *results(there, machine="there", label="there")],
                     "here", [])  # fmt: skip

    assert [[None, 2]] == [[each["speedup"] for each in table.rows] for table in two]
    assert [[None, 4], [None, 8]] == [[each["speedup"] for each in table.rows] for table in three]
    assert [
        "Training, 10 epochs, machines side by side",
        "Training, batches of 64, 10 epochs, machines side by side",
    ] == [table.sheet.title for table in three]
    assert 64 == three[1].rows[0]["batch_size"]
