"""Keeps a second session from measuring on a machine, where both would disturb each other, unless --alongside.

Each session locks a file of its own, in one folder for all sessions of the machine. The system releases the lock when
the process ends, however it ends.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from crossover.benchmarks.machine import facts
from crossover.benchmarks.machine.environment import unwritable

__all__ = ["RunLock", "RunLockError", "process_of"]

ANYONE = 0o666
"""The mode of lock files: sessions of other users must be able to try the lock."""

FOLDER = "crossover-sessions"
"""A folder within the temporary one, where only its owner may remove a file; in this one, anyone may."""


class RunLockError(Exception):
    """A process cannot count as a session; the message says why and what can be done."""


class RunLock:
    """The session of this process among all those that measure on this machine."""

    def __init__(self, folder: Path | None = None) -> None:
        """Raises RunLockError where no folder can be written to."""
        self.folder = folder or common_folder()
        self.lock = FileLock(self.folder / f"crossover-session-{os.getpid()}.lock", mode=ANYONE)
        self.was_joined = joined_mark(Path(self.lock.lock_file))

    def begin(self, *, alongside: bool) -> None:
        """Count as a session from now on.

        Raises RunLockError beside another session unless `alongside` allows it, and where sessions cannot be told
        apart.
        """
        try:
            with self.gate():
                self.count(alongside=alongside)
        except OSError as error:
            where = f"{self.folder}: sessions of this machine cannot be told apart there"
            raise RunLockError(f"{where}: {error.strerror or error}; TMPDIR names another folder") from error

    def count(self, *, alongside: bool) -> None:
        others = self.others()
        if others and not alongside:
            raise RunLockError(
                f"process {', '.join(map(process_of, others))} is measuring on this machine: wait for it, or let "
                "both disturb each other with --alongside, which marks both"
            )
        self.was_joined.unlink(missing_ok=True)  # left by a killed process with the same id
        self.lock.acquire(timeout=0)
        for mark in [*map(joined_mark, others), *[self.was_joined] * bool(others)]:
            if not mark.exists():  # another user may have made it
                mark.touch()

    def end(self) -> None:
        if self.lock.is_locked:
            with suppress(OSError), self.gate():  # the folder may be gone; the lock ends with the process
                Path(self.lock.lock_file).unlink(missing_ok=True)
                self.was_joined.unlink(missing_ok=True)
                self.lock.release()

    @contextmanager
    def running(self, *, alongside: bool) -> Iterator[None]:
        """Count as a session during the block; raises as `begin` does."""
        self.begin(alongside=alongside)
        try:
            yield
        finally:
            self.end()

    @property
    def is_disturbed(self) -> bool:
        """Whether another session has run at the same time, even if it is over."""
        was_joined: bool = facts.read("other sessions", self.was_joined.exists, otherwise=False)
        return was_joined

    def others(self) -> list[Path]:
        """Returns the files of the other running sessions; removes those of killed processes."""
        files = [path for path in self.folder.glob("crossover-session-*.lock") if path != Path(self.lock.lock_file)]
        return [path for path in files if is_held(path)]

    @contextmanager
    def gate(self) -> Iterator[None]:
        """Let only one session of this machine at a time into the block."""
        make_for_anyone(self.folder)
        with FileLock(self.folder / "crossover-sessions.lock", mode=ANYONE):
            yield


def common_folder() -> Path:
    """Returns the folder for the sessions of all users; raises RunLockError where it has no place."""
    try:
        return Path(tempfile.gettempdir()) / FOLDER
    except OSError as error:
        raise RunLockError(unwritable(error)) from error


def make_for_anyone(folder: Path) -> None:
    """Make a folder that all users may write to; leave an existing one as it is."""
    try:
        folder.mkdir()
    except FileExistsError:
        return
    folder.chmod(0o777)


def is_held(path: Path) -> bool:
    """Whether the process that made a session's file still runs; removes its files if not."""
    lock = FileLock(path, mode=ANYONE)
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError):  # held, or another user's file that cannot be opened
        return True
    with suppress(OSError):  # only their owner may remove files in such a folder
        joined_mark(path).unlink(missing_ok=True)
        path.unlink(missing_ok=True)
    lock.release()
    return False


def joined_mark(path: Path) -> Path:
    """Returns the file that tells a session that another one ran beside it."""
    return path.with_suffix(".joined")


def process_of(path: Path) -> str:
    return path.stem.rpartition("-")[2]
