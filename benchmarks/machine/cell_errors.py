"""The error that ends a cell, with its status and reason. Imports torch only where something has gone wrong."""

from collections.abc import Callable

from crossover.benchmarks.runs.cells import Outcome, Status

__all__ = ["CellEndedError", "end_of", "is_out_of_memory", "one_line"]

LONGEST_LINE = 500
"""The most characters of an error's line; a saved reason has room for twice that."""


class CellEndedError(Exception):
    """A cell has ended with a status other than `measured`; `outcome` holds the status and the reason."""

    def __init__(self, status: Status, reason: str) -> None:
        super().__init__(f"{status}: {reason}")
        self.outcome = Outcome(status, reason)


def end_of(step: Callable[[], None]) -> CellEndedError | None:
    """Run one step of measuring a cell; returns the error that ended the cell, or None where the cell goes on.

    Any exception but an interrupt ends the cell. An unexpected one, other than out of memory, is kept as the cause.
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
    import torch

    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(
        words in str(error) for words in ("out of memory", "can't allocate memory", "not enough memory")
    )


def one_line(error: Exception) -> str:
    """The type and the first line of an error, cut after `LONGEST_LINE` characters."""
    line = f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}…"
