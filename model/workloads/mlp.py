"""The article's multilayer perceptron on random numbers: three linear layers, `100s → 300s → 200s → 2` at scale s.

The labels are tossed, so there is nothing to find in the features: the network learns its samples by heart.

| scale      |      1 |       2 |       3 |        10 |          50 |         100 |
| ---------- | -----: | ------: | ------: | --------: | ----------: | ----------: |
| parameters | 90,902 | 361,802 | 812,702 | 9,009,002 | 225,045,002 | 900,090,002 |
"""

import torch

from crossover.model.network import NeuralNetwork, layer_widths

scales = "1-5,10,50,75,100"
batch_size = 10


def network(scale: int) -> torch.nn.Module:
    """The article's network, every width of which grows with the scale."""
    return NeuralNetwork.scaled(scale)


def samples(scale: int, count: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Normally distributed features `(count, 100 * scale)` with coin-toss labels `(count,)`."""
    features = torch.randn(count, layer_widths(scale)[0], generator=generator)
    return features, torch.randint(0, 2, (count,), generator=generator)


def learning_rate(scale: int) -> float:
    """The step size of gradient descent at a scale.

    At scale 1 it is 0.5. A constant 0.5 diverges from about scale 10 on (the loss becomes NaN), and a training
    that has broken down is not worth timing; divided by the scale, the loss falls at every scale from 1 to 100.
    """
    return 0.5 / scale
