"""Shows how far a comparison is while it works."""

import contextlib
import shutil
import sys
from collections.abc import Callable, Iterator

__all__ = ["progress"]

CLEARED = "\r\033[K"
"""Clears the line that a terminal's cursor is in."""


@contextlib.contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Yields what shows how far it is: in one line of a terminal, cleared at the end; elsewhere in a line each."""
    begin, end = (CLEARED, "") if sys.stderr.isatty() else ("", "\n")
    width = shutil.get_terminal_size().columns - 1 if begin else None

    def show(line: str) -> None:
        with contextlib.suppress(OSError):  # a closed terminal must not fail a cell
            print(f"{begin}{line[:width]}", end=end, file=sys.stderr, flush=True)

    try:
        yield show
    finally:
        if begin:
            show("")
