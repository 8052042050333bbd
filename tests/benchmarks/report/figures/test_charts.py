"""What is drawn; whether it looks right, only eyes can tell."""

import json
import math
import re

import pytest

from crossover.benchmarks.report.figures import charts, figure
from crossover.benchmarks.report.figures.charts import axes, batch_map
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


@pytest.fixture
def mapped(answers):
    """A map of two scales and two batch sizes, from the rounds of cuda; the CPU takes a second for all."""

    def make(cuda, wanted=(Quantity.MAP,)):
        cpu = {scale: {size: [1.0] for size in sizes} for scale, sizes in cuda.items()}
        rounds = {"cpu": cpu, "cuda": cuda}
        return figure.of(answers(rounds, by="device scale batch"), list(wanted))

    return make


def test_a_map_says_who_is_faster_by_how_much_and_what_was_left_out(mapped):
    drawn = mapped({1: {10: [4.0], 64: [2.0]}, 4: {10: [0.5], 64: "too big: 9 GB"}})
    text = re.sub(r"<[^>]*>", " ", charts.svg(spec(drawn)).decode())

    said = ["0.25x", "0.50x", "2.00x", "too big", "cuda is faster", "cpu is faster", "batch size (cuda)", "4,000"]
    assert [] == [words for words in said if words not in text]
    assert "Training, 10 epochs, on test-machine, by batch size" == drawn.title


def test_a_map_stands_below_the_other_charts_and_on_a_page(mapped):
    cuda = {1: {10: [4.0], 64: [0.5]}, 4: {10: [0.5], 64: [0.25]}}
    drawn = mapped(cuda, [Quantity.SPEEDUP, Quantity.TIME, Quantity.MAP])

    assert ["speedup", "time", "map"] == [each.quantity for each in drawn.curves]
    assert "cuda" not in charts.series_of(drawn.curves)
    assert "time of a sample" in charts.svg(spec(drawn)).decode()
    assert charts.for_page(drawn.curves[-1], LIGHT, [])


def test_one_batch_size_makes_no_map(drawn):
    with pytest.raises(figure.PictureError, match=r"no map to draw: .* \(--batch-sizes\)"):
        drawn(ROUNDS, [Quantity.MAP])


@pytest.mark.parametrize(
    ("speedups", "expected"),
    [
        ({(0, 0): 0.5, (1, 0): 2, (0, 1): 0.5, (1, 1): 2}, [{(0.5, 0), (0.5, 1)}]),  # a line up in the middle
        ({(0, 0): 0.5, (1, 0): 2, (0, 1): 2, (1, 1): 2}, [{(0.5, 0), (0, 0.5)}]),  # round a corner
        ({(0, 0): 0.25, (1, 0): 2, (0, 1): 0.25, (1, 1): 2}, [{(2 / 3, 0), (2 / 3, 1)}]),  # straight in logarithms
        ({(0, 0): 2, (1, 0): 2, (0, 1): 2, (1, 1): 2}, []),
        ({(0, 0): 0.5, (1, 0): 2, (0, 1): 0.5}, []),  # nothing beside a cell that was left out
    ],
)
def test_the_line_at_one_runs_between_the_cells_on_either_side(speedups, expected):
    pieces = batch_map.line_at_one({place: math.log(value) for place, value in speedups.items()})
    near = [{tuple(round(each, 6) for each in end) for end in piece} for piece in pieces]

    assert [{tuple(round(each, 6) for each in end) for end in piece} for piece in expected] == near


def test_a_saddle_has_two_pieces():
    assert 2 == len(batch_map.line_at_one({(0, 0): 1, (1, 0): -1, (0, 1): -1, (1, 1): 1}))
