"""The update happens inside the backward pass: a weight gradient is never stored.

For plain gradient descent, `W -= rate * gᵀ x` is a single in-place matrix product. Storing the gradient first writes
and reads a second matrix as large as the weight, and a fresh one costs page faults on top. So the recipe helps more
where layers are larger. On a CPU the other two products are taken from the library that proves fastest there.

So it is for the MLP. In any other network each weight is updated by the workload's own optimizer as soon as its
gradient is complete, and the gradient is let go: the gradients of all weights never exist at the same time.

The loop is that of `resident`. Price: there are no gradients to look at or to clip after the backward pass, and an
optimizer must treat each weight by itself, as SGD and Adam do.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import torch

from crossover.model.cost import Cost
from crossover.model.data import Data
from crossover.model.recipes.device_data import Resident
from crossover.model.recipes.gemm import Product, fastest
from crossover.model.recipes.recipe import Fit, Recipe, resident_cost
from crossover.model.training import History
from crossover.model.workload import Workload

__all__ = ["FUSED"]


class LinearThatLearns(torch.autograd.Function):
    """A linear layer whose backward pass subtracts `rate` times the gradient from its weight and bias."""

    @staticmethod
    def forward(
        context: Any,
        inputs: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor,
        rate: float,
        forwards: Product,
        backwards: Product,
    ) -> torch.Tensor:
        """Map `(batch, inputs)` to `(batch, outputs)` by `forwards`; the gradient goes back through `backwards`."""
        context.save_for_backward(inputs, weight, bias)
        context.rate, context.backwards = rate, backwards
        return forwards(inputs)

    @staticmethod
    def backward(context: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        (gradient,) = gradients
        inputs, weight, bias = context.saved_tensors
        passed_on = context.backwards(gradient) if context.needs_input_grad[0] else None  # before the weight changes
        weight.addmm_(gradient.T, inputs, alpha=-context.rate)
        bias.sub_(gradient.sum(0), alpha=context.rate)
        return passed_on, None, None, None, None, None


class Learning(AbstractContextManager[None]):
    """Within it, every backward pass of a network is also a step of gradient descent; usable around any loop.

    learning = Learning(network, rate=0.1, batch_size=10)  # tries out the products for batches of this size
    with learning:
        for features, labels in batches:
            F.cross_entropy(network(features), labels).backward()

    Every parameter must belong to a linear layer with bias, and every layer be used once a pass.
    """

    def __init__(self, network: torch.nn.Module, rate: float, batch_size: int) -> None:
        self.forwards = {layer: learning_forward(layer, rate, batch_size) for layer in linear_layers(network)}

    def __enter__(self) -> None:
        for layer, forward in self.forwards.items():
            layer.forward = forward  # type: ignore[method-assign, assignment]

    def __exit__(self, *exception: object) -> None:
        for layer in self.forwards:
            del layer.forward


class Updating(AbstractContextManager[None]):
    """Within it, every backward pass of a network updates each parameter once its gradient is complete.

    `make_optimizer` makes an optimizer of a list of parameters; it is called with one parameter at a time.
    """

    def __init__(
        self,
        network: torch.nn.Module,
        make_optimizer: Callable[[list[torch.nn.Parameter]], torch.optim.Optimizer],
    ) -> None:
        learning = [parameter for parameter in network.parameters() if parameter.requires_grad]
        self.optimizers = {parameter: make_optimizer([parameter]) for parameter in learning}
        self.hooks: list[Any] = []

    def __enter__(self) -> None:
        self.hooks = [each.register_post_accumulate_grad_hook(self.update) for each in self.optimizers]

    def update(self, parameter: torch.Tensor) -> None:
        self.optimizers[parameter].step()  # type: ignore[index]
        parameter.grad = None

    def __exit__(self, *exception: object) -> None:
        for hook in self.hooks:
            hook.remove()


def learning_forward(layer: torch.nn.Linear, rate: float, batch_size: int) -> Product:
    weight, bias = layer.weight.detach(), layer.bias.detach()
    forwards = fastest(weight, bias, batch_size)(weight, bias, batch_size)
    backwards = fastest(weight.T, None, batch_size)(weight.T, None, batch_size)

    def forward(inputs: torch.Tensor) -> torch.Tensor:
        outputs: torch.Tensor = LinearThatLearns.apply(inputs, layer.weight, layer.bias, rate, forwards, backwards)
        return outputs

    return forward


def linear_layers(network: torch.nn.Module) -> list[torch.nn.Linear]:
    """The linear layers of a network. Raises TypeError where it has parameters elsewhere."""
    layers = [module for module in network.modules() if isinstance(module, torch.nn.Linear) and module.bias is not None]
    known = {id(parameter) for layer in layers for parameter in layer.parameters()}
    for name, parameter in network.named_parameters():
        if id(parameter) not in known:
            raise TypeError(f"only linear layers with a bias learn in their backward pass; {name} is not of one")
    return layers


def prepare(
    network: torch.nn.Module,
    data: Data,
    workload: Workload,
    *,
    scale: int,
    batch_size: int,
    generator: torch.Generator,
    device: torch.device | str = "cpu",
) -> Fit:
    samples = Resident.on(device, data, generator)
    learning: AbstractContextManager[None]
    if workload.name == "mlp":
        learning = Learning(network, workload.learning_rate(scale), batch_size)
    else:
        learning = Updating(network, lambda parameters: workload.make_optimizer(parameters, scale))

    def fit(epochs: int) -> History:
        history = History()
        for _ in range(epochs):
            network.train()
            losses = []
            with learning:
                for features, targets in samples.shuffled(batch_size):
                    loss = workload.loss(network(features), targets)
                    loss.backward()
                    losses.append(loss.detach())
            history.losses.append(torch.stack(losses).tolist())
            history.accuracies.append(samples.accuracy(network, workload))
        return history

    return fit


def cost(workload: Workload, scale: int, epochs: int) -> Cost | None:
    """In the MLP a weight's gradient and its update are one operation; each layer has a weight and a bias."""
    counts = workload.size(scale).counts
    fewer = counts.updates // 2 if counts and workload.name == "mlp" else 0
    return resident_cost(workload, scale, epochs, fewer)


FUSED = Recipe("fused", prepare, weight_copies=1, cost=cost)
