"""The file that holds a run until it is saved: rewritten whole after each cell, so that no cell is lost."""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from crossover.benchmarks.runs.load import PREFIX

__all__ = ["UnfinishedFile", "discard", "write_whole"]


class UnfinishedFile:
    """A run's file beside the saved ones, or in the temporary folder where it cannot be written there."""

    def __init__(self, folder: Path, started: datetime) -> None:
        self.path = free_path(folder, started)
        self.refuge = Path(tempfile.gettempdir()) / self.path.name
        self.fault = ""
        """Why the file lacks what was measured last; empty where it holds that."""

        self.where = f"it stands in {self.path}"

    def write(self, document: dict[str, Any]) -> None:
        """Replace the content of the file with the run so far; raises OSError where it cannot be written."""
        write_whole(self.path, content_of(document))
        discard(self.refuge)
        self.fault, self.where = "", f"it stands in {self.path}"

    def renew(self, document: dict[str, Any], say: Callable[[str], None]) -> None:
        """Write the run so far; where that fails, write it elsewhere and say so. An OSError ends no cell."""
        before = self.fault
        try:
            self.write(document)
        except OSError as error:
            self.fault, self.where = f"{self.path.parent}: {error.strerror}", self.take_refuge(document)
            if self.fault != before:
                say(f"the run so far could not be written to {self.fault}; {self.where}")

    def take_refuge(self, document: dict[str, Any]) -> str:
        try:
            write_whole(self.refuge, content_of(document))
        except OSError as error:
            return f"it stands nowhere yet ({self.refuge.parent}: {error.strerror})"
        return f"it stands in {self.refuge}: moved to {self.path.parent}, it can be resumed"

    def discard(self) -> None:
        """Remove the file: the run is saved, or has nothing worth keeping."""
        discard(self.path)
        discard(self.refuge)


def free_path(folder: Path, started: datetime) -> Path:
    """Returns the path for a run's file, a second later where another container's process of this number has it."""
    path = folder / f"{PREFIX}{started:%Y%m%d_%H%M%S}_{os.getpid()}.json"
    return free_path(folder, started + timedelta(seconds=1)) if path.exists() else path


def content_of(document: dict[str, Any]) -> bytes:
    """Returns a run as JSON, in a tenth of the time pytest-benchmark takes to write it."""
    return msgspec.json.encode(document)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that at any moment it holds all of the old content or all of the new; raises OSError."""
    part = part_of(path)
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def discard(path: Path) -> None:
    """Remove a file, and the part of its next content that a killed process had written."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
        part_of(path).unlink(missing_ok=True)


def part_of(path: Path) -> Path:
    return path.with_suffix(".part")
