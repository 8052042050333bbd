import pytest
import torch

from crossover.model.network import NeuralNetwork
from crossover.model.workload import Workload
from crossover.model.workloads import MLP, mlp


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        (1, 90_902),
        (2, 361_802),
        (3, 812_702),
        (4, 1_443_602),
        (5, 2_254_502),
        (10, 9_009_002),
        (50, 225_045_002),
        (75, 506_317_502),
        (100, 900_090_002),
    ],
)
def test_parameter_count_of_a_scale(scale, expected):
    """The nine scales have exactly the published numbers of parameters."""
    assert expected == MLP.size(scale).parameters


@pytest.mark.parametrize("scale", [1, 2, 5])
def test_the_network_really_has_the_counted_parameters(scale):
    network = NeuralNetwork.scaled(scale)

    assert MLP.size(scale).parameters == sum(parameter.numel() for parameter in network.parameters())


def undrawn(scale, count, generator):
    """Samples that take no memory, all of them one number."""
    return torch.zeros(()).expand(count, 100 * scale), torch.zeros(count, dtype=torch.long)


def test_counting_a_network_allocates_nothing():
    """One of ninety thousand million million parameters is counted at once, and nothing is drawn for it."""
    state = torch.get_rng_state()

    assert 90_000_000_900_000_002 == Workload("undrawn", NeuralNetwork.scaled, undrawn).size(10**6).parameters
    assert torch.equal(state, torch.get_rng_state())


def deeper(scale):
    """The MLP with a linear layer more between its first two."""
    network = NeuralNetwork.scaled(scale)
    network.layers.insert(2, torch.nn.Linear(300 * scale, 300 * scale))
    return network


def test_another_network_is_counted_as_it_is_and_has_another_structure():
    other = Workload("deeper", deeper, mlp.samples)

    more = 300 * 300
    assert 90_902 + more + 300 == other.size(1).parameters
    assert 3 * 2 * 10 * more == other.size(1).counts.step.flop - MLP.size(1).counts.step.flop
    assert "Linear(in_features=300, out_features=300, bias=True)" in other.structure
    assert other.structure != MLP.structure


def test_scale_sets_every_width():
    """Scale 2 is 200 → 600 → 400 → 2."""
    shapes = [tuple(parameter.shape) for parameter in NeuralNetwork.scaled(2).parameters()]

    assert [(600, 200), (600,), (400, 600), (400,), (2, 400), (2,)] == shapes


def test_forward_gives_a_logit_per_class():
    assert (7, 2) == NeuralNetwork.scaled(1)(torch.zeros(7, 100)).shape
