"""What the table of recipes says of a few cells, made up in the test that reads them. Rounds are taken in turn."""

import pytest

from crossover.benchmarks.report.show import render

PROBE = {"flop_s": 1e6, "read_bytes_s": {"1000": 8e6}, "copy_bytes_s": {"1000": 9e6}, "launch_s": 1e-4}
RISING = [1.0, 2.0, 4.0]


@pytest.fixture
def table(answer, cell):
    """The table of recipes by device and scale: `{"cpu": {1: {"article": [2.0]}}}`; facts are those of a recipe."""

    def make(devices, probe=None, **facts):
        common = {"in_turn": True, "work": {"flop": 1000, "moved_bytes": 4000, "operations": 1}}
        cells = [
            cell(
                rounds, benchmark="recipes", scale=scale, device=device, recipe=recipe, **common | facts.get(recipe, {})
            )
            for device, scales in devices.items()
            for scale, recipes in scales.items()
            for recipe, rounds in recipes.items()
        ]
        return answer(cells, probe=probe)

    return make


def best_of(found):
    return [(cell["recipe"], cell["scale"]) for cell in found.content["cells"] if cell["best"]]


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
FACTS = {
    "fused": {"peak_bytes": 8_000_000, "prepare_s": 0.004},
    "native": {"prepare_s": 1.5},
    "bf16": {"reduced_precision": True},
}


def test_the_sheet_and_what_programs_are_told(table):
    """What computes in less precision is not the best, what a device ran at no scale has no row, and so on."""
    found = table(CELLS, probe=PROBE, **FACTS)

    assert SHEET == render.text(found.sheet)
    assert [13, 13] == [len(found.content["cells"]), len(found.rows)]
    assert [("fused", 1), ("native", 10)] == best_of(found)


@pytest.mark.parametrize(
    ("recipes", "facts", "best"),
    [
        ({"article": [1.0, 2.0, 5.0], "resident": [1.2, 1.9, 6.0]}, {}, [("article", 1)]),
        ({"fused": [2.0], "native": [1.0]}, {}, [("native", 1)]),
        ({"fused": RISING}, {"fused": {"reduced_precision": True}}, []),
        ({"article": [1.0], "fused": "failed: x"}, {}, []),
    ],
    ids=["by paired rounds, not by median", "without the article by time", "no less precision", "no single one"],
)
def test_the_best_recipe_is_that_of_the_largest_gain(table, recipes, facts, best):
    found = table({"cpu": {1: recipes}}, **facts)

    assert best == best_of(found)
    assert len(best) == str(found.sheet.rows).count("(best)")


TWO_DEVICES = {
    "cpu": {1: {"article": [1.0], "fused": [0.5]}, 4: {"article": [4.0], "fused": [2.0]}},
    "mps": {1: {"article": [2.0], "fused": [2.0]}, 4: {"article": [2.0], "fused": [1.9]}},
}


@pytest.mark.parametrize(("is_exact", "best"), [(True, 3807), (False, 2000)])
def test_the_crossover_moves_with_the_recipe(table, is_exact, best):
    """With the article's loop it is at 2,000 parameters. A recipe of less precision moves it nowhere."""
    found = table(TWO_DEVICES, fused={"reduced_precision": not is_exact})

    assert [
        ("with the article's loop", "mps", pytest.approx(2000)),
        ("with the best recipe of each", "mps", pytest.approx(best, abs=1)),
    ] == [(each["recipe"], each["device"], each["parameters"]) for each in found.content["crossovers"]]
    assert found.sentences[0].startswith("with the article's loop, mps overtakes cpu at about 2,000 parameters")


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
    assert expected in table({"cpu": {1: recipes}}).sheet.notes


FIVE = [1.0, 2.0, 3.0, 4.0, 5.0]


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        (
            [([2.0, last, 8.0], RISING) for last in (4.2, 4.4, 5.0)],
            "11.8x narrower than those of unpaired medians (in the middle over 3 ratios)",
        ),
        ([(FIVE, FIVE[::-1])], "2.1x wider than those of unpaired medians (one ratio)"),
        ([([1.0] * 3, RISING)], "as wide as those of unpaired medians (one ratio)"),
    ],
)
def test_a_note_says_what_pairing_did_for_the_intervals(table, pairs, expected):
    """Rounds that move together make pairs surer, rounds that move against each other less sure.

    By hand: of three rounds the logarithms of pairs deviate by 0.055, those of both sides together by 0.98; t is 4.2
    and 2.8. Beside a side of equal rounds there is nothing to gain.
    """
    scales = {scale: {"article": base_s, "fused": fused_s} for scale, (base_s, fused_s) in enumerate(pairs, start=1)}
    notes = table({"cpu": scales}).sheet.notes

    assert f"gains are medians of paired ratios: their 95% intervals are {expected}" in notes


def test_that_nothing_can_be_compared_is_said_once_for_all_recipes(table):
    (found,) = table({"cpu": {1: {"article": [1.0]}}, "mps": {1: MISSING}}).content["crossovers"]

    assert ("not computable", "mps") == (found["outcome"], found["device"])
    assert "no crossover of mps: no scale was measured on both cpu and mps" == found["sentence"]
