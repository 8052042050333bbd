"""The limits of a device in arithmetic, memory and launching, measured in a few seconds."""

import contextlib
import time
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F

from crossover.benchmarks.machine import devices, memory
from crossover.benchmarks.runs import units

__all__ = ["best", "probe"]

SIDE, CPU_SIDE = 2048, 1024
"""The sides of the square matrices whose product is timed: large enough for the full rate, and done in a fraction of a
second. On a CPU the smaller one is enough: with one core and with two, its rate was within 5% of that of 2048."""

BLOCK_BYTES = [2**20, 2**22, 2**24, 2**26, 2**28]
"""The blocks that are read and copied, 1 MiB to 256 MiB: the small ones fit into a cache, the large ones into none."""

NEEDED_BYTES = 2 * BLOCK_BYTES[-1]
"""The memory that must be free: the largest block, and on the safe side, as a process without memory is killed."""

SECONDS_EACH = 0.05
"""Each measurement is repeated for this long, and the fastest repetition counts: a limit is what can be reached."""

PASSES = 2
"""All measurements are made this many times, and the best of each counts, so that none depends on one moment."""

STRETCH_S = 0.005
"""Calls are timed in stretches of at least this length: waiting for a device takes some microseconds itself."""

MOST_CALLS = 2**20


Probe = dict[str, Any]
"""The limits of a device in float32.

`flop_s` is in FLOP a second, `launch_s` in seconds. `read_bytes_s` and `copy_bytes_s` are in bytes
a second, by block size in bytes; a copy counts the bytes read and the bytes written.
"""


def probe(device: str) -> Probe:
    """Measure the limits of a device; each is the best of `PASSES` passes. Raises MemoryError without memory for it."""
    if (free := memory.free_bytes(device)) < NEEDED_BYTES:
        raise MemoryError(f"that needs {units.memory(NEEDED_BYTES)}, {units.memory(free)} free")
    return best(*(one_pass(device) for _ in range(PASSES)))


def best(*probes: Probe) -> Probe:
    """The best value of each limit that several probes of one device have found."""
    found: Probe = {}
    for name, first in probes[-1].items():  # an earlier version may have saved others
        values = [each[name] for each in probes]
        if isinstance(first, dict):
            found[name] = {size: max(value[size] for value in values) for size in first}
        else:
            found[name] = min(values) if name == "launch_s" else max(values)
    return found


def one_pass(device: str) -> Probe:
    """Every limit, measured once."""
    side = CPU_SIDE if device == "cpu" else SIDE
    square = torch.randn(side, side, device=device)
    return {
        "flop_s": 2 * side**3 / min(fastest_s(product, device) for product in products(square, square, device)),
        "read_bytes_s": {str(size): read_rate(size, device) for size in BLOCK_BYTES},
        "copy_bytes_s": {str(size): copy_rate(size, device) for size in BLOCK_BYTES},
        "launch_s": launch_s(device),
    }


def products(batch: torch.Tensor, weight: torch.Tensor, device: str) -> list[Callable[[], object]]:
    """Torch's ways to multiply `(rows, inputs)` by `(outputs, inputs)`: the fastest is the machine's limit.

    On the CPU these are the BLAS that torch was built with and oneDNN; the processor decides which is faster.
    """
    ways: list[Callable[[], object]] = [lambda: F.linear(batch, weight)]
    if device == "cpu" and torch.backends.mkldnn.is_available():
        with contextlib.suppress(RuntimeError):  # built in, but not for this processor
            opaque = batch.to_mkldnn()
            F.linear(opaque, weight)
            ways.append(lambda: F.linear(opaque, weight))
    return ways


def read_rate(size: int, device: str) -> float:
    block = torch.ones(size // 4, device=device)
    return size / fastest_s(block.sum, device)


def copy_rate(size: int, device: str) -> float:
    source = torch.ones(size // 8, device=device)
    target = torch.empty_like(source)
    return size / fastest_s(lambda: target.copy_(source), device)


def launch_s(device: str) -> float:
    """The seconds that one operation takes that does almost nothing, in a long row of them."""
    number = torch.zeros(1, device=device)
    return fastest_s(lambda: number.add_(1), device)


def fastest_s(work: Callable[[], object], device: str) -> float:
    """The shortest time of one call of `work`, in seconds, from at least two repetitions and `SECONDS_EACH` of them."""

    def stretch_s(count: int) -> float:
        start = time.perf_counter()
        for _ in range(count):
            work()
        devices.synchronize(device)
        return time.perf_counter() - start

    stretch_s(1)
    count = 1
    while stretch_s(count) < STRETCH_S and count < MOST_CALLS:
        count *= 2
    times_s: list[float] = []
    while sum(times_s) < SECONDS_EACH or len(times_s) < 2:
        times_s.append(stretch_s(count))
    return min(times_s) / count
