"""A recurrent network that tags every token of a sequence; the scale sets how wide it is.

It has two LSTM layers of 32s channels at scale s. The tag of a token is the latest marker up to it, so the network has
to remember.

| scale      |      1 |      2 |       3 |        10 |        20 |          80 |
| ---------- | -----: | -----: | ------: | --------: | --------: | ----------: |
| parameters | 19,208 | 71,176 | 155,912 | 1,666,568 | 6,609,928 | 105,082,888 |
"""

from collections.abc import Iterable

import torch

scales = "1-5,10,20,40,80"
batch_size = 20

VOCABULARY = 64
MARKERS = 8
LENGTH = 32


class Tagger(torch.nn.Module):
    """Takes tokens of shape `(batch, length)` and returns a logit for each tag, `(batch, length, 8)`."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.embed_token = torch.nn.Embedding(VOCABULARY, width)
        self.remember = torch.nn.LSTM(width, width, num_layers=2, batch_first=True)
        self.tag = torch.nn.Linear(width, MARKERS)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        remembered, _ = self.remember(self.embed_token(tokens))
        logits: torch.Tensor = self.tag(remembered)
        return logits


def network(scale: int) -> torch.nn.Module:
    """The tagger with 32 channels a scale."""
    return Tagger(32 * scale)


def samples(scale: int, count: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Tokens `(count, 32)` and the tag of each, `(count, 32)`: the latest token below 8. Every first token is one."""
    tokens = torch.randint(0, VOCABULARY, (count, LENGTH), generator=generator)
    tokens[:, 0] %= MARKERS
    latest_marker = torch.where(tokens < MARKERS, torch.arange(LENGTH), 0).cummax(dim=1).values
    return tokens, tokens.gather(1, latest_marker)


def optimizer(parameters: Iterable[torch.nn.Parameter], scale: int) -> torch.optim.Optimizer:
    """Adam, as recurrent networks are usually trained."""
    return torch.optim.Adam(parameters, lr=learning_rate(scale))


def learning_rate(scale: int) -> float:
    """The step size at a scale: the wider the network, the smaller its steps."""
    return 0.003 / scale
