"""How much memory a cell needs, and whether there is as much."""

from collections.abc import Callable

from crossover.benchmarks.runs import units
from crossover.benchmarks.runs.roofline import BYTES_PER_NUMBER

__all__ = ["inference_bytes", "shortage_reason", "training_bytes"]

HEADROOM = 1.1
"""A factor for what is not counted: allocator rounding, buffers of the matrix product, a batch's activations."""


def training_bytes(device: str, parameters: int, features: int, weight_copies: int = 2) -> dict[str, int]:
    """Returns the bytes that training on a device needs, by device: for the weights, their gradients and the data.

    `features` is how many numbers the samples hold. Plain gradient descent keeps the weights and a gradient for each,
    so `weight_copies` is 2. A network for another device is drawn on the CPU first, so one copy and the data must fit
    there.
    """
    needed = {device: weight_copies * parameters + features}
    if device != "cpu":
        needed["cpu"] = parameters + features
    return {place: int(HEADROOM * BYTES_PER_NUMBER * numbers) for place, numbers in needed.items()}


def inference_bytes(device: str, parameters: int, numbers: int) -> dict[str, int]:
    """Returns the bytes that loading a network and predicting on a device need, by device.

    `numbers` is how many numbers the samples and a batch's activations hold. A checkpoint is read into the CPU's memory
    first, beside the network where that is on the CPU too.
    """
    needed = {device: parameters + numbers}
    needed["cpu"] = needed.get("cpu", numbers) + parameters
    return {place: int(HEADROOM * BYTES_PER_NUMBER * count) for place, count in needed.items()}


def shortage_reason(needed_bytes: dict[str, int], free_bytes: Callable[[str], int]) -> str | None:
    """Returns why a cell does not fit the memory, or None where it does; `free_bytes` returns a device's free bytes."""
    for device, needed in needed_bytes.items():
        if needed > (free := free_bytes(device)):
            where = f" on {device}" if len(needed_bytes) > 1 else ""
            return f"needs {units.memory(needed)}{where}, {units.memory(free)} free"
    return None
