"""What a definition makes of a workload: what it gives, what is left to the defaults, and what is refused."""

import math
from dataclasses import dataclass, replace
from types import SimpleNamespace

import pytest
import torch
import torch.nn.functional as F

from crossover.model.workload import Workload, WorkloadError
from crossover.model.workloads import MLP


def network(scale):
    return torch.nn.Linear(3 * scale, 2)


def samples(scale, count, generator):
    features = torch.randn(count, 3 * scale, generator=generator)
    return features, torch.randint(0, 2, (count,), generator=generator)


def made(**more):
    """The workload of a module that defines no more than it must, and what a test adds."""
    return Workload.of(SimpleNamespace(**{"network": network, "samples": samples} | more), "mine.py", "a hash")


class Definition:
    """As a user may write it: one object whose methods know each other."""

    scales = "2-4"
    batch_size = 32
    width = 5

    def network(self, scale):
        return torch.nn.Linear(self.width, scale)

    def samples(self, scale, count, generator):
        return torch.randn(count, self.width, generator=generator), torch.zeros(count, scale)

    def loss(self, outputs, targets):
        return (outputs - targets).abs().mean()

    def accuracy(self, outputs, targets):
        return ((outputs - targets).abs() < 1).float().mean()

    def optimizer(self, parameters, scale):
        return torch.optim.Adam(parameters, lr=0.1 / scale)


def test_a_module_with_two_functions_is_a_workload():
    workload = made()

    assert ("mine.py", "1-5", 10, "a hash") == (workload.name, workload.scales, workload.batch_size, workload.version)
    assert not workload.is_built_in
    assert not workload.has_own_loss
    assert 3 * 4 * 2 + 2 == workload.size(4).parameters


def test_an_object_with_methods_is_one_too():
    workload = Workload.of(Definition(), "mine.py:mine")
    outputs, targets = torch.tensor([[0.5], [3.0]]), torch.zeros(2, 1)
    optimizer = workload.make_optimizer(network(1).parameters(), 2, fused=True)

    assert ("2-4", 32) == (workload.scales, workload.batch_size)
    assert workload.has_own_loss
    assert 1.75 == workload.loss(outputs, targets).item()
    assert 1.0 == workload.hits(outputs, targets).item()  # half of two
    assert (torch.optim.Adam, 0.05) == (type(optimizer), optimizer.defaults["lr"])
    assert 5 * 2 + 2 == workload.size(2).parameters
    assert "Linear(in_features=5, out_features=2, bias=True)" == workload.structure  # at the smallest scale


@pytest.mark.parametrize("shape", [(4,), (4, 6), (4, 6, 5)])
def test_whole_numbers_as_targets_are_classes(shape):
    """One to a sample, or to each of its steps: the outputs have a last dimension more."""
    targets, outputs = torch.randint(0, 3, shape), torch.randn(*shape, 3)
    expected = F.cross_entropy(outputs.reshape(-1, 3), targets.reshape(-1))

    torch.testing.assert_close(made().loss(outputs, targets), expected)
    assert targets.numel() == made().hits(F.one_hot(targets, 3).float(), targets).item()
    assert 0 == made().hits(F.one_hot((targets + 1) % 3, 3).float(), targets).item()


def test_other_targets_are_values_of_which_none_is_right_or_wrong():
    outputs, targets = torch.tensor([[1.0, 2.0]]), torch.tensor([[1.0, 4.0]])

    assert 2.0 == made().loss(outputs, targets).item()
    assert math.isnan(made().hits(outputs, targets).item())


def test_without_an_optimizer_it_is_plain_gradient_descent():
    plain, fused = (made().make_optimizer(network(1).parameters(), 7, fused=fused) for fused in (None, True))

    assert torch.optim.SGD is type(plain) is type(fused)
    assert (0.01, 0, 0) == tuple(plain.defaults[name] for name in ("lr", "momentum", "weight_decay"))
    assert (None, True) == (plain.defaults["fused"], fused.defaults["fused"])
    own = made(learning_rate=lambda scale: 1 / scale)
    assert 0.25 == own.make_optimizer(network(1).parameters(), 4).defaults["lr"]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "0.01"),
        ({"learning_rate": lambda scale: 0.5 / scale}, "0.5 / scale"),
        ({"learning_rate": lambda scale: scale / 4}, "0.25, 0.5, 0.75, …"),
        ({"optimizer": lambda parameters, scale: torch.optim.Adam(parameters)}, None),
    ],
)
def test_learning_rates_in_words(more, expected):
    assert expected == made(**more).learning_rate_text()


