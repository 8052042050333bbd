"""Which run of a machine later ones are judged by: the one that was pinned, and no other by itself.

`results` is the folder where the machines of runs that lie elsewhere are looked for.
"""

from pathlib import Path

from crossover.benchmarks.runs import load
from crossover.benchmarks.runs.load import SavedRun

NAME = "baseline.txt"

MAIN = "training"
"""The benchmark that a baseline must hold: what is asked of every run is whether training got slower."""


class BaselineError(Exception):
    """There is no usable baseline; the message says why, in one line."""


def pin(results: Path, run: SavedRun) -> Path:
    """Write a run's place, relative to the folder of its machine, into that folder; returns the file written."""
    folder = machine_folder(results, run)
    if not run.is_finished:
        raise BaselineError(f"{run.label}: is unfinished; `pytest benchmarks --resume` goes on with it")
    if not any(cell.benchmark == MAIN and cell.status == "measured" for cell in run.saved.crossover.cells):
        raise BaselineError(f"{run.label}: has no measured {MAIN} to judge later runs by; name a run that has")
    path = Path(run.label).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise BaselineError(f"{run.label}: only a run under {folder} can be pinned as its machine's baseline")
    try:
        (folder / NAME).write_text(f"{path.relative_to(folder.resolve()).as_posix()}\n")
    except OSError as error:
        raise BaselineError(f"{folder / NAME}: cannot be written: {error.strerror}") from error
    return folder / NAME


def pinned(results: Path, run: SavedRun) -> SavedRun:
    """The pinned run of a run's machine."""
    folder = machine_folder(results, run)
    try:
        name = (folder / NAME).read_text().strip()
    except FileNotFoundError as error:
        raise BaselineError(
            f"no baseline of {run.machine.name}: pin one with `crossover pin RUN`, or name one with --baseline"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise BaselineError(f"{folder / NAME}: cannot be read") from error
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise BaselineError(f"{folder / NAME}: names a file outside {folder}")
    return load.read(path)


def machine_folder(results: Path, run: SavedRun) -> Path:
    """The folder above a run that bears its machine's name, or that name under `results` where there is none.

    A name that is no plain folder name is refused.
    """
    name = run.machine.name
    if name in ("", ".", "..") or "/" in name or "\\" in name or not name.isprintable():
        raise BaselineError(f"{run.label}: its machine {load.plain(name)!r} has no folder")
    path = Path(run.label)
    above = [*path.parents, *path.absolute().parents]  # as it was named, if it was named with its folder
    return next((folder for folder in above if folder.name == name), results / name)
