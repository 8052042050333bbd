"""What the table of recipes says of a few cells, made up in the test that reads them."""

import json
import math

import pytest

from crossover.benchmarks.report.analysis import gains, stats
from crossover.benchmarks.report.analysis.recipes import recipe_table
from crossover.benchmarks.report.show import recipes_sheet, render
from crossover.benchmarks.runs import load

PROBE = {"flop_s": 1e6, "read_bytes_s": {"1000": 8e6}, "copy_bytes_s": {"1000": 9e6}, "launch_s": 1e-4}
RISING = [1.0, 2.0, 4.0]


@pytest.fixture
def run():
    """Makes a run of recipes: `{"cpu": {1: {"article": [2.0], "fused": [1.0]}}}`; a status may stand for rounds."""

    def make(devices, probe=None, **extra):
        cells, benchmarks = [], []
        for device, scales in devices.items():
            for scale, recipes in scales.items():
                for recipe, rounds in recipes.items():
                    name = f"test_recipes[{device}-{scale}-{recipe}]"
                    status, _, reason = rounds.partition(": ") if isinstance(rounds, str) else ("measured", "", "")
                    if status == "measured":
                        info = {"in_turn": True, "work": {"flop": 1000, "moved_bytes": 4000, "operations": 1}}
                        info |= extra.get(recipe, {})
                        benchmarks.append({"name": name, "stats": {"data": rounds}, "extra_info": info})
                    key = {"benchmark": "recipes", "scale": scale, "device": device, "recipe": recipe}
                    cells.append({"name": name, "parameters": 1000 * scale, "status": status, "reason": reason} | key)
        workload = {"version": 1, "epochs": 10, "batch_size": 10, "samples": 1000}
        probes = dict.fromkeys(devices, probe) if probe else {}
        return {
            "machine_info": {"crossover": {"name": "test-machine"}},
            "benchmarks": benchmarks,
            "datetime": "2026-01-01T00:00:00+00:00",
            "crossover": {
                "schema": 1, "source": "measured", "workload": workload, "cells": cells, "probe": probes
            },
        }  # fmt: skip

    return make


@pytest.fixture
def table(run):
    return lambda devices, **facts: recipe_table(load.frame_of(load.parse(run(devices, **facts), "made up")))


def shown(table):
    return render.text(recipes_sheet.sheet(table))


def gain_of(table, recipe="fused"):
    return table.cells[table.cells["recipe"] == recipe].iloc[0]


def test_a_gain_is_the_median_of_paired_ratios(table):
    """Twice as fast in every pair, on a machine that gets slower and slower."""
    cell = gain_of(table({"cpu": {1: {"article": [2.0, 4.0, 8.0], "fused": RISING}}}))

    assert [2.0, 2.0, 2.0] == pytest.approx([cell["gain"], cell["gain_low"], cell["gain_high"]])


def test_rounds_that_were_not_taken_in_turn_are_not_paired(table):
    rounds = {"article": [2.0, 4.0, 9.0], "fused": RISING}
    cell = gain_of(table({"cpu": {1: rounds}}, fused={"in_turn": False}))

    assert 2.0 == cell["gain"]
    assert cell["gain_low"] < 1.9 < 2.1 < cell["gain_high"]
    assert math.isnan(cell["narrowing"])


def test_a_cell_with_fewer_rounds_is_paired_with_the_first_of_the_others(table):
    cell = gain_of(table({"cpu": {1: {"article": [2.0, 4.0, 8.0, 100.0, 100.0], "fused": RISING}}}))

    assert 2.0 == pytest.approx(cell["gain"])


def test_too_few_pairs_give_a_gain_without_an_interval(table):
    cell = gain_of(table({"cpu": {1: {"article": [3.0, 5.0], "fused": [1.0, 1.0]}}}))

    assert 4.0 == cell["gain"]
    assert math.isnan(cell["gain_low"])


def test_a_paired_interval_is_narrower_where_rounds_share_their_luck(table):
    cell = gain_of(table({"cpu": {1: {"article": [2.0, 4.2, 8.0], "fused": RISING}}}))
    low, high = stats.interval(cell["log_draws"])

    assert cell["narrowing"] > 10
    assert high / low > cell["gain_high"] / cell["gain_low"]


def best_of(table):
    return table.cells[table.cells["best"]]["recipe"].tolist()


def test_the_best_recipe_is_that_of_the_largest_gain(table):
    """Resident has the smaller median, but the article is faster in two pairs of three."""
    rounds = {"article": [1.0, 2.0, 5.0], "resident": [1.2, 1.9, 6.0]}

    assert ["article"] == best_of(table({"cpu": {1: rounds}}))


def test_without_the_article_the_best_recipe_is_that_of_the_least_time(table):
    assert ["native"] == best_of(table({"cpu": {1: {"fused": [2.0], "native": [1.0]}}}))


