"""Reads saved runs from JSON; `schema` has their fields."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import msgspec
import psutil

from crossover.benchmarks.runs.json_file import LoadError as LoadError
from crossover.benchmarks.runs.json_file import decode
from crossover.benchmarks.runs.plain import plain
from crossover.benchmarks.runs.schema import SCHEMA, Kind, Machine, RunDocument
from crossover.benchmarks.runs.usable_cells import usable

__all__ = [
    "NOISE",
    "PREFIX",
    "IsSearchError",
    "LoadError",
    "SavedRun",
    "in_utc",
    "newest_of_each",
    "parse",
    "plain",
    "process_of",
    "read",
    "read_all",
]

NOISE = "noise.json"
"""The file in a machine's folder that says how small a change the machine can tell; it is no run."""

PREFIX = "unfinished_"
"""Begins the file of an unsaved run instead of a number, so that pytest-benchmark takes it for no previous run."""

LONGEST_START = timedelta(minutes=10)
"""The longest from the start of a process to that of its session, with torch on a slow disk.

The id of a process is that of another after a restart, and outside the container that the run was taken in.
"""


@dataclass(frozen=True)
class SavedRun:
    """A run that was read, and where it came from."""

    label: str
    saved: RunDocument
    remark: str = ""
    """How many cells of the file are left out because they cannot be read, and why; "" where none is."""

    @property
    def machine(self) -> Machine:
        return self.saved.machine_info.crossover

    @property
    def benchmarks(self) -> list[str]:
        """The names of the benchmarks that the run was asked for."""
        return list(dict.fromkeys(cell.benchmark for cell in self.saved.crossover.cells))

    @property
    def subject(self) -> tuple[str, str]:
        """What was measured: the names of the machine and of the workload."""
        return self.machine.name, self.saved.crossover.workload.name

    @property
    def is_finished(self) -> bool:
        """Whether every cell had all its rounds; if not, `--resume` goes on with the run."""
        return all(cell.finished for cell in self.saved.crossover.cells)

    @property
    def is_running(self) -> bool:
        """Whether the process that measures the run is still alive."""
        process = process_of(Path(self.label))
        if not process or not process.isdecimal() or self.is_finished:
            return False
        sessions = self.saved.crossover.sessions
        with suppress(Exception):  # a remark on a table: what cannot be read of a process ends nothing
            begun = datetime.fromtimestamp(psutil.Process(int(process)).create_time(), UTC)
            started = sessions[-1].started.astimezone(UTC) if sessions else begun
            return started - LONGEST_START <= begun <= self.taken  # if not, another process has the id
        return False

    def machine_facts(self) -> dict[str, Any]:
        """Returns what the run says of its machine."""
        facts: dict[str, Any] = msgspec.to_builtins(self.machine)
        return facts

    def options(self) -> dict[str, Any]:
        """Returns what the run was asked to do, apart from which cells."""
        options: dict[str, Any] = msgspec.to_builtins(self.saved.crossover.options)
        return options

    @property
    def taken(self) -> datetime:
        """The time in UTC; raises ValueError or OverflowError where it is no valid time."""
        return in_utc(self.saved.datetime)

    @property
    def is_dirty(self) -> bool:
        """Whether the run measured code that was not all committed."""
        return self.saved.commit_info.dirty or any(session.dirty for session in self.saved.crossover.sessions)


class IsSearchError(LoadError):
    """A file is no run of rounds, but a search, which `searches` reads."""


def in_utc(text: str) -> datetime:
    """Returns a time in UTC; raises ValueError or OverflowError where it is no valid time."""
    taken = datetime.fromisoformat(text)
    return taken.astimezone(UTC) if taken.tzinfo else taken.replace(tzinfo=UTC)


def read(path: Path) -> SavedRun:
    """Returns the saved run of a file; raises LoadError where it is none."""
    return parse(decode(path), str(path))


