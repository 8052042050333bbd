"""The network that is trained: three linear layers whose every width follows from one dial, the scale."""

from typing import Self

import torch


class NeuralNetwork(torch.nn.Module):
    """A multilayer perceptron: linear, ReLU, linear, ReLU, linear.

    `forward` takes features of shape `(batch, inputs)` and returns logits of shape `(batch, outputs)`.
    """

    def __init__(self, inputs: int, hidden: tuple[int, int], outputs: int) -> None:
        super().__init__()
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(inputs, hidden[0]),
            torch.nn.ReLU(),
            torch.nn.Linear(hidden[0], hidden[1]),
            torch.nn.ReLU(),
            torch.nn.Linear(hidden[1], outputs),
        )

    @classmethod
    def scaled(cls, scale: int) -> Self:
        """The network of a scale: `100s → 300s → 200s → 2`, drawn from torch's global generator."""
        return cls(100 * scale, (300 * scale, 200 * scale), 2)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.layers(features)
        return logits


def parameter_count(scale: int) -> int:
    """How many parameters the network of a scale has; nothing of its size is allocated."""
    with torch.device("meta"):
        network = NeuralNetwork.scaled(scale)
    return sum(parameter.numel() for parameter in network.parameters())
