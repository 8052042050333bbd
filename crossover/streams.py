"""Standard streams that take any text, whatever the locale, and that cannot end a program by a failure to write."""

import codecs
import io
import os
import sys
from pathlib import Path
from typing import Any, TextIO

__all__ = ["LastingStream", "take_any_text"]

ASCII = {
    "µ": "u", "×": "x", "→": "->", "±": "+/-", "…": "...", "–": "-", "—": "-", "−": "-", "─": "-", "│": "|",
    "╭": "+", "╮": "+", "╰": "+", "╯": "+", "‘": "'", "’": "'", "“": '"', "”": '"',
}  # fmt: skip
"""What stands for a sign or a rule of a table where the encoding lacks it."""

AS_ASCII = "crossover.ascii"


def as_ascii(error: UnicodeError) -> tuple[str, int]:
    """An error handler for encoders (PEP 293): signs and rules in ASCII, and `?` for anything else."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(ASCII.get(character, "?") for character in error.object[error.start : error.end]), error.end


codecs.register_error(AS_ASCII, as_ascii)


def take_any_text() -> None:
    """Make the standard streams write what their encoding has, and ASCII for the rest."""
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=AS_ASCII)


class LastingStream:
    """A text stream that goes on in silence once it cannot be written, and keeps in `fault` why it cannot."""

    encoding = "utf-8"
    """Any text may be written; with the encoding of the stream below, click would bypass this one."""

    def __init__(self, stream: TextIO | None) -> None:
        """`stream` is None where it was closed before the program started: nothing can be written to it."""
        self.stream = stream or os.fdopen(os.open(os.devnull, os.O_RDONLY), "w")
        self.fault: OSError | None = None

    def write(self, text: str) -> int:
        try:
            return self.stream.write(text)
        except OSError as error:
            return self.fail(error)

    def flush(self) -> None:
        try:
            self.stream.flush()
        except OSError as error:
            self.fail(error)

    def fail(self, error: OSError) -> int:
        """Let what is written from now on vanish, also what the buffer still holds and what child programs write."""
        self.fault = self.fault or error
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), self.stream.fileno())
        return 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)
