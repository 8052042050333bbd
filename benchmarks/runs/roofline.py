"""The least time that work can take on a device: the roofline model over what a probe found. Imports no torch."""

from typing import Any

__all__ = ["BYTES_PER_NUMBER", "least_times_s"]

BYTES_PER_NUMBER = 4  # float32


def least_times_s(work: dict[str, Any], probe: dict[str, Any], parameters: int) -> dict[str, float]:
    """Returns the least seconds that work takes by each limit alone: `arithmetic`, `memory` and `launch`.

    `work` is what must be computed, moved and launched (`flop`, `moved_bytes`, `operations`), and `probe` what the
    device can do at most. The three can overlap, so the longest is the least time (S. Williams et al., "Roofline: An
    Insightful Visual Performance Model", Communications of the ACM 52, 2009).
    """
    return {
        "arithmetic": work["flop"] / probe["flop_s"],
        "memory": work["moved_bytes"] / memory_rate(probe, BYTES_PER_NUMBER * parameters),
        "launch": work["operations"] * probe["launch_s"],
    }


def memory_rate(probe: dict[str, Any], size: int) -> float:
    """Returns the best rate at which the probe read or copied a block of up to `size` bytes, in bytes per second.

    Weights that fit a cache are read from there; that rate must not be taken for weights that do not fit.
    """
    rates: list[tuple[int, float]] = [
        (int(block), rate) for key in ("read_bytes_s", "copy_bytes_s") for block, rate in probe[key].items()
    ]
    fitting = max((block for block, _ in rates if block <= size), default=min(block for block, _ in rates))
    return max(rate for block, rate in rates if block == fitting)
