"""What is wrong with a user's workload, found out with one batch at a small scale before anything is timed."""

import inspect
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import torch

from crossover.model import constants
from crossover.model.definition import Batch
from crossover.model.workload import Workload, WorkloadError

__all__ = ["require_growth", "require_trainable"]

NUMBERS = (torch.float32, torch.float64)
"""What weights may be: training in less precision, as in complex numbers, is another question."""

IGNORED = -100
"""The class that cross-entropy leaves out."""


def require_trainable(workload: Workload, scale: int) -> None:
    """Train one batch on the CPU, and raise WorkloadError for the first thing that is wrong, in a line."""
    batch = workload.batch_size
    features, targets = drawn(workload, scale)
    again = drawn(workload, scale)
    if not all(map(torch.equal, (features, targets), again)):
        raise WorkloadError(f"{said(workload, 'samples')} drew other numbers the second time: draw them from generator")
    network = built(workload, scale)
    other = built(workload, scale)
    if not all(map(torch.equal, network.parameters(), other.parameters())):
        raise WorkloadError(
            f"{said(workload, 'network')} drew other weights the second time: draw them from torch's generator, "
            "and keep nothing between calls"
        )
    del other
    network.train()
    outputs = called(f"{workload.name}: the network of scale {scale}", lambda: network(features))
    require_fitting(workload, outputs, targets, batch)
    loss = called(said(workload, "loss"), lambda: workload.loss(outputs, targets))
    if not isinstance(loss, torch.Tensor) or loss.numel() != 1 or not loss.is_floating_point():
        raise WorkloadError(f"{said(workload, 'loss')} returned {kind_of(loss)}, and not a single number")
    if not loss.requires_grad:
        raise WorkloadError(f"{workload.name}: the loss depends on no parameter: there is no gradient anywhere")
    optimizer = called(said(workload, "optimizer"), lambda: workload.make_optimizer(network.parameters(), scale))
    if not isinstance(optimizer, torch.optim.Optimizer):
        raise WorkloadError(f"{said(workload, 'optimizer')} returned {kind_of(optimizer)}, and not an optimizer")
    if inspect.signature(optimizer.step).parameters["closure"].default is inspect.Parameter.empty:
        raise WorkloadError(f"{workload.name}: {type(optimizer).__name__} needs a closure, which these loops have not")
    called(f"{workload.name}: the backward pass", loss.backward)
    if all(parameter.grad is None for parameter in network.parameters()):
        raise WorkloadError(f"{workload.name}: no parameter has a gradient after the backward pass")
    called(f"{workload.name}: the optimizer", optimizer.step)
    if workload.accuracy:
        with torch.no_grad():
            share = called(said(workload, "accuracy"), lambda: workload.hits(outputs, targets))
        if not isinstance(share, torch.Tensor) or share.numel() != 1:
            raise WorkloadError(f"{said(workload, 'accuracy')} returned {kind_of(share)}, and not a single number")


def require_growth(workload: Workload, parameters: dict[int, int]) -> None:
    """Raise WorkloadError where a larger scale has no more parameters than a smaller one.

    `parameters` are those of each scale, 0 where the network cannot be built.
    """
    known = sorted((scale, count) for scale, count in parameters.items() if count)
    for (smaller, few), (larger, more) in pairwise(known):
        if few >= more:
            no_more = f"network({larger}) has {more:,} parameters, no more than network({smaller}) with {few:,}"
            raise WorkloadError(f"{workload.name}: {no_more}")


