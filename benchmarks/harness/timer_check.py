"""Whether a clock can time rounds: one that cannot be set back, and that goes on while the processor waits."""

import time
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from pytest_benchmark.utils import NameWrapper, load_timer

from crossover.benchmarks.harness.items import cell_of
from crossover.benchmarks.storage.pytest_benchmark_options import is_timed

__all__ = ["require_clocks"]

CLOCKS: tuple[Callable[[], float], ...] = (time.perf_counter, time.monotonic)

STOPPING = ("process_time", "thread_time")
"""Clocks that count the processor's work alone: what a GPU does is not on them."""


def require_clocks(config: pytest.Config, items: Iterable[pytest.Item]) -> None:
    """Raise UsageError where --benchmark-timer, or a test's own mark, names a clock that cannot time a round."""
    cells = [item for item in items if cell_of(item)] if is_timed(config) else []
    if cells:
        require_clock("--benchmark-timer", load_timer(config.getoption("benchmark_timer")).target)
    for item in cells:
        mark = item.get_closest_marker("benchmark")
        if mark and "timer" in mark.kwargs:
            require_clock(f"the mark's timer of {item.name}", mark.kwargs["timer"])


def require_clock(named_by: str, clock: Callable[[], float]) -> None:
    if clock not in CLOCKS:
        good = " or ".join(str(NameWrapper(each)) for each in CLOCKS)
        raise pytest.UsageError(f"{named_by}: {NameWrapper(clock)} {fault_of(clock)}; take {good}")


def fault_of(clock: Callable[[], float]) -> str:
    name: Any = getattr(clock, "__name__", "")
    if getattr(time, name, None) is not clock:
        return "may be set back, or may not go evenly"
    if name.endswith("_ns"):
        return "counts nanoseconds, and rounds are timed in seconds"
    if name in STOPPING:
        return "stands still while the processor waits for a device"
    try:
        is_steady = time.get_clock_info(name).monotonic
    except ValueError:
        is_steady = True
    return "is no clock of seconds" if is_steady else "can be set back at any moment"
