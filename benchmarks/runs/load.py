"""Reads saved runs from JSON into one tidy DataFrame; only this module and schema.py know the format."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import msgspec
import pandas as pd
import psutil

from crossover.benchmarks.runs import session_marks
from crossover.benchmarks.runs.cells import Status
from crossover.benchmarks.runs.json_file import LoadError as LoadError
from crossover.benchmarks.runs.json_file import decode
from crossover.benchmarks.runs.schema import SCHEMA, ExtraInfo, Kind, Machine, RunDocument

__all__ = [
    "PREFIX",
    "LoadError",
    "SavedRun",
    "frame_of",
    "newest_of_each_machine",
    "parse",
    "plain",
    "process_of",
    "read",
    "read_all",
]

PREFIX = "unfinished_"
"""Begins the file of an unsaved run instead of a number, so that pytest-benchmark takes it for no previous run."""


@dataclass(frozen=True)
class SavedRun:
    """A run that was read, and where it came from."""

    label: str
    saved: RunDocument

    @property
    def machine(self) -> Machine:
        return self.saved.machine_info.crossover

    @property
    def benchmarks(self) -> list[str]:
        """The names of the benchmarks that the run was asked for."""
        return list(dict.fromkeys(cell.benchmark for cell in self.saved.crossover.cells))

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
        with suppress(psutil.Error, OverflowError):
            begun = datetime.fromtimestamp(psutil.Process(int(process)).create_time(), UTC)
            return begun <= self.taken  # if not, another process has the id by now
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
        taken = datetime.fromisoformat(self.saved.datetime)
        return taken.astimezone(UTC) if taken.tzinfo else taken.replace(tzinfo=UTC)

    @property
    def is_dirty(self) -> bool:
        """Whether the run measured code that was not all committed."""
        return self.saved.commit_info.dirty or any(session.dirty for session in self.saved.crossover.sessions)


def read(path: Path) -> SavedRun:
    """Returns the saved run of a file; raises LoadError where it is none."""
    return parse(decode(path), str(path))


def parse(document: object, label: str) -> SavedRun:
    """Returns a run from decoded JSON; raises LoadError where it does not follow this schema."""
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
    try:
        run = SavedRun(label, msgspec.convert(document, RunDocument))
        run.taken  # noqa: B018  (raises where it is no date)
    except (msgspec.ValidationError, ValueError, OverflowError) as error:
        raise LoadError(f"{label}: {str(error).splitlines()[0]}") from error
    return run


def process_of(path: Path) -> str | None:
    """Returns the id of the process that an unfinished run's file belongs to; None for any other file."""
    return path.stem.rpartition("_")[2] if path.name.startswith(PREFIX) else None


def read_all(places: Iterable[Path]) -> tuple[list[SavedRun], list[str]]:
    """Returns all runs of files and folders, oldest first, and a line for each file in a folder that is no run.

    Raises LoadError where a file that was named itself is no run, and where a folder holds none.
    """
    runs: list[SavedRun] = []
    refused: list[str] = []
    for place in places:
        if not place.is_dir():
            runs.append(read(place))
            continue
        found = []
        for path in sorted(place.rglob("*.json")):
            try:
                found.append(read(path) if not path.is_symlink() else refuse_link(path))
            except LoadError as error:
                refused.append(str(error))
        if not found:
            lines = "; ".join(refused[:3])
            raise LoadError(f"{place}: no saved run in this folder" + (f" ({lines})" if lines else ""))
        runs += found
    return sorted(runs, key=lambda run: run.taken), refused


def refuse_link(path: Path) -> NoReturn:
    """Raise LoadError for a link in a folder: the folder may come from anyone, and the link may lead anywhere."""
    raise LoadError(f"{path}: is a link; what it leads to can be named itself")


def newest_of_each_machine(runs: list[SavedRun]) -> list[SavedRun]:
    """Returns the newest run of each machine; `runs` must be in the order of their time."""
    return list({run.machine.name: run for run in runs}.values())


COLUMNS = {
    "run": "object",
    "machine": "object",
    "source": "object",
    "epochs": "int64",
    "benchmark": "object",
    "scale": "int64",
    "parameters": "int64",
    "device": "object",
    "recipe": "object",
    "case": "object",
    "case_name": "object",
    "status": "object",
    "reason": "object",
    "rounds_s": "object",
    "work": "object",
    "probe": "object",
    "peak_bytes": "float64",
    "prepare_s": "float64",
    "reduced_precision": "bool",
    "in_turn": "bool",
    "calls": "int64",
    "batch_size": "float64",
    "call_times_s": "object",
    "waits_s": "object",
    "start_method": "object",
    "pin_memory": "bool",
    "rank_paces_s": "object",
    "rank_peak_bytes": "object",
    "rank_threads": "object",
    "finished": "bool",
    "running": "bool",
    "marks": "object",
    "busy": "bool",
    "no_gpu": "object",
}


