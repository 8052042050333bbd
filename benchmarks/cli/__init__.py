"""The `crossover` command: answers from saved runs. Data goes to stdout, remarks to stderr."""

import sys
from typing import NoReturn

from crossover import program

CLEARED = "\r\033[K"
"""Clears the line that a terminal's cursor is in, where it has written ^C."""


def main() -> NoReturn:
    """Run the command that was typed. Any error in its input ends it with one line."""
    program.run("crossover", run)


def run() -> int:
    from crossover.benchmarks.cli import commands  # takes a second, during which Ctrl-C may come

    return commands.run(sys.argv[1:])
