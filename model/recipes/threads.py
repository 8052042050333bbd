"""How many threads a training runs on, tried before and restored after.

Threads wait for each other at the end of every operator. Below some size that costs more than they save, and where
other programs use the same cores it costs a lot more.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

import torch

__all__ = ["best_threads", "threads"]

TRIALS = 5
"""The least of five times counts, as noise only adds."""


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Let torch use `count` threads within the context, and afterwards the number from before."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def best_threads(trial: Callable[[int], object]) -> int:
    """The number of threads, one or all that torch uses now, with which `trial` is fastest. It is called with each."""
    counts = sorted({1, torch.get_num_threads()})
    least_s = dict.fromkeys(counts, float("inf"))
    for _ in range(TRIALS if len(counts) > 1 else 0):
        for count in counts:
            start_s = perf_counter()
            trial(count)
            least_s[count] = min(least_s[count], perf_counter() - start_s)
    return min(counts, key=lambda count: least_s[count])
