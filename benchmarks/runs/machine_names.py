"""The names of machines: each is a folder of saved runs, and belongs to one machine alone."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from crossover.benchmarks.runs import comparability, load

__all__ = ["free_name"]

SHOWN = Path(__file__).parents[2] / "docs" / "runs"
"""The runs that the documentation shows; a machine that is compared with them needs a name of its own."""


def free_name(name: str, results: Path, facts: dict[str, Any]) -> str:
    """Returns the name, with a number if runs of another machine, the user's or the shown ones, have it."""
    candidate, number = name, 1
    while not all(
        comparability.is_this_machine(facts, saved)
        for folder in (results / candidate, SHOWN / candidate)
        for saved in saved_machines(folder)
    ):
        number += 1
        candidate = f"{name}-{number}"
    return candidate


def saved_machines(folder: Path) -> list[dict[str, Any]]:
    """Returns what the newest run in a folder says of its machine; empty where no run can be read."""
    for path in sorted(folder.rglob("*.json"), key=lambda path: path.name, reverse=True):
        with suppress(load.LoadError):
            run = load.read(path)
            is_measured = run.saved.crossover.source == "measured"
            # Copied times are of a machine that nobody has here.
            return [run.machine_facts() if is_measured else {"id": "published"}]
    return []
