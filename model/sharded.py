"""A network split among the ranks of torch.distributed, each of which holds its part from the first weight on.

`fully_shard` gathers the weights of one module at a time from all ranks, and lets go of them when the module is done.
So the most memory that a rank needs is its part of everything, and the largest module a few times over: its weights,
their gradient, and what is on its way. The middle layer of this network holds two thirds of all weights; as one module
it would leave little to save. So each layer is cut into blocks of its outputs, each a module of its own.
"""

import math
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch.distributed.device_mesh import DeviceMesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor

from crossover.model import constants
from crossover.model.network import NeuralNetwork, layer_widths
from crossover.model.workload import Workload

__all__ = ["sharded_network"]

BLOCK_WEIGHTS = 1_000_000
"""The most weights that are gathered at a time, 4 MB: one 36th of all at scale 20. Each block has to be waited for."""


class Block(torch.nn.Module):
    """Some outputs of a linear layer.

    `fully_shard` considers a module's backward pass over when its inputs have their gradients. Samples need none:
    without `anchor`, a zero that does need one, the first layer would stay gathered until the end of the pass.
    """

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.empty(outputs, inputs))
        self.bias = torch.nn.Parameter(torch.empty(outputs))

    def forward(self, features: torch.Tensor, anchor: torch.Tensor) -> torch.Tensor:
        return F.linear(features, self.weight, self.bias + anchor)


class BlockLinear(torch.nn.Module):
    """A linear layer cut into blocks of its outputs: the same sums, from modules of about `most_weights` weights."""

    def __init__(self, inputs: int, outputs: int, most_weights: int) -> None:
        super().__init__()
        self.inputs = inputs
        count = math.ceil(inputs * outputs / most_weights)
        edges = [outputs * block // count for block in range(count + 1)]
        self.blocks = torch.nn.ModuleList(Block(inputs, end - start) for start, end in pairwise(edges))

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        anchor = torch.zeros((), device=features.device, requires_grad=True)
        return torch.cat([block(features, anchor) for block in self.blocks], dim=-1)


def sharded_network(workload: Workload, scale: int, mesh: DeviceMesh) -> torch.nn.Module:
    """The network of a workload at a scale, with the weights that one process draws.

    Of the MLP, no rank ever holds more than a part. Any other network is drawn whole by each rank, and then sharded
    layer by layer: each entry of a ModuleList or a Sequential, and the rest together. A smaller module may have weights
    that the one around it uses.
    """
    if workload.name == "mlp":
        return sharded_mlp(scale, mesh)
    torch.manual_seed(constants.SEED)
    network = workload.network(scale)
    lists = [each for each in network.modules() if isinstance(each, torch.nn.ModuleList | torch.nn.Sequential)]
    layers = {layer for each in lists for layer in each if next(layer.parameters(), None) is not None}
    for module in reversed(list(network.modules())[1:]):  # what is inside comes first
        if module in layers:
            fully_shard(module, mesh=mesh)
    fully_shard(network, mesh=mesh)
    return network.to(mesh.device_type)


def sharded_mlp(scale: int, mesh: DeviceMesh) -> torch.nn.Module:
    """The MLP of a scale, each layer in blocks, with the weights of `NeuralNetwork.scaled`."""
    with torch.device("meta"):
        network = NeuralNetwork.scaled(scale)
        network.layers[0], network.layers[2], network.layers[4] = (
            BlockLinear(inputs, outputs, BLOCK_WEIGHTS) for inputs, outputs in pairwise(layer_widths(scale))
        )
    for layer in layers_of(network):
        for block in layer.blocks:
            fully_shard(block, mesh=mesh)
    fully_shard(network, mesh=mesh)
    network.to_empty(device=mesh.device_type)
    draw(network, torch.Generator().manual_seed(constants.SEED))
    return network


def layers_of(network: torch.nn.Module) -> list[BlockLinear]:
    return [module for module in network.modules() if isinstance(module, BlockLinear)]


@torch.no_grad()
def draw(network: torch.nn.Module, generator: torch.Generator) -> None:
    """Draw the weights block by block as torch.nn.Linear does for a whole layer, and keep this rank's part of each."""
    for layer in layers_of(network):
        bound = 1 / math.sqrt(layer.inputs)
        for name in ("weight", "bias"):
            for block in layer.blocks:
                parameter = getattr(block, name)
                keep_part(parameter, torch.empty(parameter.shape).uniform_(-bound, bound, generator=generator))


def keep_part(parameter: DTensor, whole: torch.Tensor) -> None:
    part = distribute_tensor(whole.to(parameter.device), parameter.device_mesh, parameter.placements)
    parameter.to_local().copy_(part.to_local())
