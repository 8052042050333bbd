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
        """The network of a scale, drawn from torch's global generator."""
        inputs, *hidden, outputs = layer_widths(scale)
        return cls(inputs, (hidden[0], hidden[1]), outputs)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.layers(features)
        return logits


def layer_widths(scale: int) -> tuple[int, int, int, int]:
    """The widths of the network of a scale, from input to output: `100s → 300s → 200s → 2`."""
    return 100 * scale, 300 * scale, 200 * scale, 2
