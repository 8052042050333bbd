"""How pytest ends where something comes between: never with 1, its code for cells that failed."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, cast

import pytest

from crossover.streams import LastingStream, take_any_text

__all__ = ["keep_output", "prepare", "written"]

OUTPUT: pytest.StashKey[LastingStream] = pytest.StashKey()


def prepare() -> None:
    """Let pytest's output take any text, and set its exit code for what it does not catch."""
    take_any_text()
    sys.excepthook = end


def keep_output(config: pytest.Config) -> None:
    """Let pytest outlast a full disk, or a reader who goes away; comes before pytest opens its terminal.

    Raises UsageError where there is no output.
    """
    if sys.stdout is None:
        raise pytest.UsageError(f"standard output is closed: send it to a file, or to {os.devnull}")
    config.stash[OUTPUT] = LastingStream(sys.stdout)
    sys.stdout = cast(Any, config.stash[OUTPUT])  # pytest prints there from now on
    if sys.stderr is None:
        sys.stderr = sys.__stderr__ = cast(Any, LastingStream(None))  # type: ignore[misc]


@contextmanager
def written(session: pytest.Session) -> Iterator[None]:
    """Fail the session where some of what it printed could not be written, unless its reader has gone."""
    yield
    output = session.config.stash[OUTPUT]
    output.flush()
    if output.fault and not isinstance(output.fault, BrokenPipeError):
        session.exitstatus = pytest.ExitCode.INTERNAL_ERROR
        print(f"crossover: pytest's output cannot be written: {output.fault.strerror}", file=sys.__stderr__)


def end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Show what pytest has not caught, and end with its code for internal errors; Python's own code would be 1.

    That remains the code of pytest-benchmark's gate, which ends pytest by raising PerformanceRegression.
    """
    with suppress(Exception):
        if sys.stdout is not None:  # otherwise that has been said, and pytest stumbles over it once more
            sys.__excepthook__(kind, error, trace)
            sys.stdout.flush()
    if kind.__name__ != "PerformanceRegression":
        os._exit(pytest.ExitCode.INTERNAL_ERROR)
