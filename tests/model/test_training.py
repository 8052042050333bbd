import math

import pytest
import torch

from crossover.model import constants
from crossover.model.data import Data, Loaders, Samples
from crossover.model.network import NeuralNetwork
from crossover.model.training import evaluate, fit, mean_loss
from crossover.model.workloads import MLP


def fresh(scale=1):
    torch.manual_seed(constants.SEED)
    return NeuralNetwork.scaled(scale), Loaders.over(Data.of(MLP, scale), 10, torch.Generator().manual_seed(1))


def descent(network, rate=0.5):
    return torch.optim.SGD(network.parameters(), lr=rate)


def test_training_learns():
    network, loaders = fresh()
    before = mean_loss(network, loaders.train, MLP)
    fit(network, loaders, MLP, descent(network), epochs=2)

    assert mean_loss(network, loaders.train, MLP) < before


def test_the_same_seeds_give_the_same_training():
    histories = [fit(network, loaders, MLP, descent(network), epochs=1) for network, loaders in (fresh(), fresh())]

    assert histories[0] == histories[1]


def test_history_holds_a_loss_per_batch_and_an_accuracy_per_epoch():
    network, loaders = fresh()
    history = fit(network, loaders, MLP, descent(network), epochs=2)

    assert [100, 100] == [len(losses) for losses in history.losses]
    assert 2 == len(history.accuracies)
    assert all(0 <= accuracy <= 1 for accuracy in history.accuracies)


def test_a_step_is_one_step_of_gradient_descent():
    """After one batch, each parameter has moved by the learning rate times its gradient."""
    samples = Samples(torch.randn(4, 100), torch.tensor([0, 1, 1, 0]))
    network, _ = fresh()
    reference, _ = fresh()
    loss = torch.nn.functional.cross_entropy(reference(samples.features), samples.targets)
    loss.backward()
    history = fit(network, Loaders.over(Data(samples, samples), 4), MLP, descent(network, 0.1), epochs=1)

    for parameter, expected in zip(network.parameters(), reference.parameters(), strict=True):
        torch.testing.assert_close(parameter, expected - 0.1 * expected.grad)
    assert history.losses == [[pytest.approx(loss.item())]]


def test_on_batch_counts_from_one():
    seen = []
    network, _ = fresh()
    samples = Data.of(MLP, 1).first(30, 10)
    fit(
        network,
        Loaders.over(samples, 10),
        MLP,
        descent(network),
        epochs=2,
        on_batch=lambda epoch, batch, loss: seen.append((epoch, batch, math.isfinite(loss))),
    )

    assert [(1, 1, True), (1, 2, True), (1, 3, True), (2, 1, True), (2, 2, True), (2, 3, True)] == seen


def test_accuracy_is_the_share_of_right_classes():
    """A network that always answers class 1, on samples of which a quarter is of class 1."""
    network, _ = fresh()
    with torch.no_grad():
        network.layers[-1].weight.zero_()
        network.layers[-1].bias.copy_(torch.tensor([0.0, 1.0]))
    samples = Samples(torch.randn(8, 100), torch.tensor([1, 0, 0, 0, 1, 0, 0, 0]))

    assert 0.25 == evaluate(network, Loaders.over(Data(samples, samples), 3).test, MLP)


def test_mean_loss_of_an_undecided_network_is_log_2():
    network, loaders = fresh()
    with torch.no_grad():
        network.layers[-1].weight.zero_()
        network.layers[-1].bias.zero_()

    assert math.log(2) == pytest.approx(mean_loss(network, loaders.test, MLP))