def parse(document: object, label: str) -> SavedRun:
    """Returns a run from decoded JSON, without cells that do not follow this schema.

    Raises LoadError where the rest does not follow it, and where no cell is left.
    """
    try:
        kind = msgspec.convert(document, Kind)
    except msgspec.ValidationError:
        kind = Kind()
    if kind.benchmarks is msgspec.UNSET:
        raise LoadError(f"{label}: is no saved run of pytest-benchmark")
    if not isinstance(kind.crossover, dict):
        raise LoadError(f"{label}: holds benchmarks of another project, not of Crossover")
    if kind.crossover.get("schema") != SCHEMA:
        raise LoadError(f"{label}: has schema {kind.crossover.get('schema')!r:.20}, this version reads {SCHEMA}")
    if "find" in kind.crossover:
        raise IsSearchError(f"{label}: is a search by `crossover find`, without rounds: `crossover table` shows it")
    rest, remark = without_bad_cells(document, label)
    try:
        run = SavedRun(label, msgspec.convert(rest, RunDocument), remark)
        run.taken  # noqa: B018  (raises where it is no date)
    except (msgspec.ValidationError, ValueError, OverflowError) as error:
        raise LoadError(f"{label}: {str(error).splitlines()[0]}") from error
    return run


def without_bad_cells(document: Any, label: str) -> tuple[Any, str]:
    """Returns a run without the cells that cannot be used, and a remark on them; raises LoadError where none can."""
    stamp, benchmarks = document["crossover"], document["benchmarks"]
    cells = stamp.get("cells")
    if not cells or not isinstance(cells, list) or not isinstance(benchmarks, list):
        return document, ""
    kept, benchmarks, left_out = usable(cells, benchmarks)
    if not kept:
        raise LoadError(f"{label}: no cell of it can be read; {left_out[0]}")
    remark = f"{label}: {len(left_out)} of {len(cells)} cells left out; {left_out[0]}" if left_out else ""
    return document | {"benchmarks": benchmarks, "crossover": stamp | {"cells": kept}}, remark


def process_of(path: Path) -> str | None:
    """Returns the id of the process that an unfinished run's file belongs to; None for any other file."""
    return path.stem.rpartition("_")[2] if path.name.startswith(PREFIX) else None


def read_all(places: Iterable[Path]) -> tuple[list[SavedRun], list[str]]:
    """Returns all runs of files and folders, oldest first, and remarks on them.

    A remark is a line for each file in a folder that is no run, and for each run of which cells are left out. Raises
    LoadError where a file that was named itself is no run, and where a folder holds none.
    """
    runs: list[SavedRun] = []
    remarks: list[str] = []
    for place in places:
        if not place.is_dir():
            runs.append(read(place))
            continue
        found, refused, left_out = [], [], 0
        for path in sorted(path for path in place.rglob("*.json") if path.name != NOISE):
            try:
                found.append(read(path) if not path.is_symlink() else refuse_link(path))
            except IsSearchError:
                left_out += 1
            except LoadError as error:
                refused.append(str(error))
        if left_out:
            which = "a search" if left_out == 1 else f"{left_out} searches"
            refused.append(f"{place}: has {which} by `crossover find`, without rounds: `crossover table` shows it")
        if not found:
            lines = "; ".join(refused[:3])
            raise LoadError(f"{place}: no saved run in this folder" + (f" ({lines})" if lines else ""))
        runs += found
        remarks += refused
    return sorted(runs, key=lambda run: run.taken), [*remarks, *(run.remark for run in runs if run.remark)]


def refuse_link(path: Path) -> NoReturn:
    """Raise LoadError for a link in a folder: the folder may come from anyone, and the link may lead anywhere."""
    raise LoadError(f"{path}: is a link; what it leads to can be named itself")


def newest_of_each(runs: list[SavedRun]) -> list[SavedRun]:
    """Returns the newest run of each machine and workload; `runs` must be in the order of their time."""
    return list({run.subject: run for run in runs}.values())
