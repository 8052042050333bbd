"""Facts that are only described: one that cannot be read is unknown, which is remarked, and ends nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from crossover.benchmarks.machine.cell_errors import one_line

__all__ = ["read", "reading", "remarks", "unread"]

unread: dict[str, str] = {}
"""The facts that this process could not read, each with the error in one line."""


def read(name: str, how: Callable[[], Any], otherwise: Any = None) -> Any:
    """Returns what `how` returns, or `otherwise` where it raises anything."""
    with reading(name):
        return how()
    return otherwise


@contextmanager
def reading(name: str) -> Iterator[None]:
    """End the block where it raises anything, and keep in mind that this fact could not be read."""
    try:
        yield
    except Exception as error:
        unread.setdefault(name, one_line(error))


def remarks() -> list[str]:
    """Returns a line for each fact that could not be read, in the order they were tried."""
    return [f"{name} could not be read: {why}" for name, why in unread.items()]
