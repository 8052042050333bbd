"""What the table of a run says of cells that were left out and of crossovers, for people and for programs."""

import pytest

BACK_AND_FORTH = {"cpu": {1: [1.0], 4: [1.0], 9: [1.0], 16: [1.0]}, "mps": {1: [2.0], 4: [0.5], 9: [2.0], 16: [0.5]}}
MISSING = {"cpu": {1: [1.0], 2: [2.0]}, "mps": {1: "no device: none here", 2: "no device: none here"}}


def test_every_crossover_has_a_row_that_says_which_way_it_goes(answer):
    found = answer(BACK_AND_FORTH)
    marks = [[word for word in row if word] for row in found.sheet.rows if not row[0]]
    rows = [(f"{row['parameters']:,}", row["row"]) for row in found.rows if row["row"] != "scale"]

    assert [("2,000", "crossover"), ("6,000", "crossover to cpu"), ("12,000", "crossover")] == rows
    assert [[at, f"1.00x {words}"] for at, words in rows] == marks


def test_json_has_every_crossover_and_the_first_by_itself(answer):
    (found,) = answer(BACK_AND_FORTH).content["crossovers"]

    assert ["up", "down", "up"] == [each["direction"] for each in found["crossings"]]
    assert found["parameters"] == found["crossings"][0]["parameters"]
    assert [1000, 4000] == list(found["between"]) == list(found["crossings"][0]["between"])
    assert found["back"] == found["crossings"][1]["parameters"]
    assert found["low"] is found["crossings"][0]["low"] is None


def test_a_device_that_is_not_here_takes_no_column_but_is_told_to_programs(answer):
    found = answer(MISSING, source="published")

    assert ["scale", "parameters", "cpu"] == found.sheet.header
    assert ["measured", "no device"] == [cell["status"] for cell in found.content["rows"][0]["cells"]]
    assert {"cpu_status", "mps_status", "mps_reason"} <= set(found.rows[0])


@pytest.mark.parametrize(
    ("options", "title"),
    [
        ({"source": "published"}, "Training, 10 epochs, on m (published figures, not measured by this suite)"),
        ({"machine": "\x1b[31mm"}, "Training, 10 epochs, on \N{REPLACEMENT CHARACTER}[31mm"),
    ],
)
def test_the_title_says_where_figures_are_from(answer, options, title):
    assert title == answer(MISSING, **{"machine": "m"} | options).sheet.title
