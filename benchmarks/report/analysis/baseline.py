"""The pinned run by which later runs of its machine are judged. A run becomes the baseline only by being pinned.

`results` is the folder that holds the machine folders of runs saved elsewhere.
"""

import os
import re
from pathlib import Path

from crossover.benchmarks.runs import load
from crossover.benchmarks.runs.cells import Status
from crossover.benchmarks.runs.load import SavedRun
from crossover.benchmarks.runs.schema import MLP

__all__ = ["NAME", "BaselineError", "file_name", "machine_folder", "pin", "pinned"]

NAME = "baseline.txt"
"""The file that names the run; of another workload than the MLP, `baseline-WORKLOAD.txt`."""

MAIN = "training"
"""The benchmark that a baseline must hold: every check asks whether training got slower."""


class BaselineError(Exception):
    """There is no usable baseline; the message says why, in one line."""


def pin(results: Path, run: SavedRun) -> Path:
    """Write a run's path, relative to its machine's folder, into that folder and return the file written.

    Raises BaselineError if the run is unfinished, was not measured by this suite, measured no training or lies outside
    the folder, or if the file cannot be written.
    """
    folder = machine_folder(results, run)
    if not run.is_finished:
        raise BaselineError(f"{run.label}: is unfinished; `pytest benchmarks --resume` goes on with it")
    if run.saved.crossover.source != "measured":
        raise BaselineError(f"{run.label}: was not measured by this suite; name a run of this machine")
    if not any(cell.benchmark == MAIN and cell.status == Status.MEASURED for cell in run.saved.crossover.cells):
        raise BaselineError(f"{run.label}: has no measured {MAIN} to judge later runs by; name a run that has")
    path = Path(run.label).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise BaselineError(f"{run.label}: only a run under {folder} can be pinned as its machine's baseline")
    file = folder / file_name(run)
    try:
        file.write_bytes(os.fsencode(f"{path.relative_to(folder.resolve()).as_posix()}\n"))
    except OSError as error:
        raise BaselineError(f"{file}: cannot be written: {error.strerror}") from error
    return file


def file_name(run: SavedRun) -> str:
    """The name of the file in which the baseline of a run's workload is pinned."""
    workload = run.saved.crossover.workload.name
    return NAME if workload == MLP else f"baseline-{re.sub(r'[^A-Za-z0-9._]', '-', workload)}.txt"


def pinned(results: Path, run: SavedRun) -> SavedRun:
    """The run that is pinned for a run's machine and workload.

    Raises BaselineError if none is pinned, or if the file that names it cannot be read or names one outside the
    machine's folder; LoadError if the run itself cannot be read.
    """
    folder = machine_folder(results, run)
    file = folder / file_name(run)
    try:
        name = os.fsdecode(file.read_bytes()).strip()
    except FileNotFoundError as error:
        machine, workload = map(load.plain, run.subject)
        of = machine if workload == MLP else f"{machine} for {workload}"
        raise BaselineError(
            f"no baseline of {of}: pin one with `crossover pin RUN`, or name one with --baseline"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise BaselineError(f"{file}: cannot be read") from error
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise BaselineError(f"{file}: names a file outside {folder}")
    return load.read(path)


def machine_folder(results: Path, run: SavedRun) -> Path:
    """The folder above a run that bears its machine's name, or `results / name` where there is none.

    Raises BaselineError for a name that cannot be a plain folder name.
    """
    name = run.machine.name
    if name in ("", ".", "..") or "/" in name or "\\" in name or not name.isprintable():
        raise BaselineError(f"{run.label}: its machine {load.plain(name)!r} has no folder")
    path = Path(run.label)
    above = [*path.parents, *path.absolute().parents]  # prefers the path as given
    return next((folder for folder in above if folder.name == name), results / name)
