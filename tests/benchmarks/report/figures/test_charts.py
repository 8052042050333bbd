"""What is drawn; whether it looks right, only eyes can tell."""

import json
import re

import pytest

from crossover.benchmarks.report.figures import charts, figure
from crossover.benchmarks.report.figures.charts import axes
from crossover.benchmarks.report.figures.theme import DARK, LIGHT
from crossover.benchmarks.report.show.series import Quantity

ROUNDS = {"cpu": {1: [1.0], 4: [4.0], 9: "too slow: hours"}, "mps": {1: [2.0], 4: [2.0], 9: [3.0]}}


@pytest.fixture
def drawn(answer):
    return lambda rounds=ROUNDS, wanted=(): figure.of([answer(rounds)], list(wanted))


def spec(drawn, colors=LIGHT):
    return charts.picture(drawn.curves, drawn.title, drawn.sentences, colors)


def test_a_picture_names_the_crossover_in_words_and_what_was_left_out(drawn):
    text = re.sub(r"<[^>]*>", " ", charts.svg(spec(drawn())).decode())

    assert drawn().title in text
    assert "2,000 parameters" in text
    assert "mps: cpu too slow" in text
    assert "cpu: too slow" in text


def test_the_same_run_gives_the_same_picture(drawn):
    assert charts.svg(spec(drawn())) == charts.svg(spec(drawn()))
    assert charts.svg(spec(drawn())) != charts.svg(spec(drawn(), DARK))


def test_a_png_is_one(drawn):
    assert charts.png(spec(drawn())).startswith(b"\x89PNG")


def test_a_machine_without_another_device_shows_its_times(drawn):
    found = drawn({"cpu": {1: [1.0], 4: [4.0]}, "mps": {1: "no device: x", 4: "no device: x"}})

    assert [Quantity.TIME] == [each.quantity for each in found.curves]
    assert charts.svg(spec(found))


def test_one_cell_can_be_drawn(drawn):
    assert charts.svg(spec(drawn({"cpu": {1: [1.0]}, "mps": {1: [1.0]}})))


@pytest.mark.parametrize("rounds", [{"cpu": {1: "failed: x"}}, {"cpu": {1: [1.0]}}])
def test_what_is_not_known_cannot_be_drawn(drawn, rounds):
    with pytest.raises(figure.PictureError, match="no speedup to draw"):
        drawn(rounds, [Quantity.SPEEDUP])


def test_nothing_measured_is_nothing_to_draw(drawn):
    with pytest.raises(figure.PictureError, match="no time to draw"):
        drawn({"cpu": {1: "failed: x"}})


def test_what_is_drawn_does_not_depend_on_the_last_digits_of_a_double(drawn):
    """They may differ between processors."""
    content = json.dumps(spec(drawn({"cpu": {1: [1 / 3]}, "mps": {1: [1 / 7]}}))["datasets"])

    assert "0.333333" in content
    assert "0.33333333" not in content


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ((0.9, 1.2), [1.0]),
        ((0.15, 7), [0.2, 0.5, 1.0, 2.0, 5.0]),
        ((0.9, 700), [1.0, 3.0, 10.0, 30.0, 100.0, 300.0]),
        ((9e4, 9e8), [1e5, 1e6, 1e7, 1e8]),
    ],
)
def test_ticks_are_round_numbers(domain, expected):
    found = axes.ticks(domain, most=6)

    assert set(expected) <= set(found)
    assert len(found) <= 6
