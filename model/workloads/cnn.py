"""A small residual network that classifies pictures of 3 × 16 × 16; the scale sets how many channels it has.

Each of three residual blocks halves the picture; they have 16s, 32s and 64s channels at scale s. Group normalization
treats every picture by itself: no batch is too small, and testing computes what training does. SiLU has no kink at
which rounding could decide a gradient, so devices agree.

| scale      |      1 |       2 |       3 |        10 |         20 |          40 |
| ---------- | -----: | ------: | ------: | --------: | ---------: | ----------: |
| parameters | 75,562 | 299,082 | 670,570 | 7,414,090 | 29,624,970 | 118,437,130 |
"""

from collections.abc import Iterable

import torch
from torch.nn.functional import silu

scales = "1-5,10,20,40"
batch_size = 20

CLASSES = 10
SIDE = 16
PATTERNS = torch.randn(CLASSES, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(1))
"""What the pictures of each class show, the same in every run."""


class Block(torch.nn.Module):
    """Two convolutions beside a shortcut: from `(batch, inputs, side, side)` to `(batch, outputs, side/2, side/2)`."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.residual = torch.nn.Sequential(
            torch.nn.Conv2d(inputs, outputs, 3, stride=2, padding=1, bias=False),
            torch.nn.GroupNorm(4, outputs),
            torch.nn.SiLU(),
            torch.nn.Conv2d(outputs, outputs, 3, padding=1, bias=False),
            torch.nn.GroupNorm(4, outputs),
        )
        self.shortcut = torch.nn.Conv2d(inputs, outputs, 1, stride=2, bias=False)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        return silu(self.shortcut(pictures) + self.residual(pictures))


class ResidualNetwork(torch.nn.Module):
    """Takes pictures of shape `(batch, 3, side, side)` and returns logits of shape `(batch, 10)`."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.blocks = torch.nn.Sequential(
            Block(3, channels), Block(channels, 2 * channels), Block(2 * channels, 4 * channels)
        )
        self.classify = torch.nn.Linear(4 * channels, CLASSES)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.classify(self.blocks(pictures).mean((2, 3)))
        return logits


def network(scale: int) -> torch.nn.Module:
    """The residual network with 16 channels a scale in its first block."""
    return ResidualNetwork(16 * scale)


def samples(scale: int, count: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures `(count, 3, 16, 16)`, each a class's pattern under four times as much noise, and classes `(count,)`."""
    classes = torch.randint(0, CLASSES, (count,), generator=generator)
    return PATTERNS[classes] + 4 * torch.randn(count, 3, SIDE, SIDE, generator=generator), classes


def optimizer(parameters: Iterable[torch.nn.Parameter], scale: int) -> torch.optim.Optimizer:
    """Gradient descent with momentum, as residual networks are usually trained."""
    return torch.optim.SGD(parameters, lr=learning_rate(scale), momentum=0.9)


def learning_rate(scale: int) -> float:
    """The step size at a scale: the wider the network, the smaller its steps."""
    return 0.01 / scale
