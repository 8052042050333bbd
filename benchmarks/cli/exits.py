"""The exit codes of the `crossover` command, beside 0 for fine."""

REGRESSION = 1
"""A regression and nothing else: what ends a pipeline must mean one thing."""

CANNOT_BE_DONE = 2

FAULT = 70
"""A fault of the command itself, as sysexits.h has it: far from the codes that mean something, and from those above
125, which shells and signals use."""

INTERRUPTED = 130
"""Ctrl-C, as shells have it: 128 and the number of the signal."""

READER_GONE = 141
"""Whoever read the answer had gone before it was complete: what SIGPIPE gives."""
