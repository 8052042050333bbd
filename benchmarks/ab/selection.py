"""Which tree and which interpreter each side of a comparison runs."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from crossover.benchmarks.ab import CannotCompareError
from crossover.benchmarks.ab.git import git
from crossover.benchmarks.ab.protocol import INSTALLED, WORKER_FILE, worker_of
from crossover.benchmarks.ab.revision import checkout, commit_of
from crossover.benchmarks.ab.side_process import Side
from crossover.model import constants
from crossover.model.workload_names import parted

__all__ = ["side_here", "sides_of"]

THIS = "this tree"


@contextlib.contextmanager
def sides_of(revision: str | None, interpreter: str | None, workload: str | None = None) -> Iterator[tuple[Side, Side]]:
    """Yields the baseline, which runs a revision or an interpreter of its own, and the contender, which is this tree.

    In a folder that is in no tree of Crossover, a revision is one of the user's repository: both sides run the
    Crossover that is installed, on a `workload` of their own. The files of a revision exist only during the block.
    Raises CannotCompareError where there is no such side.
    """
    folder = current_folder()
    here = root(folder)
    if not here and not workload:
        raise CannotCompareError(
            f"{folder} is in no tree with {WORKER_FILE}: run this where the code to compare is, or name a file of "
            "yours with --workload"
        )
    python = found_interpreter(interpreter) if interpreter else sys.executable
    label = " on ".join(filter(None, [revision, interpreter]))
    contender = side(THIS, here or folder, sys.executable, workload, is_own=not here)
    if not revision:
        yield replace(contender, label=f"{THIS} on {label}", python=python), contender
        return
    commit = commit_of(here or folder, revision)
    with checkout(here or folder, commit) as there:
        if here and not worker_of(there):
            raise CannotCompareError(f"{label}: too old to take part: it has no {WORKER_FILE}")
        before = of_revision(workload, here or folder, there, label) if workload else None
        yield side(label, there, python, before, is_own=not here), contender


def side_here(label: str, workload: str | None) -> Side:
    """A side that runs the tree of the current folder, or the Crossover that is installed, with this interpreter."""
    folder = current_folder()
    here = root(folder)
    return side(label, here or folder, sys.executable, workload, is_own=not here)


def side(label: str, folder: Path, python: str, workload: str | None, *, is_own: bool) -> Side:
    """A side in a tree of Crossover, or in a folder of the user's own."""
    if not is_own:
        return Side(label, folder, python, workload=workload)
    installed = Path(constants.__file__).parents[1]
    return Side(label, installed, python, INSTALLED, folder, workload)


def of_revision(workload: str, here: Path, there: Path, label: str) -> str:
    """The workload in the files of a revision; one from outside of the repository is what it is.

    Raises CannotCompareError where the revision does not have its file.
    """
    place, name = parted(workload)
    if not Path(place).is_file():
        return workload
    file, repository = Path(place).resolve(), Path(git(here, "rev-parse", "--show-toplevel"))
    if not file.is_relative_to(repository.resolve()):
        return f"{file}:{name}" if name else str(file)
    before = there / os.path.relpath(file, here.resolve())
    if not before.is_file():
        raise CannotCompareError(f"{label} has no {place}: name a revision that has it")
    return f"{before}:{name}" if name else str(before)


def current_folder() -> Path:
    try:
        return Path.cwd()
    except OSError as error:
        raise CannotCompareError(f"the current folder cannot be read: {error.strerror}") from error


def root(folder: Path) -> Path | None:
    """Returns the tree of Crossover that a folder is in, or None."""
    return next((each for each in (folder, *folder.parents) if worker_of(each)), None)


def found_interpreter(python: str) -> str:
    """Returns the absolute path of a program; raises CannotCompareError where there is none.

    Links are not resolved: a virtual environment is known by the path of its interpreter.
    """
    found = shutil.which(os.path.expanduser(python))  # noqa: PTH111 (the other one fails for an unknown user)
    if not found:
        raise CannotCompareError(f"--python: {python} is no program here")
    return os.path.abspath(found)  # noqa: PTH100 (a path without resolving links)
