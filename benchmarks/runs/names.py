"""The names of machines: each is a folder of saved runs, and one name is one machine's alone."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from crossover.benchmarks.runs import comparability, load

SHOWN = Path(__file__).parents[2] / "docs" / "runs"
"""The runs that the documentation shows. Whoever compares with them needs another name than theirs."""


def free_name(name: str, results: Path, facts: dict[str, Any]) -> str:
    """The name, or the name with a number, if under the name stand runs of another machine: its own or shown ones."""
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
    """What the newest run in a folder says of its machine; nothing where no run can be read."""
    for path in sorted(folder.rglob("*.json"), key=lambda path: path.name, reverse=True):
        with suppress(load.LoadError):
            run = load.read(path)
            is_measured = run.saved.crossover.source == "measured"
            # Times that were copied from elsewhere are of a machine that nobody has here.
            return [run.machine_facts() if is_measured else {"id": "published"}]
    return []
