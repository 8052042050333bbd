"""Updates are kept as the factors they are made of, and added to the weights once every few batches.

After batches with inputs x₁ … xₜ and output gradients g₁ … gₜ, plain gradient descent has W − rate · Σ gₖᵀ xₖ. The sum
need not be carried out to multiply by it: (W − rate · Σ gₖᵀ xₖ) y is W y − rate · Σ gₖᵀ (xₖ y), and the second term is
small as long as t batches are fewer rows than the weight has. So within a block of batches each weight is only read,
and at its end gets one update of high rank, which runs at the processor's full speed where a step's own update of rank
10 waits for memory. (Quantum Monte Carlo codes know this as delayed updates.) Two more gains follow:

- the first layer's inputs are known beforehand, so its whole block is a single product;
- a weight that stays put for a block can be packed into the layout in which the library multiplies fastest.

There is no autograd either: the few operators of a step are written out, into memory allocated beforehand.

It is the same mathematics in another order of summation, and helps at every scale on a CPU. Price: plain gradient
descent on linear layers with ReLU between them and cross-entropy at the end, nothing else; per layer one block of
inputs and gradients, and a second copy of the weights that are packed.
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F

from crossover.model.data import Data
from crossover.model.recipes.blocks import Shape, block_rows, blocks_cost
from crossover.model.recipes.deferred.layers import Deferred, First, Immediate
from crossover.model.recipes.device_data import Resident
from crossover.model.recipes.recipe import Fit, Recipe
from crossover.model.recipes.threads import best_threads, threads
from crossover.model.training import History
from crossover.model.workload import Workload

__all__ = ["DEFERRED", "alternating_layers", "shapes_of"]

Step = Callable[[torch.Tensor, float], None]


class Block:
    """The layers of a network with room for a block of rows, and the steps through them."""

    def __init__(self, layers: list[torch.nn.Linear], rows: int, batch_size: int) -> None:
        first, *hidden, last = layers
        self.first = First(first, rows, batch_size)
        self.last = Immediate(last, rows, batch_size)
        self.layers = [self.first, *(Deferred(layer, rows, batch_size) for layer in hidden), self.last]
        self.batch_size = batch_size
        self.steps: dict[tuple[int, int], Step] = {}

    def train(self, features: torch.Tensor, targets: torch.Tensor, rate: float) -> torch.Tensor:
        """Take one step for each batch of `features`, `(rows, inputs)`; returns the logits, `(rows, outputs)`.

        `targets` has the shape of the logits: each row's one-hot label, times rate, over the size of its batch.
        """
        rows = len(features)
        self.first.begin(features)
        for start in range(0, rows, self.batch_size):
            stop = min(start + self.batch_size, rows)
            if (start, stop) not in self.steps:
                self.steps[start, stop] = self.step(start, stop)
            self.steps[start, stop](targets[start:stop], rate)
        for layer in self.layers:
            layer.fold(rows)
        return self.last.outputs[:rows]

    def step(self, start: int, stop: int) -> Step:
        """A step of gradient descent with the rows of a window, every view it needs made beforehand."""
        forwards = [layer.forward(start, stop) for layer in self.layers]
        backwards = [layer.backward(start, stop) for layer in self.layers[1:]]  # nothing comes before the first
        inputs = [layer.inputs[start:stop] for layer in self.layers]
        deltas = [layer.deltas[start:stop] for layer in self.layers]
        probabilities = torch.empty_like(deltas[-1])
        relu_backward = torch.ops.aten.threshold_backward.grad_input
        up = list(zip(inputs[1:], forwards[1:], strict=True))
        down = list(zip(backwards, inputs[1:], deltas[:-1], strict=True))[::-1]

        def take(targets: torch.Tensor, rate: float) -> None:
            outputs = forwards[0]()
            for activated, forward in up:
                torch.clamp_min(outputs, 0, out=activated)
                outputs = forward()
            torch.softmax(outputs, 1, out=probabilities)
            torch.add(targets, probabilities, alpha=-rate / (stop - start), out=deltas[-1])
            for backward, activated, delta in down:
                relu_backward(backward(), activated, 0, grad_input=delta)

        return take


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
    """Prepare as every recipe does. Raises TypeError for a network that is not linear layers with ReLU between them."""
    samples = Resident.on(device, data, generator)
    learning_rate, layers = workload.learning_rate(scale), alternating_layers(network)
    rows = block_rows(shapes_of(layers), batch_size, len(data.train))
    count, on_cpu = len(data.train), torch.device(device).type == "cpu"
    with torch.inference_mode():
        block = Block(layers, rows, batch_size)
        sizes = torch.full((count,), float(batch_size), device=device, dtype=layers[0].weight.dtype)
        sizes[count - count % batch_size :] = count % batch_size
        some = samples.train.features[:rows]
        zeros = some.new_zeros(len(some), layers[-1].out_features)

        def trial(count: int) -> None:
            with threads(count):
                block.train(some, zeros, rate=0.0)  # which changes nothing

        best = best_threads(trial) if on_cpu else 1

    def fit(epochs: int) -> History:
        with torch.inference_mode(), threads(best):
            return run(epochs)

    def run(epochs: int) -> History:
        history = History()
        for _ in range(epochs):
            features, labels = samples.epoch()
            targets = F.one_hot(labels, layers[-1].out_features) * (learning_rate / sizes)[:, None]
            blocks = zip(features.split(rows), targets.split(rows), strict=True)
            logits = torch.cat([block.train(*part, learning_rate).clone() for part in blocks])
            losses = F.pad(F.cross_entropy(logits, labels, reduction="none"), (0, -count % batch_size))
            history.losses.append((losses.view(-1, batch_size).sum(1) / sizes[::batch_size]).tolist())
            history.accuracies.append(samples.accuracy(network, workload))
        return history

    return fit


def alternating_layers(network: torch.nn.Module) -> list[torch.nn.Linear]:
    """The linear layers of a network with a ReLU between each two and nothing else. Raises TypeError for any other."""
    modules = [module for module in network.modules() if not list(module.children())]
    layers = [module for module in modules[::2] if isinstance(module, torch.nn.Linear) and module.bias is not None]
    relus = [module for module in modules[1::2] if isinstance(module, torch.nn.ReLU)]
    if len(layers) < 2 or len(layers) + len(relus) != len(modules) or len(layers) != len(relus) + 1:
        raise TypeError(
            "updates can be deferred for two or more linear layers with ReLU between them, and nothing else"
        )
    return layers


def shapes_of(layers: list[torch.nn.Linear]) -> list[Shape]:
    return [(layer.in_features, layer.out_features) for layer in layers]


DEFERRED = Recipe("deferred", prepare, only_for="mlp", weight_copies=3, cost=blocks_cost)
