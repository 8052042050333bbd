"""How many rounds a cell gets by its predictions, and when it gets none."""

from unittest.mock import Mock

import pytest

from crossover.benchmarks.harness import planning, probing
from crossover.benchmarks.harness.timing import Rounds
from crossover.benchmarks.machine.cell_errors import CellEndedError
from crossover.benchmarks.runs.cells import Cell

CELL = Cell("recipes", 1, "cpu")


@pytest.fixture
def planned(monkeypatch, run_of, benchmark_of, work_of):
    """Plans a cell with predictions for its rounds, in a budget of 100 s."""
    monkeypatch.setattr(planning, "PAUSE_S", 0.0)
    monkeypatch.setattr(probing, "probe", lambda run, device: None)

    def plan(*predictions_s, run=None, cell=CELL):
        predict = Mock(side_effect=predictions_s)
        work = work_of([], needed_bytes=dict, unavailable=lambda: None, predict=predict)
        made = Rounds(cell, work, benchmark_of(None), run or run_of([], cell_seconds=100))
        made.plan()
        return made

    return plan


def test_a_prediction_that_was_disturbed_ends_no_cell(planned):
    """The first two were disturbed; by the third, five rounds fit."""
    made = planned(5000.0, 400.0, 20.0)

    assert 5 == made.planned
    assert 20.0 == made.round_s


def test_one_prediction_is_enough_where_a_round_fits(planned):
    assert 1 == planned(60.0).planned


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
