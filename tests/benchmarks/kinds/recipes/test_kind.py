"""What the table of recipes says of a few cells, whose rounds are taken in turn. What it looks like: golden/recipes."""

import pytest

RISING = [1.0, 2.0, 4.0]


@pytest.fixture
def table(answer):
    """The table of recipes by device and scale: `{"cpu": {1: {"article": [2.0]}}}`; facts are those of a recipe."""

    def make(devices, probe=None, **facts):
        told = {
            device: {
                scale: {recipe: {"rounds": rounds} | facts.get(recipe, {}) for recipe, rounds in recipes.items()}
                for scale, recipes in scales.items()
            }
            for device, scales in devices.items()
        }
        return answer(told, by="device scale recipe", each={"benchmark": "recipes", "in_turn": True}, probe=probe)

    return make


def best_of(found):
    return [(cell["recipe"], cell["scale"]) for cell in found.content["cells"] if cell["best"]]


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


def test_what_a_device_never_ran_has_no_row_and_what_computes_in_less_precision_is_not_the_best(table):
    found = table(CELLS, probe={}, **FACTS)
    lines = {"limits of cpu: arithmetic 0 GFLOP/s", "mps, every scale: no device: none here"}

    assert [13, 13] == [len(found.content["cells"]), len(found.rows)]
    assert {"cpu"} == {row[0] for row in found.sheet.rows}
    assert [("fused", 1), ("native", 10)] == best_of(found)
    assert lines <= set(found.sheet.notes)


def test_a_preparation_that_takes_next_to_no_time_is_not_shown(table):
    rows = table(CELLS, **FACTS).sheet.rows

    assert ["1.50 s"] * 2 == [row[-1] for row in rows if row[-1]]


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
