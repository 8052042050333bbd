"""The table of machines side by side."""

import pytest

from crossover.benchmarks.report.show import render
from crossover.benchmarks.report.show.machines import side_by_side


@pytest.fixture
def machines(results):
    """The table of machines from the cells of each; the first one is the baseline."""

    def make(*, remarks=(), **cells):
        found = [each for name, of_name in cells.items() for each in results(of_name, machine=name, label=name)]
        return side_by_side(found, next(iter(cells)), list(remarks))

    return make


def test_speedup_is_the_baseline_machine_s_time_over_the_other_s(machines):
    content = machines(old={"cpu": {1: [2.0], 2: [6.0]}}, new={"cpu": {1: [1.0], 2: "failed: x"}}).content()

    assert [("old", 2.0, None), ("old", 6.0, None), ("new", 1.0, 2.0), ("new", None, None)] == [
        (each["machine"], each["median_s"], each["speedup"]) for each in content["cells"]
    ]


@pytest.mark.parametrize(
    ("newer", "expected"),
    [
        ({"cpu": {1: [1.0], 2: [1.0], 3: "too slow: hours"}}, [("new", [1, 2], 4.0), ("newer", [1, 2], 4.0)]),
        ({"cuda": {1: [1.0]}}, [("new", [1, 2, 3], 4.0)]),
    ],
    ids=["a scale that one lacks counts for none", "a machine without the device has no part"],
)
def test_the_geometric_mean_is_over_the_scales_that_all_have(machines, newer, expected):
    old = {"cpu": {1: [2.0], 2: [8.0], 3: [4.0]}}
    content = machines(old=old, new={"cpu": {1: [1.0], 2: [1.0], 3: [1.0]}}, newer=newer).content()

    assert expected == [
        (each["machine"], each["scales"], pytest.approx(each["speedup"])) for each in content["geometric_means"]
    ]


def test_machines_without_a_common_device_have_no_ratio(machines):
    content = machines(mac={"mps": {1: [2.0]}}, box={"cuda": {1: [1.0]}}).content()

    assert [None, None] == [each["speedup"] for each in content["cells"]]
    assert [] == content["geometric_means"]


def test_the_interval_of_one_ratio_is_that_of_its_mean(machines):
    content = machines(old={"cpu": {1: [2.0, 2.1, 2.2]}}, new={"cpu": {1: [1.0, 1.1, 1.2]}}).content()
    (_, new), (mean,) = content["cells"], content["geometric_means"]

    assert 1.3 < new["low"] < 2.1 / 1.1 < new["high"] < 2.8
    assert (mean["low"], mean["high"]) == pytest.approx((new["low"], new["high"]))


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
    table = machines(
        remarks=["torch differs"],
        old={"cpu": {1: [2.0], 2: [8.0]}, "mps": mps},
        new={"cpu": {1: [1.0], 2: [1.0]}, "mps": mps},
    )

    assert SHEET == render.text(table.sheet)