@pytest.mark.parametrize(("batch_size", "train", "test"), [(10, 1000, 200), (50, 1000, 200), (200, 4000, 800)])
def test_there_are_samples_for_twenty_batches_at_least(batch_size, train, test):
    workload = made(batch_size=batch_size)

    assert (train, test) == (workload.train_samples, workload.test_samples)


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ({}, "mine.py defines no function network(scale)"),
        ({"network": network}, "mine.py defines no function samples(scale, count, generator)"),
        ({"network": 3, "samples": samples}, "mine.py: network is 3, and not a function network(scale)"),
        (
            {"network": network, "samples": lambda scale, count: None},
            "mine.py: samples(scale, count) cannot be called as samples(scale, count, generator)",
        ),
        (
            {"network": lambda: None, "samples": samples},
            "mine.py: network() cannot be called as network(scale)",
        ),
    ],
)
def test_without_its_two_functions_there_is_no_workload(definition, expected):
    with pytest.raises(WorkloadError) as refused:
        Workload.of(SimpleNamespace(**definition), "mine.py")

    assert expected == str(refused.value)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"loss": None}, "loss is None, and not a function loss(outputs, targets)"),
        ({"loss": lambda outputs: outputs}, "loss(outputs) cannot be called as loss(outputs, targets)"),
        ({"optimizer": lambda scale: None}, "optimizer(scale) cannot be called as optimizer(parameters, scale)"),
        ({"learning_rate": 0.1}, "learning_rate is 0.1, and not a function learning_rate(scale)"),
        ({"batch_size": 0}, "batch_size is 0, and not a number of samples such as 32"),
        ({"batch_size": "x"}, "batch_size is 'x', and not a number of samples such as 32"),
        ({"batch_size": True}, "batch_size is True, and not a number of samples such as 32"),
        ({"batch_size": 10**9}, "batch_size is 1000000000, and not a number of samples such as 32"),
        ({"scales": 5}, 'scales is 5, and not a text such as "1-5,10"'),
    ],
)
def test_what_is_given_must_be_of_its_kind(more, expected):
    with pytest.raises(WorkloadError) as refused:
        made(**more)

    assert f"mine.py: {expected}" == str(refused.value)


def test_a_network_that_needs_the_cpu_is_not_counted_and_its_parameters_are():
    size = made(network=lambda scale: torch.nn.Linear(3 * scale, 2, device="cpu")).size(2)

    assert size.counts is None
    assert size.not_counted.endswith("on the meta device: it makes tensors on the device cpu by itself")
    assert (6 * 2 + 2, 4 * (6 * 2 + 2)) == (size.parameters, size.parameter_bytes)
    assert 4 * 6 + 8 == size.sample_bytes  # its features, and a class as an int64


def test_a_network_that_needs_the_cpu_has_a_structure_too():
    workload = made(network=lambda scale: torch.nn.Linear(3, int(torch.ones(2).sum().item())))

    assert "Linear(in_features=3, out_features=2, bias=True)" == workload.structure


def test_a_size_is_worked_out_once():
    calls = []

    def counted(scale):
        calls.append(scale)
        return network(scale)

    workload = made(network=counted)
    first = workload.size(1)

    assert [1] == calls
    assert first is workload.size(1)
    workload.forward_cost(1, workload.batch_size)
    assert [1] == calls
    workload.size(2)
    assert [1, 2] == calls


def test_an_object_without_a_hash_may_be_a_loss():
    @dataclass
    class Loss:
        factor: float

        def __call__(self, outputs, targets):
            return self.factor * F.cross_entropy(outputs, targets)

    assert 3 * 2 + 2 == made(loss=Loss(2.0)).size(1).parameters


def test_the_forward_pass_is_counted_for_any_batch():
    """2 FLOP a weight and sample."""
    assert [2 * 90_400, 20 * 90_400, 2000 * 90_400] == [MLP.forward_cost(1, size).flop for size in (1, 10, 1000)]
    not_counted = replace(MLP, network=lambda scale: torch.nn.Linear(100 * scale, 2, device="cpu"))
    assert not_counted.forward_cost(1, 10) is None
    assert not_counted.forward_cost(1, 1) is None


@pytest.mark.parametrize("device", ["cpu", None])
def test_asking_for_sizes_leaves_the_numbers_alone_that_a_round_draws(device):
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    workload = made(network=lambda scale: torch.nn.Linear(3 * scale, 2, device=device))
    workload.size(1), workload.structure

    assert torch.equal(expected, torch.rand(3))


def test_a_network_that_only_cannot_be_run_on_the_meta_device_takes_no_memory_there():
    """It has 40 GB of weights; what it does depends on the numbers that it computes."""

    class Choosing(torch.nn.Linear):
        def forward(self, features):
            return super().forward(features) if features.sum().item() > 0 else features

    def samples(scale, count, generator):
        return torch.zeros(count, 10), torch.zeros(count, 10)

    size = Workload("huge.py", lambda scale: Choosing(10**5, 10**5), samples, version="a hash").size(1)

    assert (10**10 + 10**5, None) == (size.parameters, size.counts)
    assert "item()" in size.not_counted