SHEET = """\
Recipes, 10 epochs, on test-machine

 device   scale   parameters          recipe     time           gain              limit   peak memory   to prepare
 ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    cpu       1        1,000         article   1.00 s                  0% of arithmetic
    cpu       1        1,000    fused (best)   500 ms   2.00x faster   0% of arithmetic          8 MB
    cpu       1        1,000          native   800 ms   1.25x faster   0% of arithmetic                     1.50 s
    cpu       1        1,000            bf16   100 ms   10.0x faster   1% of arithmetic
    cpu      10       10,000         article   2.00 s                  0% of arithmetic
    cpu      10       10,000           fused   failed
    cpu      10       10,000   native (best)   1.00 s   2.00x faster   0% of arithmetic                     1.50 s

no crossover of mps: no scale was measured on both cpu and mps
gain = article time / recipe time on the same device: above 1 the recipe is faster
best: the fastest of its scale and device, in full precision
limits of cpu: arithmetic 0 GFLOP/s
cpu (article, native), every scale; cpu (fused, bf16), scale 1: one round: no interval
cpu (graphed), every scale: unavailable: no CUDA
mps, every scale: no device: none here
cpu (fused), scale 10: failed: RuntimeError: no"""

MISSING = dict.fromkeys(["article", "fused"], "no device: none here")
CELLS = {
    "cpu": {
        1: {"article": [1.0], "fused": [0.5], "native": [0.8], "bf16": [0.1], "graphed": "unavailable: no CUDA"},
        10: {"article": [2.0], "fused": "failed: RuntimeError: no", "native": [1.0], "graphed": "unavailable: no CUDA"},
    },
    "mps": {1: MISSING, 10: MISSING},
}
EXTRA = {
    "fused": {"peak_bytes": 8_000_000, "prepare_s": 0.004},
    "native": {"prepare_s": 1.5},
    "bf16": {"reduced_precision": True},
}


def test_the_sheet(table):
    """What computes in less precision is not the best, what a device ran at no scale has no row, and so on."""
    assert SHEET == shown(table(CELLS, probe=PROBE, **EXTRA))


def test_csv_and_json_have_every_cell(table):
    made = table(CELLS, probe=PROBE, **EXTRA)
    lines = render.csv(recipes_sheet.csv_rows(made)).splitlines()
    cells = json.loads(render.as_json(recipes_sheet.json_table(made)))["cells"]

    assert 13 == len(cells) == len(lines) - 1
    assert [2.0, None] == [cell["gain"] for cell in cells if cell["recipe"] == "fused"][:2]
    assert [("fused", 1), ("native", 10)] == [(cell["recipe"], cell["scale"]) for cell in cells if cell["best"]]


TWO_DEVICES = {
    "cpu": {1: {"article": [1.0], "fused": [0.5]}, 4: {"article": [4.0], "fused": [2.0]}},
    "mps": {1: {"article": [2.0], "fused": [2.0]}, 4: {"article": [2.0], "fused": [1.9]}},
}


def test_the_crossover_moves_with_the_recipe(table):
    """The article's loop on mps overtakes at 2,000 parameters; the best recipe of each just below the last row."""
    text = shown(table(TWO_DEVICES))

    assert "with the article's loop, mps overtakes cpu at about 2,000 parameters, between 1,000 and 4,000" in text
    assert "with the best recipe of each, mps overtakes cpu at about 3,800 parameters, between 1,000 and 4,000" in text


def test_a_recipe_of_less_precision_moves_no_crossover(table):
    text = shown(table(TWO_DEVICES, fused={"reduced_precision": True}))

    assert "with the best recipe of each, mps overtakes cpu at about 2,000 parameters" in text


def test_a_run_of_nothing_but_less_precision_has_no_best(table):
    found = table({"cpu": {1: {"fused": RISING}}}, fused={"reduced_precision": True})

    assert found.by_best is None
    assert not found.cells["best"].any()
    assert "no gain: article was not asked for" in recipes_sheet.sheet(found).notes[0]


@pytest.mark.parametrize(
    ("recipes", "expected"),
    [
        ({"fused": [1.0]}, "no gain: article was not asked for (--recipes article,…)"),
        ({"article": "too slow: hours", "fused": [1.0]}, "no gain: article was not measured"),
        ({"article": [1.0], "fused": "failed: x"}, "no gain: no recipe was measured beside article"),
        ({"article": "too slow: hours"}, "no gain: article was not measured"),
    ],
)
def test_without_a_gain_the_table_says_why(table, recipes, expected):
    text = shown(table({"cpu": {1: recipes}}))

    assert expected in text
    assert "(best)" not in text


@pytest.mark.parametrize(
    ("narrowing", "expected"),
    [
        ([3.0, 3.1, 9.0], "3.1x narrower than those of unpaired medians (in the middle over 3 ratios)"),
        ([0.5], "2.0x wider than those of unpaired medians (one ratio)"),
        ([1.01], "as wide as those of unpaired medians (one ratio)"),
    ],
)
def test_a_note_says_what_pairing_did_for_the_intervals(table, monkeypatch, narrowing, expected):
    values = iter(narrowing)
    monkeypatch.setattr(gains, "gain", lambda article, cell: gains.Gain(2.0, 1.9, 2.1, next(values)))
    text = shown(table({"cpu": {scale: {"article": [1.0]} for scale in range(1, len(narrowing) + 1)}}))

    assert f"gains are medians of paired ratios: their 95% intervals are {expected}" in text
