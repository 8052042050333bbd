"""The `crossover` command: makes runs, and answers from those that are saved."""

import sys
from typing import NoReturn

from crossover import program


def main() -> NoReturn:
    """Run the command that was typed. Any error in its input ends it with one line."""
    if sys.argv[1:2] == ["bench"]:
        raise SystemExit(run())  # pytest has its own ways with signals, and with output that cannot be written
    program.run("crossover", run)


def run() -> int:
    from crossover.benchmarks.cli import commands  # takes a second, during which Ctrl-C may come

    return commands.run(sys.argv[1:])
