"""What the comparison and its two sides say to each other: JSON objects, one a line.

A side starts with its hello: `protocol`, `tree`, `workload` (the numbers of model/workload.py), `torch`, `threads`
and `devices`. Then it answers requests:

    {"do": "prepare", "scale": 3, "device": "cpu"}  →  {"parameters": …, "learning_rate": …, "turn_s": …}
                                                    or {"left_out": "why this cell cannot run here"}
    {"do": "turn"}                                  →  {"seconds": …, "loss": …}

Any answer may be `{"error": "why"}` instead. A side ends when its standard input does.
"""

PROTOCOL = 1
"""Raised whenever a change would make one side misunderstand the other."""

TURNS = "benchmarks.ab.turns"
"""The module that a side runs."""
