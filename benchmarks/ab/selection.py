"""Which tree and which interpreter each side of a comparison runs."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from crossover.benchmarks.ab import CannotCompareError
from crossover.benchmarks.ab.protocol import WORKER_FILE, worker_of
from crossover.benchmarks.ab.revision import checkout, commit_of
from crossover.benchmarks.ab.side_process import Side

__all__ = ["sides_of"]

THIS = "this tree"


@contextlib.contextmanager
def sides_of(revision: str | None, interpreter: str | None) -> Iterator[tuple[Side, Side]]:
    """Yields the baseline, which runs a revision or an interpreter of its own, and the contender, which is this tree.

    The files of a revision exist only during the block. Raises CannotCompareError where there is no such side.
    """
    here = root(current_folder())
    python = found_interpreter(interpreter) if interpreter else sys.executable
    label = " on ".join(filter(None, [revision, interpreter]))
    contender = Side(THIS, here, sys.executable)
    if not revision:
        yield Side(f"{THIS} on {label}", here, python), contender
        return
    commit = commit_of(here, revision)
    with checkout(here, commit) as there:
        if not worker_of(there):
            raise CannotCompareError(f"{label}: too old to take part: it has no {WORKER_FILE}")
        yield Side(label, there, python), contender


def current_folder() -> Path:
    try:
        return Path.cwd()
    except OSError as error:
        raise CannotCompareError(f"the current folder cannot be read: {error.strerror}") from error


def root(folder: Path) -> Path:
    """Returns the tree that a folder is in; raises CannotCompareError where it is in none."""
    found = next((each for each in (folder, *folder.parents) if worker_of(each)), None)
    if not found:
        raise CannotCompareError(f"{folder} is in no tree with {WORKER_FILE}: run this where the code to compare is")
    return found


def found_interpreter(python: str) -> str:
    """Returns the absolute path of a program; raises CannotCompareError where there is none.

    Links are not resolved: a virtual environment is known by the path of its interpreter.
    """
    found = shutil.which(os.path.expanduser(python))  # noqa: PTH111 (the other one fails for an unknown user)
    if not found:
        raise CannotCompareError(f"--python: {python} is no program here")
    return os.path.abspath(found)  # noqa: PTH100 (a path without resolving links)
