"""Two sessions that measure on one machine disturb each other: the second one is told, and may go on by an option.

Each session holds a lock on a file of its own, among those of all sessions in one folder of the machine. The system
lets go of the lock when the process ends, however it ends.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

ANYONE = 0o666
"""Sessions of other users must be able to try the lock."""

FOLDER = "crossover-sessions"
"""In that for temporary files, where only its owner may remove a file; in this one, anyone may."""


class RunLockError(Exception):
    """A process cannot count as a session; the message says why, and what can be done."""


class RunLock:
    """The session of this process, among all those that measure on this machine."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(tempfile.gettempdir()) / FOLDER
        self.lock = FileLock(self.folder / f"crossover-session-{os.getpid()}.lock", mode=ANYONE)
        self.was_joined = joined_mark(Path(self.lock.lock_file))

    def begin(self, *, alongside: bool) -> None:
        """Count as a session from now on.

        Raises RunLockError beside another one, unless that is asked for, and where sessions cannot be told apart.
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
        self.was_joined.unlink(missing_ok=True)  # left by a process that had the same number and was killed
        self.lock.acquire(timeout=0)
        for mark in [*map(joined_mark, others), *[self.was_joined] * bool(others)]:
            if not mark.exists():  # perhaps of another user, who has made it
                mark.touch()

    def end(self) -> None:
        if self.lock.is_locked:
            with self.gate():
                Path(self.lock.lock_file).unlink(missing_ok=True)
                self.was_joined.unlink(missing_ok=True)
                self.lock.release()

    @contextmanager
    def running(self, *, alongside: bool) -> Iterator[None]:
        """Count as a session as long as the block; raises as `begin` does."""
        self.begin(alongside=alongside)
        try:
            yield
        finally:
            self.end()

    @property
    def is_disturbed(self) -> bool:
        """Whether another session has run at the same time, be it over or not."""
        return self.was_joined.exists()

    def others(self) -> list[Path]:
        """The files of the other sessions that are running; those of processes that were killed are removed."""
        files = [path for path in self.folder.glob("crossover-session-*.lock") if path != Path(self.lock.lock_file)]
        return [path for path in files if is_held(path)]

    @contextmanager
    def gate(self) -> Iterator[None]:
        """What only one session of this machine may do at a time."""
        make_for_anyone(self.folder)
        with FileLock(self.folder / "crossover-sessions.lock", mode=ANYONE):
            yield


def make_for_anyone(folder: Path) -> None:
    """Make a folder that all users may write to; one that is there is left as it is."""
    try:
        folder.mkdir()
    except FileExistsError:
        return
    folder.chmod(0o777)


def is_held(path: Path) -> bool:
    """Whether the process that made a session's file still runs; if not, its files are removed."""
    lock = FileLock(path, mode=ANYONE)
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError):  # of another user, perhaps one who cannot be asked
        return True
    with suppress(OSError):  # in a folder where only their owner may remove files
        joined_mark(path).unlink(missing_ok=True)
        path.unlink(missing_ok=True)
    lock.release()
    return False


def joined_mark(path: Path) -> Path:
    """The file that tells a session that another one came beside it."""
    return path.with_suffix(".joined")


def process_of(path: Path) -> str:
    return path.stem.rpartition("-")[2]
