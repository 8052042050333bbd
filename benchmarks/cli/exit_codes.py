"""The exit codes of the `crossover` command, besides 0 for fine."""

REGRESSION = 1
"""A regression and nothing else, because the code that fails a pipeline must mean one thing."""

CANNOT_BE_DONE = 2

UNDECIDED = 3
"""Nothing was decided, and --fail-on asked to fail on that."""

FAULT = 70
"""A fault of the command itself, as in sysexits.h: far from the codes that mean something, and from those above 125,
which shells and signals use."""

SIGNALLED = 128
"""Stopped by a signal, as in shells: this plus its number, 130 for Ctrl-C."""

READER_GONE = 141
"""The reader of the answer had gone before it was complete, as with SIGPIPE."""