def drawn(workload: Workload, scale: int) -> Batch:
    """A batch of samples of the right form."""
    count, name = workload.batch_size, said(workload, "samples")
    generator = torch.Generator().manual_seed(constants.SEED)
    drawn = called(name, lambda: workload.samples(scale, count, generator))
    if (
        not isinstance(drawn, tuple | list)
        or len(drawn) != 2
        or not all(isinstance(each, torch.Tensor) for each in drawn)
    ):
        raise WorkloadError(f"{name} returned {kind_of(drawn)}, and not two tensors: features and targets")
    for what, tensor in zip(("features", "targets"), drawn, strict=True):
        if tensor.device.type != "cpu":
            raise WorkloadError(f"{name} returned {what} on {tensor.device}; they are to be drawn on the CPU")
        if tensor.is_complex() or tensor.dtype in (torch.float16, torch.bfloat16):
            raise WorkloadError(
                f"{name} returned {what} of {tensor.dtype}; whole numbers, float32 or float64 it may be"
            )
        if not tensor.dim() or len(tensor) != count:
            raise WorkloadError(f"{name} returned {what} {shape(tensor)} for a batch of {count} samples")
        if tensor.requires_grad:
            raise WorkloadError(f"{name} returned {what} that want a gradient: detach() them")
    return drawn[0], drawn[1]


def built(workload: Workload, scale: int) -> torch.nn.Module:
    """The network of a scale, with parameters that can be trained."""
    torch.manual_seed(constants.SEED)
    name = said(workload, "network")
    network = called(name, lambda: workload.network(scale))
    if not isinstance(network, torch.nn.Module):
        raise WorkloadError(f"{name} returned {kind_of(network)}, and not a torch.nn.Module")
    parameters = dict(network.named_parameters())
    if not parameters:
        raise WorkloadError(f"{name} returned a network without parameters")
    for each, parameter in parameters.items():
        if parameter.device.type != "cpu":
            raise WorkloadError(f"{name} put {each} on {parameter.device}; build it on the CPU, it is moved afterwards")
        if parameter.dtype not in NUMBERS:
            raise WorkloadError(f"{name}: {each} is of {parameter.dtype}; it may be float32 or float64")
    return network


def require_fitting(workload: Workload, outputs: Any, targets: torch.Tensor, batch: int) -> None:
    """Raise WorkloadError where outputs do not fit the targets; only the default loss says what fits."""
    if not isinstance(outputs, torch.Tensor):
        if workload.has_own_loss and workload.accuracy:
            return
        raise WorkloadError(f"{workload.name}: the network returned {kind_of(outputs)}, and not a tensor")
    if workload.has_own_loss:
        return
    if targets.is_floating_point():
        if outputs.shape != targets.shape:
            raise WorkloadError(
                f"{workload.name}: outputs {shape(outputs)} for targets {shape(targets)}: mean squared error needs the "
                "same shape; define loss(outputs, targets) for another"
            )
        return
    if outputs.shape[:-1] != targets.shape:
        raise WorkloadError(
            f"{workload.name}: outputs {shape(outputs)} for targets {shape(targets)}: cross-entropy needs "
            f"{shape(targets, 'classes')}; define loss(outputs, targets) for another"
        )
    counted = targets[targets != IGNORED]
    if counted.numel() and not 0 <= int(counted.min()) <= int(counted.max()) < outputs.shape[-1]:
        found = f"targets from {int(counted.min())} to {int(counted.max())}"
        raise WorkloadError(f"{workload.name}: {found} for {outputs.shape[-1]} classes")


def called(name: str, call: Callable[[], Any]) -> Any:
    """What a user's function returns; raises WorkloadError with the first line of whatever it raises."""
    try:
        return call()
    except (KeyboardInterrupt, WorkloadError, MemoryError):
        raise
    except BaseException as error:  # SystemExit, too
        words = (str(error).strip().splitlines() or [""])[0]
        raise WorkloadError(f"{name} failed: {type(error).__name__}: {words}") from error


def said(workload: Workload, function: str) -> str:
    return f"{workload.name}: {function}()"


def kind_of(value: object) -> str:
    """`a list`, `a tensor (10, 3)`."""
    return f"a tensor {shape(value)}" if isinstance(value, torch.Tensor) else f"a {type(value).__name__}"


def shape(tensor: torch.Tensor, *more: str) -> str:
    """`(10, 3)`, `(10,)`; `more` dimensions by their names."""
    sizes = [*map(str, tensor.shape), *more]
    return f"({', '.join(sizes)}{',' * (len(sizes) == 1)})"
