"""What a session does after its last cell: has pytest-benchmark save the run, and discards the run's own file."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crossover.benchmarks.harness.collection import missing_ranks
from crossover.benchmarks.harness.probing import probe_again
from crossover.benchmarks.harness.run import Run
from crossover.benchmarks.runs.load import PREFIX
from crossover.benchmarks.storage import pytest_benchmark_options
from crossover.benchmarks.storage.document import document

__all__ = ["saved"]


@contextmanager
def saved(run: Run, session: pytest.Session) -> Iterator[None]:
    """Let pytest-benchmark save alone among the sessions, and discard the run's file once the run is saved.

    What keeps the run from being saved, such as a full disk, is reported in one line, and the run's file stays.
    """
    run.is_ending = True
    is_asked = pytest_benchmark_options.is_timed(run.config) and (
        run.names or missing_ranks(session.items, run.options)
    )
    if is_asked and session.exitstatus == pytest.ExitCode.OK and not run.is_measured:
        session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
        run.troubles.append("nothing was measured: every cell was left out")
    if session.exitstatus != pytest.ExitCode.INTERRUPTED:
        probe_again(run)
    if not run.file:
        yield
        return
    folder = run.file.path.parent
    is_through = is_added = False
    try:
        with run.session.lock.gate():
            before = saved_files(folder)
            try:
                yield
            finally:
                added = keep_whole(saved_files(folder) - before)
                is_added = bool(added)
                run.saved_as = next(iter(added), None)
        is_through = run.is_handed_over
    except OSError as error:
        session.exitstatus = pytest.ExitCode.INTERNAL_ERROR
        run.troubles.append(f"the run could not be saved ({error.strerror}), --resume saves it: {run.file.where}")
    finally:
        if is_through or is_added or not document(run)["benchmarks"]:
            run.file.discard()


def saved_files(folder: Path) -> set[Path]:
    return {path for path in folder.glob("*.json") if not path.name.startswith(PREFIX)}


def keep_whole(files: set[Path]) -> set[Path]:
    """Remove the files that were not written to their end; returns the others."""
    broken = {path for path in files if not is_whole(path)}
    for path in broken:
        path.unlink()
    return files - broken


def is_whole(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except ValueError:
        return False
    return True
