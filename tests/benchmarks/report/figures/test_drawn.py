"""What a picture shows of a few cells, made up in the test that reads them."""

import math

import pandas as pd
import pytest

from crossover.benchmarks.report.figures import drawn as curves
from crossover.benchmarks.report.show.series import Quantity

ROUNDS = {"cpu": {1: [1.0], 4: [4.0]}, "mps": {1: [2.0], 4: [2.0]}}


@pytest.fixture
def drawn(answer):
    """The curves of a run, by quantity."""
    return lambda cells, **facts: {each.quantity: each for each in curves.joined(answer(cells, **facts).curves)}


def test_speedups_and_their_crossover_are_those_of_the_table(drawn):
    speedups = drawn(ROUNDS)[Quantity.SPEEDUP]

    assert [0.5, 2.0] == speedups.points["value"].tolist()
    assert ["0.50x slower", "2.00x faster"] == speedups.points["text"].tolist()
    assert ["2,000 parameters"] == speedups.crossings["text"].tolist()
    assert 2000 == pytest.approx(speedups.crossings["parameters"].iloc[0])


def test_there_is_a_ring_for_every_crossover_and_a_way_back_says_whom_it_leads_to(drawn):
    found = drawn({"cpu": {1: [1.0], 4: [1.0], 16: [1.0]}, "mps": {1: [2.0], 4: [0.5], 16: [2.0]}})

    assert ["2,000 parameters", "8,000 parameters, to cpu"] == found[Quantity.SPEEDUP].crossings["text"].tolist()


def test_a_device_that_was_not_measured_has_no_line(drawn):
    found = drawn({"cpu": {1: [1.0], 4: [4.0]}, "mps": {1: "no device: none", 4: "no device: none"}})

    assert [Quantity.TIME] == list(found)
    assert {"cpu"} == set(found[Quantity.TIME].points["series"])


@pytest.mark.parametrize(
    ("cpu", "mps", "expected"),
    [
        ("too slow: hours", [1.0], "cpu too slow"),
        ([1.0], "too big: 9 GB", "too big"),
        (None, [1.0], "cpu not asked for"),
    ],
)
def test_a_cell_that_was_left_out_says_why_there_is_no_speedup(drawn, cpu, mps, expected):
    rounds = {"cpu": {1: [1.0]} | ({4: cpu} if cpu else {}), "mps": {1: [2.0], 4: mps}}
    points = drawn(rounds)[Quantity.SPEEDUP].points

    assert ["", expected] == points["left_out"].tolist()
    assert math.isnan(points["value"].iloc[1])


def test_times_have_intervals_and_the_machine_s_limit(drawn):
    times = drawn({"cpu": {1: [1.0, 1.1, 1.2]}}, probe={})[Quantity.TIME].points.iloc[0]

    assert times["low"] < times["value"] < times["high"]
    assert 0 < times["limit"] < times["low"]
    assert "1.10 s [" in times["text"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([("a.json", "mac", "cpu", "article"), ("a.json", "mac", "mps", "article")], ["cpu", "mps"]),
        ([("a.json", "mac", "mps", "article"), ("b.json", "box", "mps", "article")], ["mac mps", "box mps"]),
        ([("a.json", "mac", "cpu", "fused"), ("a.json", "mac", "cpu", "native")], ["cpu, fused", "cpu, native"]),
        ([("0001_x.json", "mac", "cpu", "a"), ("0002_x.json", "mac", "cpu", "a")], ["0001 cpu", "0002 cpu"]),
        ([("x/0001_x.json", "mac", "cpu", "a"), ("y/0001_x.json", "mac", "cpu", "a")],
         ["x/0001_x.json cpu", "y/0001_x.json cpu"]),
        ([("a.json", "mac", "cpu", "a", 10), ("a.json", "mac", "cpu", "a", 64)], ["cpu, batch 10", "cpu, batch 64"]),
    ],
)  # fmt: skip
def test_lines_are_named_by_what_tells_them_apart(given, expected):
    lines = pd.DataFrame([(*line, 10)[:5] for line in given], columns=curves.KEYS)

    assert expected == list(curves.series_names(lines).values())


def test_times_of_several_batch_sizes_are_those_of_a_sample(answers):
    """A round of 512 has ten times the samples. Of unknown samples there is no time of one."""
    unknown = {"rounds": [1.0], "samples": None}
    tables = answers({10: [1.0], 64: unknown, 512: [2.048]}, by="batch")
    found = curves.joined(part for each in tables for part in each.curves)[0].points

    assert [1e-4, 2e-5] == pytest.approx(found["value"].tolist())
    assert ["1.00 s a round", "2.05 s a round"] == found["text"].tolist()
