import pytest
import torch

from crossover.model.network import NeuralNetwork, output_count, parameter_count, structure


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
    assert expected == parameter_count(scale)


@pytest.mark.parametrize("scale", [1, 2, 5])
def test_the_network_really_has_the_counted_parameters(scale):
    network = NeuralNetwork.scaled(scale)

    assert parameter_count(scale) == sum(parameter.numel() for parameter in network.parameters())


def test_counting_allocates_nothing():
    """A network of ninety thousand million million parameters is counted at once, and nothing is drawn for it."""
    state = torch.get_rng_state()

    assert 90_000_000_900_000_002 == parameter_count(10**6)
    assert torch.equal(state, torch.get_rng_state())


def test_another_network_is_counted_as_it_is_and_has_another_structure(other_network):
    assert 90_902 + 300 * 300 + 300 == parameter_count(1)
    assert "Linear(in_features=300, out_features=300, bias=True)" in structure()


def test_a_sample_has_an_output_for_each_unit_of_each_layer():
    assert 600 + 400 + 2 == output_count(2)


def test_scale_sets_every_width():
    """Scale 2 is 200 → 600 → 400 → 2."""
    shapes = [tuple(parameter.shape) for parameter in NeuralNetwork.scaled(2).parameters()]

    assert [(600, 200), (600,), (400, 600), (400,), (2, 400), (2,)] == shapes


def test_forward_gives_a_logit_per_class():
    assert (7, 2) == NeuralNetwork.scaled(1)(torch.zeros(7, 100)).shape