def frame_of(*runs: SavedRun) -> pd.DataFrame:
    """Returns a row for each cell that was asked for, in the order they were taken.

    `case` holds the named parts in which a benchmark's cells differ besides scale, device and recipe, and `case_name`
    their values as text; both are empty where there are none. `rounds_s` holds the seconds of each round; it is empty
    for a cell that was not measured. `work` is the least that a round must compute, move and launch, and `probe` what
    the device can do at most; both are None where the run does not say, as `peak_bytes` and `prepare_s` are NaN.

    `in_turn` says that round i of a cell was taken next to round i of the others in its table. A round holds `calls`
    calls, each of `batch_size` samples. `call_times_s` holds the seconds of each call of all rounds, and `waits_s` how
    many seconds each round waited for its batches, where that was measured.

    For a training by several ranks, `rank_paces_s` holds, round by round, how many seconds each rank took for a small
    training by itself. `rank_peak_bytes` is the most memory that each rank took (None where unknown), and
    `rank_threads` how many threads each used.

    `finished` is false for a cell with which a resumed run goes on, and `running` is true where the run goes on just
    now. `marks` are remarks on the sessions that took the cell's rounds, and `busy` says whether others used the
    machine meanwhile. `no_gpu` says why the machine has no GPU that can be used; it is "" where there is one.
    """
    rows = []
    for run in runs:
        timed = {bench.name: bench for bench in run.saved.benchmarks}
        probes = {device: msgspec.to_builtins(probe) for device, probe in run.saved.crossover.probe.items()}
        is_running, sessions = run.is_running, run.saved.crossover.sessions
        for cell in run.saved.crossover.cells:
            measured = cell.status == Status.MEASURED
            extra = timed[cell.name].extra_info if measured else ExtraInfo()
            rows.append(
                {
                    "run": plain(run.label),
                    "machine": plain(run.machine.name),
                    "source": plain(run.saved.crossover.source),
                    "epochs": run.saved.crossover.workload.epochs,
                    "benchmark": plain(cell.benchmark),
                    "scale": cell.scale,
                    "parameters": cell.parameters,
                    "device": plain(cell.device),
                    "recipe": plain(cell.recipe),
                    "case": {plain(name): plain_part(value) for name, value in cell.case.items()},
                    "case_name": plain(case_name(cell.case)),
                    "status": plain(cell.status),
                    "reason": plain(cell.reason),
                    "rounds_s": timed[cell.name].stats.data if measured else [],
                    "work": msgspec.to_builtins(extra.work),
                    "probe": probes.get(cell.device),
                    "peak_bytes": extra.peak_bytes,
                    "prepare_s": extra.prepare_s,
                    "reduced_precision": extra.reduced_precision,
                    "in_turn": extra.in_turn,
                    "calls": extra.calls,
                    "batch_size": extra.batch_size,
                    "call_times_s": extra.call_times_s,
                    "waits_s": extra.waits_s,
                    "start_method": plain(extra.start_method or ""),
                    "pin_memory": extra.pin_memory,
                    "rank_paces_s": extra.rank_paces_s,
                    "rank_peak_bytes": extra.rank_peak_bytes,
                    "rank_threads": extra.rank_threads,
                    "finished": cell.finished,
                    "running": is_running,
                    "marks": session_marks.remarks(sessions, cell.rounds_by_session) if measured else [],
                    "busy": measured and session_marks.is_busy(sessions, cell.rounds_by_session),
                    "no_gpu": no_gpu(run.machine),
                }
            )
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)


def no_gpu(machine: Machine) -> str:
    """Says that a machine has no GPU, or why its GPU cannot be used; "" where it has one or nothing is known of it."""
    return "" if machine.accelerators is None or machine.accelerators else plain(machine.unused_gpu or "no GPU found")


def case_name(case: Mapping[str, str | int]) -> str:
    """Returns the values of a case as in the names of its cells, such as `memory-2`."""
    return "-".join(map(str, case.values()))


def plain_part(value: str | int) -> str | int:
    return plain(value) if isinstance(value, str) else value


def plain(text: str) -> str:
    """Returns a file's text as it can be shown anywhere: in one line, without escapes or invisible characters."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
