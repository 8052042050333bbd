"""What any training must compute, move, launch and keep, counted on the meta device: nothing is allocated or computed.

    counts = count(lambda: Network(8), features, targets, F.cross_entropy, lambda weights: Adam(weights))

The rules, for one pass forward, one backward and one update:

- arithmetic is what torch's `FlopCounterMode` counts: the products of layers, convolutions and attention, forward and
  backward. Work by element (activations, norms, the update) is not. It counts causal attention in full, though half is
  enough;
- memory: each pass reads each weight that it uses once, however often it uses it; a lookup, as in an embedding, reads
  its rows alone. The update reads and writes each weight that has a gradient, and the optimizer's state. Storing
  gradients and activations is not necessary and not counted, nor are the samples;
- operations are those that torch's plain loop launches on a CPU, without views, which launch nothing, and what it only
  allocates. Recurrent layers and `scaled_dot_product_attention` count as one each way: torch has kernels for them,
  though not on the meta device. The update takes an operation, or some, for each tensor; on CUDA torch makes one of
  many tensors', so that fewer are launched there.

A step of the article's MLP dispatches 57 operators. 26 launch something: 5 forward and 2 for the loss; 3 for its
gradient; backward 2 for the activations and 8 for the layers, which take a product for the weights, a sum for the
biases and, but in the first, a product for the inputs each; 6 updates. The other 29 are views, and 2 profiler marks.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor
from torch.nn import Module, Parameter
from torch.optim import Optimizer
from torch.utils.flop_counter import FlopCounterMode

from crossover.model.cost import Cost
from crossover.model.operator_watch import FusedCalls, MetaOnly, Watch, distinct_bytes, keeping, tensors

__all__ = ["Counts", "NotCountedError", "built", "count"]

T = TypeVar("T")


class NotCountedError(ValueError):
    """A training cannot be counted: the message says in one line which part of it, and why."""


@dataclass(frozen=True)
class Counts:
    """What a training is made of."""

    parameters: int
    """How many numbers the network learns or holds fixed as parameters; shared ones once."""
    parameter_bytes: int
    """The bytes of the parameters and buffers."""
    gradient_bytes: int
    """The bytes of the gradients: those of the parameters that the loss depends on."""
    activation_bytes: int
    """The bytes that one batch's forward pass keeps for its backward pass, the batch itself included.

    What a layer keeps outside autograd's saved tensors is not seen: activation checkpointing is counted too low.
    """
    optimizer_bytes: int
    """The bytes of the optimizer's state: two copies of the parameters for Adam, none for plain SGD."""
    forward: Cost
    """One batch through the network, in evaluation mode and without gradients."""
    step: Cost
    """One step of training: forward, loss, backward and update."""
    updates: int
    """The operations of the update alone."""


def count(
    make_network: Callable[[], Module],
    features: Tensor,
    targets: Tensor,
    loss: Callable[[Tensor, Tensor], Tensor],
    make_optimizer: Callable[[list[Parameter]], Optimizer],
) -> Counts:
    """Counts the training of a network by batches like `features` and `targets`, which may be on any device.

    Raises NotCountedError where the network cannot be built or trained without its numbers: where they decide what is
    done next (`.item()`), or where it names a device other than that of its parameters or its input.
    """
    features, targets = (torch.empty_like(batch, device="meta") for batch in (features, targets))
    with torch.random.fork_rng(devices=[]), torch.inference_mode(False), torch.enable_grad():
        network = built(make_network)
        parameters = list(network.parameters())
        held = [*parameters, *network.buffers()]

        with refusing("its network cannot be run"), torch.device("meta"), torch.no_grad():
            network.eval()
            _, forward = watched(lambda: network(features), held)
        fused = FusedCalls()
        with refusing("its network and loss cannot be run"), torch.device("meta"), keeping(fused) as kept:
            network.train()
            value, ahead = watched(lambda: loss(network(features), targets), held, fused)
        with refusing("its loss has no backward pass"), torch.device("meta"):
            _, back = watched(value.backward, held, fused)
        with refusing("its optimizer cannot be run"), torch.device("cpu"):  # where it counts its steps
            optimizer = make_optimizer(parameters)
            optimizer.step()  # the first makes the state
            state = tensors(list(optimizer.state.values()))
            _, update = watched(optimizer.step, parameters + state)

    return Counts(
        parameters=sum(parameter.numel() for parameter in parameters),
        parameter_bytes=distinct_bytes(held),
        gradient_bytes=distinct_bytes(parameter.grad for parameter in parameters if parameter.grad is not None),
        activation_bytes=distinct_bytes(kept, but=held),
        optimizer_bytes=distinct_bytes(state),
        forward=forward,
        step=ahead + back + update,
        updates=update.operations,
    )


def built(make_network: Callable[[], Module]) -> Module:
    """The network on the meta device; raises NotCountedError where it cannot be built there."""
    with refusing("its network cannot be built"), torch.device("meta"), MetaOnly():
        network = make_network()
        if elsewhere := [each.device for each in (*network.parameters(), *network.buffers()) if not each.is_meta]:
            raise RuntimeError(f"it makes tensors on the device {elsewhere[0]} by itself")
    return network


def watched(work: Callable[[], T], held: list[Tensor], fused: FusedCalls | None = None) -> tuple[T, Cost]:
    """What `work` returns, and what it costs; `held` are the tensors whose traffic counts."""
    fused = fused or FusedCalls()
    with FlopCounterMode(display=False) as counter, Watch(held, fused) as watch, fused:
        result = work()
    return result, Cost(counter.get_total_flops(), watch.moved_bytes, watch.operations)


@contextmanager
def refusing(what: str) -> Iterator[None]:
    """Says in one line why something cannot be done on the meta device, whatever a user's code raises."""
    try:
        yield
    except Exception as error:
        reason = str(error).partition("\n")[0].partition(". ")[0] or type(error).__name__
        raise NotCountedError(f"{what} on the meta device: {reason}") from error
