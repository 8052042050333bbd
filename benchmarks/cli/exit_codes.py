"""The exit codes of the `crossover` command that its subcommands choose, besides 0 for fine."""

from crossover.program import CANNOT_BE_DONE

__all__ = ["CANNOT_BE_DONE", "REGRESSION", "UNDECIDED"]

REGRESSION = 1
"""A regression and nothing else, because the code that fails a pipeline must mean one thing."""

UNDECIDED = 3
"""Nothing was decided: `find` always says that, and others where --fail-on asks for it."""
