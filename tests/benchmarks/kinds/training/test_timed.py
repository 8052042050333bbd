"""Training as it is timed: each round the same, and nothing taken for a training that was none."""

import math
import weakref

import pytest
import torch

from crossover.benchmarks.kinds.training.timed import Training
from crossover.benchmarks.machine.cell_errors import CellEndedError
from crossover.benchmarks.runs.cells import Cell
from crossover.model.data import Data
from crossover.model.recipes import Recipe
from crossover.model.workloads import MLP


@pytest.fixture
def training():
    result = Training(MLP, Cell("training", 1, "cpu"), epochs=1)
    result.predict()
    return result


def one_round(training):
    training.setup()
    training.work()
    training.check()
    return training.figures


def test_every_round_learns_the_same(training):
    first, second = one_round(training) | {"prepare_s": 0}, one_round(training) | {"prepare_s": 0}  # a time

    assert first == second
    assert training.failure is None
    assert first["final_loss"] < first["first_epoch_loss"]


def test_a_prediction_is_a_positive_time(training):
    assert 0 < training.predict() < math.inf


def test_a_loss_that_did_not_fall_is_no_training(training):
    training.setup()
    training.work()
    training.setup()  # a fresh network in the place of the trained one
    training.history.losses[0] = [0.1]
    training.check()

    assert "the loss did not fall: 0.1 in the first epoch, 0.7" in training.failure


def test_a_last_step_that_leaps_is_training_all_the_same(training):
    training.setup()
    training.work()
    training.setup()  # its loss is that of guessing, more than the first epoch's below
    training.history.losses = [[0.5], [0.3]]
    training.check()

    assert training.figures["final_loss"] > 0.5
    assert training.failure is None


def test_a_loss_that_is_no_number_is_no_training(training):
    training.setup()
    training.work()
    with torch.no_grad():
        training.network.layers[0].weight.fill_(math.nan)
    training.check()

    assert "the loss became nan" == training.failure
    assert training.figures["final_loss"] is None


def test_it_needs_more_memory_than_two_copies_of_the_weights(training):
    assert training.needed_bytes()["cpu"] > 2 * 4 * 90_902


def failing(error):
    """Training by a recipe that cannot be prepared."""

    def prepare(*arguments, **options):
        raise error

    training = Training(MLP, Cell("recipes", 1, "cpu", "failing"), epochs=1, recipe=Recipe("failing", prepare))
    training.data = Data.of(MLP, 1)
    return training


def test_a_recipe_that_cannot_be_prepared_ends_its_cell_in_one_line():
    with pytest.raises(CellEndedError, match=r"^failed: could not be prepared: RuntimeError: no compiler$"):
        failing(RuntimeError("no compiler\nmore of it")).setup()


@pytest.mark.parametrize("error", [RuntimeError("CUDA out of memory"), TypeError("a slip of its author")])
def test_other_errors_of_a_recipe_are_what_they_are(error):
    with pytest.raises(type(error), match=str(error)):
        failing(error).setup()


def test_the_longest_time_to_prepare_is_kept(training):
    """The first one may compile what the others find."""
    training.prepare_s = 1000.0

    assert 1000.0 == one_round(training)["prepare_s"]


def test_between_rounds_no_network_is_held(training):
    one_round(training)
    network = weakref.ref(training.network)
    training.release()

    assert network() is None


def test_a_recipe_needs_as_much_memory_as_it_holds_copies_of_the_weights():
    one, three = (
        Training(MLP, Cell("recipes", 50, "cpu"), 1, Recipe("r", None, weight_copies=count)) for count in (1, 3)
    )
    weights = 4 * 225_045_002

    assert 2 * weights < three.needed_bytes()["cpu"] - one.needed_bytes()["cpu"] < 2.3 * weights
