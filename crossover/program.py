"""How a program of this project ends: one line for what comes between, and an exit code that says what it was."""

import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from typing import Any, NoReturn

from crossover.requirements import what_is_missing
from crossover.streams import LastingStream, take_any_text

__all__ = ["CANNOT_BE_DONE", "run"]

CANNOT_BE_DONE = 2

FAULT = 70
"""A fault of the program itself, as in sysexits.h: far from the codes that mean something, and from those above 125,
which shells and signals use."""

INTERRUPTED = 130
"""Ctrl-C, as in shells: 128 plus the number of the signal."""


def run(name: str, action: Callable[[], Any]) -> NoReturn:
    """Run a program to its end, and exit with what `action` returns or exits with; 0 where that is no number.

    An answer that cannot be written is an error. A reader who has gone, as in `crossover table | head`, is none, and
    neither is a remark that cannot be written: they change no verdict.
    """
    take_any_text()
    with redirect_stdout(LastingStream(sys.stdout)) as answer, redirect_stderr(LastingStream(sys.stderr)) as remarks:
        try:
            code = exit_code(name, action)
            answer.flush()
        except KeyboardInterrupt:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is ending already
            code = refused(name, "stopped by SIGINT", INTERRUPTED)
        if answer.fault and not isinstance(answer.fault, BrokenPipeError) and code != CANNOT_BE_DONE:
            code = refused(name, f"the answer cannot be written: {answer.fault.strerror}")
        remarks.flush()
    raise SystemExit(code)


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
