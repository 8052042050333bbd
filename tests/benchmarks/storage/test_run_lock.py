"""Sessions of this machine, each a process of its own."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from crossover.benchmarks.storage.run_lock import RunLock, RunLockError

OTHER = """
import sys
from pathlib import Path
from crossover.benchmarks.storage.run_lock import RunLockError, RunLock

session = RunLock(Path(sys.argv[1]))
try:
    session.begin(alongside="alongside" in sys.argv)
except RunLockError as error:
    print(error, flush=True)
else:
    print("begun", flush=True)
for line in sys.stdin:
    print(session.is_disturbed, flush=True)
session.end()
"""


class OtherProcess:
    """A session that goes on until it is told to end."""

    def __init__(self, folder, *options):
        command = [sys.executable, "-c", OTHER, str(folder), *options]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.begun = self.process.stdout.readline().strip()

    def is_disturbed(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip() == "True"

    def end(self):
        self.process.communicate()


@pytest.fixture
def other(tmp_path):
    """Starts sessions, and ends them with the test."""
    started = []

    def start(*options):
        started.append(OtherProcess(tmp_path, *options))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.communicate()


@pytest.fixture
def session(tmp_path):
    made = RunLock(tmp_path)
    yield made
    made.end()


def test_a_session_by_itself_is_not_disturbed(session):
    session.begin(alongside=False)

    assert not session.is_disturbed


def test_the_second_session_is_told_which_process_is_the_first(session, other):
    session.begin(alongside=False)

    assert other().begun.startswith(f"process {os.getpid()} is measuring on this machine: wait for it, or ")
    assert not session.is_disturbed


def test_alongside_marks_both_even_when_the_second_is_over(session, other):
    session.begin(alongside=False)
    second = other("alongside")

    assert "begun" == second.begun
    assert second.is_disturbed()
    second.end()
    assert session.is_disturbed


def test_a_third_session_is_told_of_the_second_when_the_first_is_over(session, other):
    first = other()
    second = other("alongside")
    first.end()

    with pytest.raises(RunLockError, match=str(second.process.pid)):
        session.begin(alongside=False)


def test_a_session_that_was_killed_counts_no_more(session, other, tmp_path):
    killed = other()
    other("alongside").end()
    os.kill(killed.process.pid, signal.SIGKILL)
    killed.process.wait()
    session.begin(alongside=False)

    assert not session.is_disturbed
    assert {f"crossover-session-{os.getpid()}.lock", "crossover-sessions.lock"} == names(tmp_path)


def test_a_mark_of_an_earlier_process_of_the_same_number_is_none(session, tmp_path):
    (tmp_path / f"crossover-session-{os.getpid()}.joined").touch()
    session.begin(alongside=False)

    assert not session.is_disturbed


def test_an_ended_session_leaves_no_file_of_its_own(tmp_path):
    session = RunLock(tmp_path)
    session.begin(alongside=False)
    session.end()

    assert {"crossover-sessions.lock"} == names(tmp_path)


def test_all_users_may_write_to_the_folder_of_sessions(tmp_path):
    """In a folder where only its owner may remove a file, the lock of one user would keep all others out."""
    first = RunLock(tmp_path / "sessions")
    first.begin(alongside=False)
    first.end()

    assert 0o777 == stat.S_IMODE((tmp_path / "sessions").stat().st_mode)


def test_a_folder_that_no_lock_can_be_made_in_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(RunLockError, match="sessions of this machine cannot be told apart there: Not a directory"):
        RunLock(tmp_path / "file" / "sessions").begin(alongside=False)


def names(folder: Path):
    return {path.name for path in folder.iterdir()}


def test_without_a_place_for_temporary_files_it_is_said(monkeypatch):
    def no_place():
        raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr("tempfile.gettempdir", no_place)
    monkeypatch.setattr("tempfile.tempdir", None)

    with pytest.raises(RunLockError, match=r"hold temporary files: No usable .* found in \['/tmp'\]; TMPDIR names"):
        RunLock()


def test_a_session_ends_although_its_folder_is_gone(tmp_path):
    session = RunLock(tmp_path / "below" / "sessions")
    (tmp_path / "below").mkdir()
    session.begin(alongside=False)
    shutil.rmtree(tmp_path / "below")

    session.end()
