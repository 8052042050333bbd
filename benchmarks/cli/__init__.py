"""The `crossover` command: answers from saved runs. Data goes to stdout, remarks to stderr."""

import errno
import os
import sys
import traceback
from typing import NoReturn, TextIO

from crossover.benchmarks.cli.exit_codes import CANNOT_BE_DONE, FAULT, READER_GONE, SIGNALLED
from crossover.benchmarks.machine import signals

FULL = {getattr(errno, name) for name in ("ENOSPC", "EDQUOT") if hasattr(errno, name)}

CLEARED = "\r\033[K"
"""Clears the line that a terminal's cursor is in, where it has written ^C."""


def main() -> NoReturn:
    """Run the command that was typed. Any error in its input ends it with one line."""
    restore = signals.end_by_signals()
    try:
        code = flushed(exit_code())
    except signals.Interrupted as end:
        say_why(end)
        code = SIGNALLED + end.number
    else:
        restore()
    raise SystemExit(code)


def say_why(end: signals.Interrupted) -> None:
    """Say which signal stopped the command; with SIGHUP the terminal has gone, and nobody may hear it."""
    words = "; ".join([f"stopped by {end.number.name}", *getattr(end, "__notes__", [])])
    try:
        print(f"{CLEARED * sys.stderr.isatty()}crossover: {words}", file=sys.stderr, flush=True)
    except OSError:
        discard(sys.stderr)


def exit_code() -> int:
    """The exit code of the command, before its answer is flushed."""
    try:
        from crossover.benchmarks.cli import commands  # takes a second, during which Ctrl-C may come

        return commands.run(sys.argv[1:])
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else FAULT
    except BrokenPipeError:
        return READER_GONE
    except Exception as error:
        if isinstance(error, OSError) and error.errno in FULL:
            return refused(error)
        traceback.print_exc()
        print("crossover: this is a fault of Crossover itself; please report it with the lines above", file=sys.stderr)
        return FAULT


def flushed(code: int) -> int:
    """Write the rest of the answer. A reader who has gone, as in `crossover table | head`, changes no verdict."""
    try:
        sys.stdout.flush()
    except OSError as error:
        discard(sys.stdout)
        if not isinstance(error, BrokenPipeError) and code != CANNOT_BE_DONE:
            return refused(error)
    return code


def discard(stream: TextIO) -> None:
    """Discard what a stream could not write; Python would try again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def refused(error: OSError) -> int:
    print(f"crossover: {error.filename or 'the answer'} cannot be written: {error.strerror}", file=sys.stderr)
    return CANNOT_BE_DONE
