"""A decoder that predicts the next token of a text; the scale sets its depth, its width and its heads at once.

At scale s it has s layers of s heads with 32 channels each, so it is 32s wide.

| scale      |      1 |       2 |       3 |         8 |         16 |          24 |
| ---------- | -----: | ------: | ------: | --------: | ---------: | ----------: |
| parameters | 17,824 | 109,888 | 349,984 | 6,351,424 | 50,488,384 | 170,159,680 |
"""

from collections.abc import Iterable

import torch
from torch.nn.functional import scaled_dot_product_attention

scales = "1-4,8,16,24"
batch_size = 20

VOCABULARY = 64
LENGTH = 32
HEAD_CHANNELS = 32
SUCCESSORS = torch.randint(0, VOCABULARY, (VOCABULARY, 4), generator=torch.Generator().manual_seed(1))
"""The tokens that may follow each token, the same in every run."""


class Layer(torch.nn.Module):
    """Causal self-attention, then a perceptron, each fed normalized and added: `(batch, length, width)` to the same."""

    def __init__(self, heads: int) -> None:
        super().__init__()
        width = heads * HEAD_CHANNELS
        self.heads = heads
        self.attention_norm = torch.nn.LayerNorm(width)
        self.queries_keys_values = torch.nn.Linear(width, 3 * width, bias=False)
        self.mix_heads = torch.nn.Linear(width, width, bias=False)
        self.perceptron = torch.nn.Sequential(
            torch.nn.LayerNorm(width),
            torch.nn.Linear(width, 4 * width),
            torch.nn.GELU(),
            torch.nn.Linear(4 * width, width),
        )

    def forward(self, stream: torch.Tensor) -> torch.Tensor:
        projected = self.queries_keys_values(self.attention_norm(stream))
        queries, keys, values = projected.unflatten(-1, (3, self.heads, HEAD_CHANNELS)).movedim((2, 3), (0, 2))
        attended = scaled_dot_product_attention(queries, keys, values, is_causal=True)
        stream = stream + self.mix_heads(attended.transpose(1, 2).flatten(2))
        transformed: torch.Tensor = self.perceptron(stream)
        return stream + transformed


class Decoder(torch.nn.Module):
    """Takes tokens of shape `(batch, length)` and returns a logit for each possible next one, `(batch, length, 64)`."""

    def __init__(self, depth: int, heads: int) -> None:
        super().__init__()
        width = heads * HEAD_CHANNELS
        self.embed_token = torch.nn.Embedding(VOCABULARY, width)
        self.position = torch.nn.Parameter(torch.randn(LENGTH, width))
        self.layers = torch.nn.Sequential(*(Layer(heads) for _ in range(depth)))
        self.predict = torch.nn.Sequential(torch.nn.LayerNorm(width), torch.nn.Linear(width, VOCABULARY))

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.predict(self.layers(self.embed_token(tokens) + self.position))
        return logits


def network(scale: int) -> torch.nn.Module:
    """The decoder with as many layers as heads."""
    return Decoder(depth=scale, heads=scale)


def samples(scale: int, count: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Tokens `(count, 32)` and those that follow each of them, `(count, 32)`, from a Markov chain."""
    tokens = [torch.randint(0, VOCABULARY, (count,), generator=generator)]
    for choice in torch.randint(0, SUCCESSORS.shape[1], (LENGTH, count), generator=generator):
        tokens.append(SUCCESSORS[tokens[-1], choice])
    text = torch.stack(tokens, dim=1)
    return text[:, :-1].contiguous(), text[:, 1:].contiguous()


def optimizer(parameters: Iterable[torch.nn.Parameter], scale: int) -> torch.optim.Optimizer:
    """Adam with decoupled weight decay, as transformers are usually trained."""
    return torch.optim.AdamW(parameters, lr=learning_rate(scale))


def learning_rate(scale: int) -> float:
    """The step size at a scale: the wider a transformer, the smaller its steps."""
    return 0.003 / scale
