"""Whether a cell fits the memory and the time there is, and how many rounds of it do."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass

from crossover.benchmarks.runs import units
from crossover.benchmarks.runs.roofline import BYTES_PER_NUMBER

__all__ = ["Budget", "inference_bytes", "shortage_reason", "training_bytes"]

HEADROOM = 1.1
"""A factor for what is not counted: allocator rounding, buffers of the matrix product, a batch's activations."""


@dataclass(frozen=True)
class Budget:
    """What one cell may take."""

    cell_seconds: float
    """The most seconds that all rounds of a cell may take together; 0 for no limit."""

    rounds: int
    """The most rounds that a cell gets."""

    def rounds_that_fit(self, round_s: float) -> int:
        """Returns how many rounds of `round_s` predicted seconds fit; 0 where none does."""
        if not self.cell_seconds or round_s <= 0:
            return self.rounds
        return min(self.rounds, int(self.cell_seconds / round_s))

    def likely_rounds(self, round_s: float) -> int:
        """Returns how many rounds a planned cell will get: at least one."""
        return max(1, self.rounds_that_fit(round_s))

    def more_rounds(self, times_s: list[float]) -> int:
        """Returns how many rounds still fit after those of `times_s`, if each takes as long as their median."""
        left = self.rounds - len(times_s)
        if self.cell_seconds:
            left = min(left, int((self.cell_seconds - sum(times_s)) / statistics.median(times_s)))
        return max(0, left)

    def too_slow_reason(self, round_s: float) -> str:
        """Says why no round of `round_s` predicted seconds fits."""
        budget = units.roughly(self.cell_seconds)
        return f"about {units.roughly(round_s)} a round, budget {budget}: --cell-seconds 0 lifts it"


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
