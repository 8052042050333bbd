"""The four workloads that come with the suite, each held to what the suite expects of any."""

import importlib.util
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

from crossover.benchmarks.harness.option_types import parse_scales
from crossover.model import constants
from crossover.model.data import Data
from crossover.model.workloads import MLP, cnn, lstm, mlp, transformer

WORKLOADS = [mlp, cnn, transformer, lstm]
BATCHES = 20


def named(workloads):
    return pytest.mark.parametrize("workload", workloads, ids=lambda module: module.__name__.rpartition(".")[2])


def draw(workload, count, seed=0):
    """Some samples of the smallest scale."""
    return workload.samples(1, count, torch.Generator().manual_seed(seed))


def cross_entropy(network, features, targets):
    """The loss where a workload names none: over the last dimension of the outputs."""
    return F.cross_entropy(network(features).flatten(0, -2), targets.flatten())


def first_network(workload):
    """The network of the smallest scale, the same at every call."""
    torch.manual_seed(0)
    return workload.network(1)


@cache
def trained(workload):
    """The first network after four epochs of a few batches, and the mean loss of each epoch."""
    network = first_network(workload)
    if workload is mlp:
        optimizer = torch.optim.SGD(network.parameters(), lr=mlp.learning_rate(1))
    else:
        optimizer = workload.optimizer(network.parameters(), 1)
    features, targets = draw(workload, BATCHES * workload.batch_size)
    losses = torch.zeros(4, BATCHES)
    for epoch in losses:
        for batch, rows in enumerate(torch.arange(len(features)).split(workload.batch_size)):
            loss = cross_entropy(network, features[rows], targets[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            epoch[batch] = loss.item()
    return network, losses.mean(dim=1).tolist()


@named(WORKLOADS)
def test_the_usual_scales_reach_from_small_to_over_a_hundred_million_parameters(workload):
    """They are counted on the meta device, where nothing is allocated or drawn."""
    counts = []
    for scale in parse_scales(workload.scales):
        with torch.device("meta"):
            parameters = list(workload.network(scale).parameters())
        counts.append(sum(parameter.numel() for parameter in parameters))
        assert {"meta"} == {parameter.device.type for parameter in parameters}

    assert all(smaller < larger for smaller, larger in pairwise(counts))
    assert counts[0] < 100_000
    assert counts[-1] > 100_000_000
    assert f"{counts[0]:,}" in workload.__doc__


@pytest.mark.parametrize(
    ("workload", "features", "dtype", "targets"),
    [
        pytest.param(mlp, (7, 100), torch.float32, (7,), id="mlp"),
        pytest.param(cnn, (7, 3, 16, 16), torch.float32, (7,), id="cnn"),
        pytest.param(transformer, (7, 32), torch.int64, (7, 32), id="transformer"),
        pytest.param(lstm, (7, 32), torch.int64, (7, 32), id="lstm"),
    ],
)
def test_samples_are_as_many_as_asked_for(workload, features, dtype, targets):
    drawn = draw(workload, 7)

    assert [features, targets] == [tensor.shape for tensor in drawn]
    assert [dtype, torch.int64] == [tensor.dtype for tensor in drawn]


@named(WORKLOADS)
def test_samples_come_from_their_generator_alone(workload):
    state = torch.get_rng_state()
    features, targets = draw(workload, 20)
    again = draw(workload, 20)
    other = draw(workload, 20, seed=1)

    assert torch.equal(state, torch.get_rng_state())
    assert torch.equal(features, again[0])
    assert torch.equal(targets, again[1])
    assert not torch.equal(features, other[0])


@named(WORKLOADS)
def test_a_copy_of_the_file_is_the_same_workload(workload, tmp_path):
    """What it tells the classes apart by is drawn when it is imported, whatever torch was seeded with."""
    copy = tmp_path / "copy.py"
    copy.write_text(Path(workload.__file__).read_text())
    spec = importlib.util.spec_from_file_location("copy_of_a_workload", copy)
    imported = importlib.util.module_from_spec(spec)
    torch.manual_seed(5)
    state = torch.get_rng_state()
    spec.loader.exec_module(imported)

    assert torch.equal(state, torch.get_rng_state())
    assert all(torch.equal(*pair) for pair in zip(draw(workload, 20), draw(imported, 20), strict=True))


@named(WORKLOADS)
def test_the_outputs_hold_a_number_for_every_class_of_each_target(workload):
    features, targets = draw(workload, 200)
    outputs = first_network(workload)(features)

    assert targets.shape == outputs.shape[:-1]
    assert targets.min() == 0
    assert targets.max() == outputs.shape[-1] - 1


@named(WORKLOADS)
def test_every_parameter_is_trained(workload):
    network = first_network(workload)
    cross_entropy(network, *draw(workload, 20)).backward()

    assert [] == [name for name, each in network.named_parameters() if each.grad is None or not each.grad.any()]


@named(WORKLOADS)
def test_a_network_is_tested_as_it_was_trained(workload):
    """In evaluation it computes the same."""
    features, _ = draw(workload, 5)
    network = first_network(workload)

    assert torch.equal(network.train()(features), network.eval()(features))


@named(WORKLOADS)
def test_the_loss_falls(workload):
    _, losses = trained(workload)

    assert losses[-1] < 0.9 * losses[0]


@named([cnn, transformer, lstm])
def test_what_was_learnt_is_true_of_other_samples(workload):
    network, _ = trained(workload)
    others = draw(workload, 200, seed=1)

    assert cross_entropy(network, *others) < 0.9 * cross_entropy(first_network(workload), *others)


def test_a_decoder_sees_nothing_of_what_follows():
    tokens, _ = draw(transformer, 4)
    network = first_network(transformer)
    changed = tokens.clone()
    changed[:, 20:] = 0

    torch.testing.assert_close(network(tokens)[:, :20], network(changed)[:, :20])
    assert not torch.allclose(network(tokens)[:, 20:], network(changed)[:, 20:])


def test_the_perceptron_is_the_same_as_ever():
    """The figures are from before there was any other workload."""
    data = Data.of(MLP, 2)
    drawn = [each for part in (data.train, data.test) for each in (part.features, part.targets)]
    torch.manual_seed(constants.SEED)
    weights = torch.cat([each.detach().flatten() for each in MLP.network(2).parameters()])
    sums = [each.double().abs().sum().item() for each in (*drawn, weights)]

    assert sums == pytest.approx([159966.3412, 467, 31903.7058, 114, 9208.6271], rel=1e-7)
