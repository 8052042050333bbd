"""The names of machines: each is a folder of saved runs, and belongs to one machine alone."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

from crossover.benchmarks.runs import comparability, load
from crossover.benchmarks.runs.searches import SavedSearch, search_of

__all__ = ["free_name"]

SHOWN = Path(__file__).parents[2] / "docs" / "runs"
"""The runs that the documentation shows; a machine that is compared with them needs a name of its own."""


def free_name(name: str, results: Path, facts: dict[str, Any]) -> str:
    """Returns the name, with a number if runs of another machine, the user's or the shown ones, have it."""
    candidate, number = name, 1
    while not all(
        saved is not None and comparability.is_this_machine(facts, saved)
        for folder in (results / candidate, SHOWN / candidate)
        for saved in saved_machines(folder)
    ):
        number += 1
        candidate = f"{name}-{number}"
    return candidate


def saved_machines(folder: Path) -> list[dict[str, Any] | None]:
    """Returns what a folder says of its machine: its newest run does, or its first where the newest has no id.

    A container on a machine saves into the machine's folder, and must not take it away. Copied times are of None, a
    machine that nobody has here. Empty where no run can be read.
    """
    paths = sorted(folder.rglob("*.json"), key=lambda path: path.name, reverse=True)
    runs = [run for order in (paths, paths[::-1]) for run in islice(readable(order), 1)]
    run = next((run for run in runs if run.machine.id), runs[0] if runs else None)
    if run is None:
        return []
    return [run.machine_facts() if run.saved.crossover.source == "measured" else None]


def readable(paths: list[Path]) -> Iterator[load.SavedRun | SavedSearch]:
    for path in paths:
        with suppress(load.LoadError):
            yield search_of(path) or load.read(path)
