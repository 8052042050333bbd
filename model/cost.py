"""The least that a training must compute, move and launch, worked out from the shapes of its linear layers.

The one place where this is counted. The rules are those of any dense layer with `inputs × outputs` weights and a batch
of B samples (for instance J. Kaplan et al., "Scaling Laws for Neural Language Models", 2020, section 2.1: 2 FLOP per
weight and sample forward, 4 backward):

- arithmetic: the product of the forward pass and that of the weights' gradient, 2·B FLOP a weight each; and the
  product of the inputs' gradient, as much again, in every layer but the first, whose inputs need none;
- memory: each weight is read in the forward pass, read again for the inputs' gradient (but in the first layer), and
  read and written by the update. Storing a gradient on the way is not necessary and not counted;
- operations: forward and backward one for each layer, each activation and the loss, and one update for each parameter
  tensor.

Biases, activations and the samples themselves are less than 1% of all this and left out. A network with other layers
that have parameters is not counted here.
"""

from dataclasses import dataclass

import torch

from crossover.model import constants
from crossover.model.network import layers, parameter_count

__all__ = ["BYTES_PER_NUMBER", "Cost", "forward_cost", "is_counted", "training_cost"]

BYTES_PER_NUMBER = 4  # float32


@dataclass(frozen=True)
class Cost:
    """The least work of something: arithmetic, bytes moved to or from memory, and operations launched."""

    flop: int
    moved_bytes: int
    operations: int

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.flop + other.flop, self.moved_bytes + other.moved_bytes, self.operations + other.operations)

    def times(self, count: int) -> "Cost":
        return Cost(self.flop * count, self.moved_bytes * count, self.operations * count)


def linear_shapes(scale: int) -> list[tuple[int, int]]:
    """Inputs and outputs of each linear layer of the network of a scale, first layer first."""
    return [(layer.in_features, layer.out_features) for layer in layers(scale) if isinstance(layer, torch.nn.Linear)]


def is_counted(scale: int) -> bool:
    """Whether the network of a scale has no parameters but those of linear layers, so that its cost is known."""
    in_linear_layers = sum(inputs * outputs + outputs for inputs, outputs in linear_shapes(scale))
    return in_linear_layers == parameter_count(scale)


def forward_cost(scale: int, batch_size: int) -> Cost:
    """One pass of a batch through the network."""
    shapes = linear_shapes(scale)
    weights = sum(inputs * outputs for inputs, outputs in shapes)
    return Cost(2 * batch_size * weights, BYTES_PER_NUMBER * weights, 2 * len(shapes) - 1)


def step_cost(scale: int, batch_size: int) -> Cost:
    """One step of training: forward, backward and update."""
    shapes = linear_shapes(scale)
    weights = sum(inputs * outputs for inputs, outputs in shapes)
    first = shapes[0][0] * shapes[0][1]
    backward = Cost(
        flop=2 * batch_size * (2 * weights - first),
        moved_bytes=BYTES_PER_NUMBER * (3 * weights - first),
        operations=(2 * len(shapes) - 1) + 2 + 2 * len(shapes),  # the loss both ways; weights and biases updated
    )
    return forward_cost(scale, batch_size) + backward


def training_cost(scale: int, epochs: int) -> Cost:
    """A whole round: every step, and after each epoch the test samples in batches of the same size."""
    steps, tests = constants.SAMPLES // constants.BATCH_SIZE, constants.TEST_SAMPLES // constants.BATCH_SIZE
    step, test = step_cost(scale, constants.BATCH_SIZE), forward_cost(scale, constants.BATCH_SIZE)
    return (step.times(steps) + test.times(tests)).times(epochs)
