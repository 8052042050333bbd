"""Training as it is timed: each round the same, and nothing taken for a training that was none."""

import math
import time
import weakref
from dataclasses import replace

import pytest
import torch

from crossover.benchmarks.kinds.training import timed
from crossover.benchmarks.kinds.training.timed import Training
from crossover.benchmarks.machine.cell_errors import CellEndedError
from crossover.benchmarks.runs.cells import Cell
from crossover.model.data import Data
from crossover.model.recipes import Recipe
from crossover.model.workload import Workload
from crossover.model.workloads import MLP, mlp


@pytest.fixture
def training(monkeypatch):
    monkeypatch.setattr(timed, "WARM_UP_S", 0.0)
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


USERS = replace(MLP, name="mine.py", version="a hash")
"""The MLP, as if a user had written it."""

CLIMBING = {"optimizer": lambda parameters, scale: torch.optim.SGD(parameters, lr=1e-4, maximize=True)}
BREAKING = {"learning_rate": lambda scale: 1e9}


def trained(workload):
    """A round of training a workload on the CPU, without a prediction before it."""
    training = Training(workload, Cell("training", 1, "cpu"), epochs=2)
    training.begin()
    return training, one_round(training)


def test_a_loss_of_a_users_workload_that_does_not_fall_is_remarked():
    """Many time theirs on targets that mean nothing."""
    training, figures = trained(replace(USERS, **CLIMBING))

    assert training.failure is None
    assert 1 == len(figures["remarks"])
    assert figures["remarks"][0].startswith("the loss did not fall: 0.")


def test_that_of_a_built_in_one_is_a_failure():
    training, figures = trained(replace(MLP, **CLIMBING))

    assert training.failure.startswith("the loss did not fall: 0.")
    assert [] == figures["remarks"]


@pytest.mark.parametrize("workload", [MLP, USERS], ids=["built in", "a user's"])
def test_a_loss_that_becomes_no_number_is_a_failure_of_any_workload(workload):
    training, figures = trained(replace(workload, **BREAKING))

    assert "the loss became nan" == training.failure
    assert figures["final_loss"] is None


def test_a_loss_that_falls_is_not_remarked():
    training, figures = trained(USERS)

    assert training.failure is None
    assert [] == figures["remarks"]


def test_what_could_not_be_counted_is_remarked_and_has_no_work():
    def network(scale):
        return torch.nn.Linear(100, 2, device="cpu")

    training, figures = trained(Workload("mine.py", network, mlp.samples, version="a hash"))

    assert training.failure is None
    assert figures["work"] is None
    (remark,) = figures["remarks"]
    assert remark.startswith("not predicted: its network cannot be built on the meta device: ")


@pytest.mark.parametrize("layers", [[], [torch.nn.Dropout(0.5)]], ids=["plain", "dropout"])
def test_a_network_that_draws_numbers_in_training_says_so(layers):
    """What it makes of its first batch does not depend on what it draws."""
    workload = replace(USERS, network=lambda scale: torch.nn.Sequential(mlp.network(scale), *layers))
    _, figures = trained(workload)
    _, plain = trained(MLP)

    assert bool(layers) == figures["draws_in_training"]
    assert plain["first_batch_loss"] == figures["first_batch_loss"]


def test_values_as_targets_have_no_accuracy():
    def samples(scale, count, generator):
        features = torch.randn(count, 3, generator=generator)
        return features, features.sum(1, keepdim=True)

    training, figures = trained(Workload("mine.py", lambda scale: torch.nn.Linear(3, 1), samples, version="a hash"))

    assert training.failure is None
    assert figures["accuracy"] is None
    assert figures["final_loss"] < figures["first_epoch_loss"]


def test_a_batch_is_as_large_as_the_workload_says():
    _, figures = trained(replace(USERS, batch_size=200))

    assert (4000, 200, 2) == (figures["samples"], figures["batch_size"], figures["epochs"])


def in_batches_of(size):
    """Training by batch size, once it was predicted."""
    result = Training(replace(MLP, batch_size=size), Cell("training", 1, "cpu", batch_size=size), epochs=1)
    result.predict()
    return result


@pytest.mark.parametrize(("size", "samples"), [(5, 1000), (64, 1280)])
def test_a_round_of_another_batch_size_says_so(size, samples):
    figures = one_round(in_batches_of(size))

    assert (size, samples) == (figures["batch_size"], figures["samples"])
    assert figures["work"]["operations"] < 400 * samples / size


def test_more_samples_in_a_batch_need_more_memory():
    few, many = (
        Training(replace(MLP, batch_size=size), Cell("training", 1, "cpu", batch_size=size), epochs=1).needed_bytes()
        for size in (64, 4096)
    )

    assert many["cpu"] - few["cpu"] > 24 * (4096 - 64) * 100 * 4


def test_a_warm_up_has_whole_batches_alone(monkeypatch):
    """With batches of 49, a twentieth of an epoch is 50 samples: the one left over would make a second step."""
    lengths = []

    def prepare(training, data):
        def fit(epochs):
            lengths.append(len(data.train))
            time.sleep(0.05)  # a few of which are warm-ups enough

        return fit

    monkeypatch.setattr(Training, "prepare", prepare)
    in_batches_of(49)

    assert {49} == set(lengths)


@pytest.mark.parametrize(("size", "is_controlled"), [(None, True), (10, True), (64, False)])
def test_a_control_stands_beside_batches_of_its_own_size_alone(size, is_controlled):
    training = Training(MLP, Cell("training", 1, "cpu", batch_size=size), epochs=1)

    assert is_controlled == (training.control() is not None)
