"""How a cell ends other than by being measured."""

from collections.abc import Callable

import torch

from crossover.benchmarks.runs.cells import Outcome, Status

LONGEST_LINE = 500
"""Of an error, in characters. A saved reason has room for twice as many."""


class CellEndedError(Exception):
    """A cell has ended before or beside being measured; the outcome says how."""

    def __init__(self, status: Status, reason: str) -> None:
        super().__init__(f"{status}: {reason}")
        self.outcome = Outcome(status, reason)


def end_of(step: Callable[[], None]) -> CellEndedError | None:
    """Do a step of measuring a cell: how that ended the cell, or None where it goes on.

    Any error but an interrupt ends it; what is neither expected nor for want of memory stands as the cause.
    """
    try:
        step()
    except CellEndedError as end:
        return end
    except Exception as error:
        if is_out_of_memory(error):
            return CellEndedError(Status.OUT_OF_MEMORY, one_line(error))
        failure = CellEndedError(Status.FAILED, one_line(error))
        failure.__cause__ = error
        return failure
    return None


def is_out_of_memory(error: Exception) -> bool:
    """Whether torch or Python ran out of memory. Only CUDA has an exception of its own for that."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(
        words in str(error) for words in ("out of memory", "can't allocate memory", "not enough memory")
    )


def one_line(error: Exception) -> str:
    """The kind and the first line of an error, cut where it is as long as no line should be."""
    line = f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}…"
