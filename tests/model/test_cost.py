"""The count of work, against counts made in another way."""

import torch
from torch.utils.flop_counter import FlopCounterMode

from crossover.model.cost import forward_cost, is_counted, step_cost, training_cost
from crossover.model.network import NeuralNetwork


def counted_flop(scale, batch_size):
    """What torch's own counter sees in a step."""
    network = NeuralNetwork.scaled(scale)
    with FlopCounterMode(display=False) as counter:
        loss = torch.nn.functional.cross_entropy(
            network(torch.randn(batch_size, 100 * scale)), torch.zeros(batch_size, dtype=torch.long)
        )
        loss.backward()
    return counter.get_total_flops()


def test_arithmetic_of_a_step_is_what_torch_counts():
    assert counted_flop(2, 10) == step_cost(2, 10).flop


def test_a_large_step_is_about_six_flop_a_weight_and_sample_and_four_passes_over_memory():
    """At scale 50: 13.5 GFLOP less the first layer's third, and 3.6 GB less its quarter."""
    cost = step_cost(50, 10)
    weights, first = 225_020_000, 75_000_000

    assert 20 * (3 * weights - first) == cost.flop
    assert 4 * (4 * weights - first) == cost.moved_bytes


def test_a_step_is_the_same_number_of_operations_at_every_scale():
    """Five forward; five backward, two for the loss, and an update for each of six tensors."""
    assert 18 == step_cost(1, 10).operations == step_cost(50, 10).operations


def test_a_round_is_its_steps_and_its_tests():
    expected = step_cost(3, 10).times(1000) + forward_cost(3, 10).times(200)

    assert expected == training_cost(3, epochs=10)


def test_another_linear_layer_is_counted(other_network):
    assert counted_flop(1, 10) == step_cost(1, 10).flop
    assert is_counted(1)


def test_a_network_with_parameters_elsewhere_is_not_counted(other_network):
    other_network[0] = lambda inputs, _: torch.nn.BatchNorm1d(inputs)

    assert not is_counted(1)
