"""Which saved searches by `crossover find` a command shows: they have no rounds, and are read apart from other runs."""

from pathlib import Path

from crossover.benchmarks.cli.output import fail
from crossover.benchmarks.cli.run_selection import RESULTS, of_this_machine
from crossover.benchmarks.find.result import SearchResult
from crossover.benchmarks.find.saved import result_of
from crossover.benchmarks.runs.searches import SavedSearch, searches

__all__ = ["FIND", "chosen"]

FIND = "find"
"""What a search is called where kinds of benchmarks are named."""


def chosen(places: list[Path] | None, benchmark: str | None) -> tuple[list[SearchResult], list[Path] | None]:
    """The searches to be shown, and where to look for runs of rounds: nowhere, or everywhere where nothing is named.

    Ends the command where searches are asked for and there is none.
    """
    if places:
        found, others = searches(places)
        shown = found if benchmark in (None, FIND) else []
        if benchmark == FIND and not shown:
            fail(f"--benchmark: no search by `crossover find` in {', '.join(map(str, places))}")
        return list(map(result_of, shown)), [] if benchmark == FIND else others if benchmark is None else places
    found, others = searches([RESULTS] if RESULTS.is_dir() else [])
    if benchmark != FIND and (benchmark or others or not found):
        return [], None
    return [result_of(newest_here(found))], []


def newest_here(found: list[SavedSearch]) -> SavedSearch:
    """The newest search that this machine has saved; ends the command if there is none."""
    own = of_this_machine(found)
    if not own:
        fail("no search of this machine: make one with `make find`, or with `crossover find`")
    return max(own, key=lambda each: each.taken)
