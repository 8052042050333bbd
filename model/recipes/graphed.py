"""One step is captured as a CUDA graph and replayed: the driver launches all its kernels with a single call.

It helps where launching kernels takes longer than running them, at small scales, and fades as the products grow.
The step is that of `resident`. Price: CUDA only, one batch size (a smaller last batch runs without the graph), fixed
control flow, and the graph keeps its own memory for activations and gradients.
"""

import torch
import torch.nn.functional as F

from crossover.model.data import Data
from crossover.model.recipes.device_data import Resident
from crossover.model.recipes.recipe import Fit, Recipe
from crossover.model.training import History

__all__ = ["GRAPHED"]

WARM_UP_STEPS = 3
"""PyTorch's documentation asks for a few on a side stream, so that lazily made workspaces stay out of the graph."""


def unavailable(device: torch.device | str) -> str | None:
    if torch.device(device).type != "cuda":
        return f"CUDA graphs need a CUDA device, not {device}"
    return None if torch.cuda.is_available() else "CUDA graphs need CUDA, which is not available here"


def prepare(
    network: torch.nn.Module,
    data: Data,
    *,
    batch_size: int,
    learning_rate: float,
    generator: torch.Generator,
    device: torch.device | str = "cuda",
) -> Fit:
    """Prepare as every recipe does. Raises RuntimeError where `unavailable` has a reason."""
    if reason := unavailable(device):
        raise RuntimeError(reason)
    samples = Resident.on(device, data, generator)
    optimizer = torch.optim.SGD(network.parameters(), lr=learning_rate)
    static_features = samples.train.features[:batch_size].clone()
    static_labels = samples.train.targets[:batch_size].clone()
    before = [parameter.detach().clone() for parameter in network.parameters()]

    def step(features: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(network(features), labels)
        loss.backward()
        optimizer.step()
        return loss.detach()

    network.train()
    side = torch.cuda.Stream(device)
    side.wait_stream(torch.cuda.current_stream(device))
    with torch.cuda.stream(side):
        for _ in range(WARM_UP_STEPS):
            step(static_features, static_labels)
    torch.cuda.current_stream(device).wait_stream(side)
    optimizer.zero_grad(set_to_none=True)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        static_loss = step(static_features, static_labels)
    with torch.no_grad():
        for parameter, value in zip(network.parameters(), before, strict=True):
            parameter.copy_(value)

    def replay(features: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        if len(labels) < len(static_labels):
            return step(features, labels)
        static_features.copy_(features)
        static_labels.copy_(labels)
        graph.replay()
        return static_loss.clone()

    def fit(epochs: int) -> History:
        history = History()
        for _ in range(epochs):
            network.train()
            losses = [replay(features, labels) for features, labels in samples.shuffled(batch_size)]
            history.losses.append(torch.stack(losses).tolist())
            history.accuracies.append(samples.accuracy(network))
        return history

    return fit


GRAPHED = Recipe("graphed", prepare, unavailable, weight_copies=3)
