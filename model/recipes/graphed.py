"""One step is captured as a CUDA graph and replayed: the driver launches all its kernels with a single call.

It helps where launching kernels takes longer than running them, at small scales, and fades as the products grow.
The step is that of `resident`. Price: CUDA only, one batch size (a smaller last batch runs without the graph), fixed
control flow, and the graph keeps its own memory for activations and gradients.
"""

import torch

from crossover.model.cost import Cost
from crossover.model.data import Data
from crossover.model.recipes.device_data import Resident
from crossover.model.recipes.recipe import Fit, Recipe, resident_cost
from crossover.model.training import History
from crossover.model.workload import Workload

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
    workload: Workload,
    *,
    scale: int,
    batch_size: int,
    generator: torch.Generator,
    device: torch.device | str = "cuda",
) -> Fit:
    """Prepare as every recipe does. Raises RuntimeError where `unavailable` has a reason."""
    if reason := unavailable(device):
        raise RuntimeError(reason)
    samples = Resident.on(device, data, generator)
    optimizer = capturable(workload.make_optimizer(network.parameters(), scale))
    static_features = samples.train.features[:batch_size].clone()
    static_targets = samples.train.targets[:batch_size].clone()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}

    def step(features: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        optimizer.zero_grad(set_to_none=True)
        loss = workload.loss(network(features), targets)
        loss.backward()
        optimizer.step()
        return loss.detach()

    network.train()
    side = torch.cuda.Stream(device)
    side.wait_stream(torch.cuda.current_stream(device))
    with torch.cuda.stream(side):
        for _ in range(WARM_UP_STEPS):
            step(static_features, static_targets)
    torch.cuda.current_stream(device).wait_stream(side)
    optimizer.zero_grad(set_to_none=True)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        static_loss = step(static_features, static_targets)
    network.load_state_dict(before)  # in place, as the graph needs it
    forget(optimizer)

    def replay(features: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        if len(targets) < len(static_targets):
            return step(features, targets)
        static_features.copy_(features)
        static_targets.copy_(targets)
        graph.replay()
        return static_loss.clone()

    def fit(epochs: int) -> History:
        history = History()
        for _ in range(epochs):
            network.train()
            losses = [replay(features, targets) for features, targets in samples.shuffled(batch_size)]
            history.losses.append(torch.stack(losses).tolist())
            history.accuracies.append(samples.accuracy(network, workload))
        return history

    return fit


def capturable(optimizer: torch.optim.Optimizer) -> torch.optim.Optimizer:
    """Let an optimizer that counts its steps, such as Adam, count them on the device."""
    for group in optimizer.param_groups:
        if "capturable" in group:
            group["capturable"] = True
    return optimizer


@torch.no_grad()
def forget(optimizer: torch.optim.Optimizer) -> None:
    """Set the state of an optimizer to zero, in place: that is how momentum and Adam's moments begin."""
    for state in optimizer.state.values():
        for value in state.values():
            if isinstance(value, torch.Tensor):
                value.zero_()


def cost(workload: Workload, scale: int, epochs: int) -> Cost | None:
    """A step copies features and targets, and launches the graph."""
    counts = workload.size(scale).counts
    return resident_cost(workload, scale, epochs, counts.step.operations - 3 if counts else 0)


GRAPHED = Recipe("graphed", prepare, unavailable, weight_copies=3, cost=cost)
