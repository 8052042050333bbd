"""Training as it is timed: each round the same, and nothing taken for a training that was none."""

import math

import pytest
import torch

from benchmarks.cells import Cell
from benchmarks.training import Training


@pytest.fixture
def training():
    result = Training(Cell("training", 1, "cpu"), epochs=1)
    result.predict()
    return result


def one_round(training):
    training.setup()
    training.work()
    training.check()
    return training.figures


def test_every_round_learns_the_same(training):
    first, second = one_round(training), one_round(training)

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

    assert "the loss did not fall: 0.1000 in the first epoch, 0.7" in training.failure


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
