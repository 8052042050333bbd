"""The file in which a run stands until it is saved: written whole after each cell, so that whatever ends the run
leaves all that it had measured.
"""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from crossover.benchmarks.runs.load import PREFIX


class UnfinishedFile:
    """A run's file beside the saved ones; in the folder for temporary files where there is no room for it."""

    def __init__(self, folder: Path, started: datetime) -> None:
        self.path = folder / f"{PREFIX}{started:%Y%m%d_%H%M%S}_{os.getpid()}.json"
        self.refuge = Path(tempfile.gettempdir()) / self.path.name
        self.fault = ""
        """Why what was measured last does not stand there; empty where it does."""

        self.where = f"it stands in {self.path}"

    def write(self, document: dict[str, Any]) -> None:
        """Put the run so far in the place of what stood there before; raises OSError where that cannot be done."""
        write_whole(self.path, content_of(document))
        discard(self.refuge)
        self.fault, self.where = "", f"it stands in {self.path}"

    def renew(self, document: dict[str, Any], say: Callable[[str], None]) -> None:
        """Write the run so far; where that cannot be done, write it elsewhere and say so. It ends no cell."""
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
        """Remove it: the run is saved, or has nothing worth keeping."""
        discard(self.path)
        discard(self.refuge)


def content_of(document: dict[str, Any]) -> bytes:
    """A run as JSON; what has no form there stands as pytest-benchmark writes it, which takes ten times as long."""
    return msgspec.json.encode(document, enc_hook=lambda value: f"UNSERIALIZABLE[{value!r}]")


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that at any moment all of the old content stands there, or all of the new."""
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
    """Remove a file, and what a process that was killed had written of its next content."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
        part_of(path).unlink(missing_ok=True)


def part_of(path: Path) -> Path:
    return path.with_suffix(".part")
