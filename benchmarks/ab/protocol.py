"""The messages between the comparison and its two sides: JSON objects, one a line.

A side starts with its hello: `protocol`, `tree`, `workload` (the numbers of model/constants.py), `torch`, `threads`
and `devices`. Then it answers requests:

    {"do": "prepare", "scale": 3, "device": "cpu"}  →  {"parameters": …, "learning_rate": …, "turn_s": …}
                                                    or {"left_out": "why this cell cannot run here"}

with a `workload` where that is not the MLP, and in its answer then the `version` of a user's code, and with a `recipe`
where that is not the article's, and with a `batch_size` where that is not the workload's;

    {"do": "turn"}                                  →  {"seconds": …, "loss": …}

with a `share` of an epoch, or the whole after a step that is not timed, where it is not to be one from the start;

    {"do": "size", "scale": 3, "device": "cpu"}     →  {"parameters": …, "samples": …, "batch_size": …},
                                                    where it does not fit also {"left_out": "why …"}

which prepares nothing;

    {"do": "machine", "results": "/…/results"}      →  what is saved of this machine: see machine/machine_info.py

    {"do": "limits", "scale": 3, "device": "cpu"}   →  {"arithmetic": …, "memory": …, "launch": …}, the least seconds
                                                    of an epoch by each limit of the device, or {} where unknown

Earlier revisions do not know these three.

Any answer may be `{"error": "why"}` instead. A side ends when its standard input does.
"""

from pathlib import Path

__all__ = ["INSTALLED", "PROTOCOL", "WORKER_FILE", "worker_of"]

PROTOCOL = 1
"""To be raised whenever a change would make one side misunderstand the other."""

WORKERS = {"benchmarks/ab/worker.py": "crossover.benchmarks.ab.worker", "benchmarks/ab/turns.py": "benchmarks.ab.turns"}
"""The module that a side runs, by its file in the side's tree; the second one is for earlier revisions."""

WORKER_FILE, INSTALLED = next(iter(WORKERS.items()))
"""The worker of this revision: its file in a tree, and the module where Crossover is installed."""


def worker_of(tree: Path) -> str | None:
    """Returns the module that a side runs in a tree; None where the tree cannot take part."""
    return next((module for file, module in WORKERS.items() if (tree / file).is_file()), None)
