"""How many rounds a cell gets by its predictions, and when it gets none."""

from unittest.mock import Mock

import pytest

from crossover.benchmarks.harness import planning, probing
from crossover.benchmarks.harness.planning import Plan
from crossover.benchmarks.machine.cell_errors import CellEndedError
from crossover.benchmarks.runs.cells import Cell

CELL = Cell("recipes", 1, "cpu")


@pytest.fixture
def planned(monkeypatch, run_of, work_of):
    """Plans a cell with predictions for its rounds, in a budget of 100 s."""
    monkeypatch.setattr(planning, "PAUSE_S", 0.0)
    monkeypatch.setattr(probing, "probe", lambda run, cell, timed: None)

    def plan(*predictions_s, run=None, cell=CELL):
        predict = Mock(side_effect=predictions_s)
        work = work_of([], needed_bytes=dict, unavailable=lambda: None, predict=predict)
        made = Plan(run or run_of([], cell_seconds=100), cell, work, is_disabled=False)
        made.make()
        return made

    return plan


def test_a_prediction_that_was_disturbed_ends_no_cell(planned):
    """The first two were disturbed; by the third, five rounds fit."""
    made = planned(5000.0, 400.0, 20.0)

    assert 5 == made.rounds
    assert 20.0 == made.round_s


def test_one_prediction_is_enough_where_a_round_fits(planned):
    assert 1 == planned(60.0).rounds


def test_a_cell_is_too_slow_where_all_predictions_agree(planned):
    with pytest.raises(CellEndedError, match="too slow: about 3 min a round, budget 2 min: --cell-seconds 0 lifts it"):
        planned(5000.0, 400.0, 200.0)


def test_a_larger_model_than_one_that_was_too_slow_is_not_tried(planned, run_of):
    run = run_of([], cell_seconds=100)
    larger, other = Cell("recipes", 9, "cpu"), Cell("recipes", 9, "cuda")
    with pytest.raises(CellEndedError):
        planned(200.0, 200.0, 200.0, run=run)

    with pytest.raises(CellEndedError, match="too slow: more than scale 1, about 3 min a round, budget"):
        planned(1.0, run=run, cell=larger)
    assert {larger.series} == set(run.too_slow)
    assert larger.series != other.series


@pytest.mark.parametrize(
    ("times_s", "expected"),
    [
        ([20.0], 5),  # as predicted
        ([50.0], 2),  # far from the prediction
        ([120.0], 1),  # more than there was
        ([50.0, 10.0], 3),  # the first was disturbed
        ([20.0, 20.0, 50.0], 3),  # the machine became slower: 10 s are left
        ([10.0] * 5, 5),
    ],
)
def test_rounds_are_planned_anew_by_what_those_before_took(planned, times_s, expected):
    made = planned(20.0)
    made.renew(times_s)

    assert expected == made.rounds
