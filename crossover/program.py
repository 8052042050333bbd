"""How a program of this project ends: one line for what comes between, and an exit code that says what it was."""

import sys
import traceback
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from typing import Any, NoReturn

from crossover import signals
from crossover.requirements import what_is_missing
from crossover.streams import LastingStream, take_any_text

__all__ = ["CANNOT_BE_DONE", "run"]

CANNOT_BE_DONE = 2

FAULT = 70
"""A fault of the program itself, as in sysexits.h: far from the codes that mean something, and from those above 125,
which shells and signals use."""

SIGNALLED = 128
"""Stopped by a signal, as in shells: this plus its number, 130 for Ctrl-C."""

CLEARED = "\r\033[K"
"""Clears the line that a terminal's cursor is in, where it has written ^C."""


def run(name: str, action: Callable[[], Any]) -> NoReturn:
    """Run a program to its end, and exit with what `action` returns or exits with; 0 where that is no number.

    An answer that cannot be written is an error. A reader who has gone, as in `crossover table | head`, is none, and
    neither is a remark that cannot be written: they change no verdict.
    """
    take_any_text()
    restore = signals.end_by_signals()
    with redirect_stdout(LastingStream(sys.stdout)) as answer, redirect_stderr(LastingStream(sys.stderr)) as remarks:
        try:
            code = exit_code(name, action)
            answer.flush()
        except signals.Interrupted as end:
            code = stopped(name, end)
        else:
            restore()
        if answer.fault and not isinstance(answer.fault, BrokenPipeError) and code != CANNOT_BE_DONE:
            code = refused(name, f"the answer cannot be written: {answer.fault.strerror}")
        remarks.flush()
    raise SystemExit(code)


def stopped(name: str, end: signals.Interrupted) -> int:
    """Say which signal stopped a program; with SIGHUP the terminal has gone, and nobody may hear it."""
    words = "; ".join([f"stopped by {end.number.name}", *getattr(end, "__notes__", [])])
    return refused(CLEARED * sys.stderr.isatty() + name, words, SIGNALLED + end.number)


def exit_code(name: str, action: Callable[[], Any]) -> int:
    """The exit code of a program, before its answer is flushed."""
    try:
        code = action()
        return code if isinstance(code, int) else 0
    except SystemExit as end:
        return refused(name, end.code) if isinstance(end.code, str) else end.code or 0
    except ImportError as error:
        return refused(name, what_is_missing(error))
    except Exception as error:
        if isinstance(error, OSError) and error.filename and error.strerror:
            return refused(name, f"{error.filename}: {error.strerror}")
        traceback.print_exc()
        return refused(name, "this is a fault of Crossover itself; please report it with the lines above", FAULT)


def refused(name: str, reason: str, code: int = CANNOT_BE_DONE) -> int:
    print(f"{name}: {reason}", file=sys.stderr)
    return code
