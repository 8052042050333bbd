"""How much memory a cell needs, and whether there is as much."""

from collections.abc import Callable

from crossover.benchmarks.runs import units
from crossover.model.workload import Size

__all__ = ["inference_bytes", "loading_bytes", "shortage_reason", "training_bytes"]

HEADROOM = 1.1
"""A factor for what is not counted: allocator rounding, and buffers of matrix products and convolutions."""


def training_bytes(device: str, size: Size, samples: int, weight_copies: int = 2, share: float = 1.0) -> dict[str, int]:
    """Returns the bytes that training on a device needs, by device.

    They are for the weights, their gradients, the optimizer's state, a batch's activations and all `samples`. Plain
    gradient descent keeps the weights and a gradient for each, so `weight_copies` is 2. A network for another device is
    drawn on the CPU first, so one copy and the data must fit there. A rank that holds a `share` of the network needs
    that share of all but activations and data.
    """
    data = samples * size.sample_bytes
    gradients, optimizer, activations = size.parameter_bytes, 0, 0
    if counts := size.counts:
        gradients, optimizer, activations = counts.gradient_bytes, counts.optimizer_bytes, counts.activation_bytes
    weights = size.parameter_bytes + (weight_copies - 1) * gradients + optimizer
    needed = {device: share * weights + activations + data}
    if device != "cpu":
        needed["cpu"] = share * size.parameter_bytes + data
    return {place: int(HEADROOM * count) for place, count in needed.items()}


def loading_bytes(device: str, size: Size, samples: int) -> dict[str, int]:
    """Returns the bytes that `samples` need in the CPU's memory and on a device, by device."""
    return {place: int(HEADROOM * samples * size.sample_bytes) for place in (device, "cpu")}


def inference_bytes(device: str, size: Size, samples: int, batches: float) -> dict[str, int]:
    """Returns the bytes that loading a network and predicting on a device need, by device.

    `batches` is how many training batches are predicted at once: their activations are an upper bound for what that
    needs. A checkpoint is read into the CPU's memory first, beside the network where that is on the CPU too.
    """
    data = samples * size.sample_bytes
    active = data + (batches * size.counts.activation_bytes if size.counts else 0)
    needed = {device: size.parameter_bytes + active}
    needed["cpu"] = needed.get("cpu", active) + size.parameter_bytes
    return {place: int(HEADROOM * count) for place, count in needed.items()}


def shortage_reason(needed_bytes: dict[str, int], free_bytes: Callable[[str], int]) -> str | None:
    """Returns why a cell does not fit the memory, or None where it does; `free_bytes` returns a device's free bytes."""
    for device, needed in needed_bytes.items():
        if needed > (free := free_bytes(device)):
            where = f" on {device}" if len(needed_bytes) > 1 else ""
            return f"needs {units.memory(needed)}{where}, {units.memory(free)} free"
    return None
