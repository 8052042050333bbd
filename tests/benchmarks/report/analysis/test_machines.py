import math

import pandas as pd
import pytest

from crossover.benchmarks.report.analysis.machines import side_by_side
from crossover.benchmarks.report.show import machines_sheet, render


@pytest.fixture
def machines(frame):
    """The table of machines from the rounds of each; the first one is the baseline."""

    def make(**devices):
        frames = [frame(scales, machine=name) for name, scales in devices.items()]
        return side_by_side(pd.concat(frames, ignore_index=True), next(iter(devices)))

    return make


def test_speedup_is_the_baseline_machine_s_time_over_the_other_s(machines):
    table = machines(old={"cpu": {1: [2.0], 2: [6.0]}}, new={"cpu": {1: [1.0], 2: [2.0]}})

    assert [2.0, 3.0] == table.cells[table.cells["machine"] == "new"]["speedup"].tolist()
    assert table.cells[table.cells["machine"] == "old"]["speedup"].isna().all()


def test_the_geometric_mean_is_over_the_scales_that_all_have(machines):
    """2x and 8x make 4x; scale 3, which one machine lacks, counts for none."""
    table = machines(
        old={"cpu": {1: [2.0], 2: [8.0], 3: [9.0]}},
        new={"cpu": {1: [1.0], 2: [1.0], 3: [1.0]}},
        newer={"cpu": {1: [1.0], 2: [1.0], 3: "too slow: hours"}},
    )

    assert [4.0, 4.0] == pytest.approx(table.means["speedup"].tolist())
    assert [[1, 2], [1, 2]] == table.means["scales"].tolist()


def test_intervals_come_from_the_rounds_of_both_machines(machines):
    table = machines(old={"cpu": {1: [2.0, 2.1, 2.2]}}, new={"cpu": {1: [1.0, 1.1, 1.2]}})
    new = table.cells[table.cells["machine"] == "new"].iloc[0]

    assert 1.3 < new["low"] < 2.1 / 1.1 < new["high"] < 2.8
    assert new["low"] == pytest.approx(table.means["low"].iloc[0])


def test_machines_without_a_common_device_have_no_ratio(machines):
    table = machines(mac={"mps": {1: [2.0]}}, box={"cuda": {1: [1.0]}})

    assert table.cells["speedup"].isna().all()
    assert table.means.empty


def test_an_unknown_baseline_is_an_error(frame):
    with pytest.raises(KeyError):
        side_by_side(frame({"cpu": {1: [1.0]}}), "nobody")


def test_the_sheet(machines):
    expected = """\
Training, 10 epochs, machines side by side

 device   scale       parameters      old      new    new speedup
 ────────────────────────────────────────────────────────────────
    cpu       1            1,000   2.00 s   1.00 s   2.00x faster
    cpu       2            2,000   8.00 s   1.00 s   8.00x faster
                  geometric mean                     4.00x faster

speedup = time on old / time on the other machine: above 1 the other is faster
geometric mean of cpu: over scales 1-2, which all have
torch differs"""
    table = machines(old={"cpu": {1: [2.0], 2: [8.0]}}, new={"cpu": {1: [1.0], 2: [1.0]}})

    assert expected == render.text(machines_sheet.sheet(table, ["torch differs"]))


def test_rows_say_none_for_what_is_not_known(machines):
    rows = machines_sheet.rows(machines(old={"cpu": {1: [2.0]}}, new={"cpu": {1: "failed: x"}}))

    assert [None, None] == [row["speedup"] for row in rows]
    assert not any(isinstance(row["median_s"], float) and math.isnan(row["median_s"]) for row in rows)
