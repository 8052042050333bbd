"""Reads saved searches by `crossover find`, which have turns and no rounds."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from crossover.benchmarks.runs.json_file import decode
from crossover.benchmarks.runs.load import NOISE, IsSearchError, LoadError, in_utc, parse
from crossover.benchmarks.runs.schema import Machine
from crossover.benchmarks.runs.search_schema import FindDocument, Found

__all__ = ["SavedSearch", "search_of", "searches"]


@dataclass(frozen=True)
class SavedSearch:
    """A search by `crossover find` that was read, and where it came from. It has turns, and no rounds."""

    label: str
    saved: FindDocument

    @property
    def machine(self) -> Machine:
        return self.saved.machine_info.crossover

    @property
    def found(self) -> Found:
        return self.saved.crossover.find

    def machine_facts(self) -> dict[str, Any]:
        """Returns what the search says of its machine."""
        facts: dict[str, Any] = msgspec.to_builtins(self.machine)
        return facts

    @property
    def subject(self) -> tuple[object, ...]:
        """What was compared: the machine, the workload, the two sides and what was varied."""
        found = self.found
        return self.machine.name, found.workload, found.baseline, found.contender, found.scale, found.batch_size

    @property
    def taken(self) -> datetime:
        return in_utc(self.saved.datetime)


def searches(places: Iterable[Path]) -> tuple[list[SavedSearch], list[Path]]:
    """Returns the searches that are named, and of each folder the newest of each subject; and all other places.

    A folder is one of them too, unless it holds searches and nothing else. What cannot be read in it is for `read_all`
    to tell. Raises LoadError where a file that was named itself cannot be read.
    """
    found: list[SavedSearch] = []
    others = []
    for place in places:
        held, count = in_folder(place) if place.is_dir() else ([parse_search(decode(place), str(place))], 1)
        known = [each for each in held if each]
        found += {each.subject: each for each in sorted(known, key=lambda each: each.taken)}.values()
        if not known or len(known) < count:
            others.append(place)
    return found, others


def in_folder(place: Path) -> tuple[list[SavedSearch | None], int]:
    """Returns the searches of a folder, and how many files it holds."""
    paths = [path for path in sorted(place.rglob("*.json")) if not path.is_symlink() and path.name != NOISE]
    return [search_of(path) for path in paths], len(paths)


def search_of(path: Path) -> SavedSearch | None:
    """Returns the search of a file; None where it is anything else, or cannot be read."""
    with suppress(LoadError):
        return parse_search(decode(path), str(path))
    return None


def parse_search(document: object, label: str) -> SavedSearch | None:
    """Returns a search from decoded JSON, or None for anything else; raises LoadError for one that is damaged."""
    try:
        parse(document, label)
    except IsSearchError:
        try:
            search = SavedSearch(label, msgspec.convert(document, FindDocument))
            search.taken  # noqa: B018  (raises where it is no date)
        except (msgspec.ValidationError, ValueError, OverflowError) as error:
            raise LoadError(f"{label}: {str(error).splitlines()[0]}") from error
        return search
    return None
