"""The least that a training must compute, move and launch, worked out from the widths of its layers.

The one place where this is counted. The rules are those of any dense layer with `inputs × outputs` weights and a batch
of B samples (for instance J. Kaplan et al., "Scaling Laws for Neural Language Models", 2020, section 2.1: 2 FLOP per
weight and sample forward, 4 backward):

- arithmetic: the product of the forward pass and that of the weights' gradient, 2·B FLOP a weight each; and the
  product of the inputs' gradient, as much again, in every layer but the first, whose inputs need none;
- memory: each weight is read in the forward pass, read again for the inputs' gradient (but in the first layer), and
  read and written by the update. That a gradient is stored on the way is no necessity and not counted;
- operations: forward and backward one for each layer, each activation and the loss, and one update for each parameter
  tensor.

Biases, activations and the samples themselves are less than 1% of all this and left out.
"""

from dataclasses import dataclass
from itertools import pairwise

from model import workload
from model.network import layer_widths

BYTES_PER_NUMBER = 4  # float32


@dataclass(frozen=True)
class Cost:
    """The least work of something."""

    flop: int
    moved_bytes: int
    operations: int

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.flop + other.flop, self.moved_bytes + other.moved_bytes, self.operations + other.operations)

    def times(self, count: int) -> "Cost":
        return Cost(self.flop * count, self.moved_bytes * count, self.operations * count)


def forward_cost(scale: int, batch_size: int) -> Cost:
    """One pass of a batch through the network."""
    layers = list(pairwise(layer_widths(scale)))
    weights = sum(inputs * outputs for inputs, outputs in layers)
    return Cost(2 * batch_size * weights, BYTES_PER_NUMBER * weights, 2 * len(layers) - 1)


def step_cost(scale: int, batch_size: int) -> Cost:
    """One step of training: forward, backward and update."""
    layers = list(pairwise(layer_widths(scale)))
    weights = sum(inputs * outputs for inputs, outputs in layers)
    first = layers[0][0] * layers[0][1]
    backward = Cost(
        flop=2 * batch_size * (2 * weights - first),
        moved_bytes=BYTES_PER_NUMBER * (3 * weights - first),
        operations=(2 * len(layers) - 1) + 2 + 2 * len(layers),  # the loss both ways; weights and biases updated
    )
    return forward_cost(scale, batch_size) + backward


def training_cost(scale: int, epochs: int) -> Cost:
    """A whole round: every step, and after each epoch the test samples in batches of the same size."""
    steps, tests = workload.SAMPLES // workload.BATCH_SIZE, workload.TEST_SAMPLES // workload.BATCH_SIZE
    step, test = step_cost(scale, workload.BATCH_SIZE), forward_cost(scale, workload.BATCH_SIZE)
    return (step.times(steps) + test.times(tests)).times(epochs)
