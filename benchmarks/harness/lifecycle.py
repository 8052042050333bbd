"""The lifecycle of a run around its cells: what is checked and written before the first, and saved after the last."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytest_benchmark.utils import get_machine_id

from crossover.benchmarks.harness.collection import missing_ranks
from crossover.benchmarks.harness.run import Run
from crossover.benchmarks.machine import contention
from crossover.benchmarks.machine.contention import ProcessorTime
from crossover.benchmarks.runs.load import PREFIX
from crossover.benchmarks.storage import saving, signals
from crossover.benchmarks.storage.autosave import UnfinishedFile, discard
from crossover.benchmarks.storage.document import document
from crossover.benchmarks.storage.run_lock import RunLockError, process_of

__all__ = ["begin", "saved"]


def begin(run: Run) -> None:
    """Get ready for the first cell; raises UsageError for what would spoil or lose the measurements.

    Under torchrun, the first rank on each machine counts as its session, and only rank 0 saves.
    """
    if not run.names or not saving.is_timed(run.config):
        return
    if not run.place.local_rank:
        begin_session(run)
        look_around(run)
    signals.end_by_signals(run.config)
    if saving.is_saved(run.config):
        stand_by(run)
    elif run.options.resume and not run.place.rank:
        raise pytest.UsageError("--resume goes on with a run that is to be saved: add --benchmark-autosave")


def begin_session(run: Run) -> None:
    """Count as a session of this machine; raises UsageError where the lock refuses."""
    try:
        run.session.begin(alongside=run.options.alongside)
    except RunLockError as error:
        raise pytest.UsageError(str(error)) from error


def look_around(run: Run) -> None:
    """Note what should be known before the first cell: that there is no GPU, or that others use the machine."""
    machine = run.machine_facts
    if not machine["accelerators"] and run.options.devices == ["cpu"]:
        run.circumstances.append(f"{machine['unused_gpu'] or 'no GPU found'}: only the CPU is measured")
    found, busiest = contention.watch(run.place.launcher)
    if found.is_busy:
        cores = len(contention.usable_processors())
        used = f"busy machine: other processes use {found.other_cores:.1f} of {cores} cores"
        stolen = f", its host {found.stolen_cores:.1f}" if found.stolen_cores >= 0.05 else ""
        run.circumstances.append(f"{used}{stolen}: times will be longer and less sure")
        if busiest and found.other_cores > found.stolen_cores:
            run.circumstances.append(f"  most of it: {busiest}")
    run.processor_time = ProcessorTime.now(run.place.launcher)


def stand_by(run: Run) -> None:
    """Find what is to be resumed, and write the run's file for the first time: if that works, later writes will.

    Raises UsageError where the file cannot be written or the unfinished run is another one.
    """
    storage = saving.storage(run.config) or run.results / run.machine_facts["name"]
    folder = storage / get_machine_id()
    if run.options.resume:
        take_up(run, folder)
    file = UnfinishedFile(folder, run.started)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file.write(document(run))
    except OSError as error:
        raise pytest.UsageError(
            f"{folder}: the run could not be saved there: {error.strerror}; --benchmark-storage names another folder"
        ) from error
    run.file = file
    if run.earlier.path:
        discard(run.earlier.path)


def take_up(run: Run, folder: Path) -> None:
    """Go on with the unfinished run of a folder, if there is one; raises UsageError where it is another one."""
    from crossover.benchmarks.storage import resume

    with run.session.gate():
        running = list(map(process_of, run.session.others()))
    try:
        earlier = resume.find(folder, document(run), running)
    except resume.CannotResumeError as error:
        raise pytest.UsageError(f"--resume: {error}") from error
    if earlier.path is None:
        run.progress.say(f"nothing to resume in {folder}: the run starts afresh")
        return
    resume.keep_full_turns(run.names.values(), earlier)
    run.earlier = earlier
    run.probes = earlier.probes
    run.outcomes = {cell: earlier.cells[name].outcome for cell, name in run.names.items() if name in earlier.cells}
    done = sum(found.is_finished for found in earlier.cells.values())
    begun = earlier.sessions[0]["started"]
    run.progress.say(f"resuming the run of {begun}: {done} of {len(run.names)} cells are done ({earlier.path.name})")


@contextmanager
def saved(run: Run, session: pytest.Session) -> Iterator[None]:
    """Let pytest-benchmark save alone among the sessions, and discard the run's file once the run is saved.

    What keeps the run from being saved, such as a full disk, is reported in one line, and the run's file stays.
    """
    run.is_ending = True
    is_asked = saving.is_timed(run.config) and (run.names or missing_ranks(session.items))
    if is_asked and session.exitstatus == pytest.ExitCode.OK and not run.is_measured:
        session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
        run.troubles.append("nothing was measured: every cell was left out")
    if session.exitstatus != pytest.ExitCode.INTERRUPTED:
        run.probe_again()
    if not run.file:
        yield
        return
    folder = run.file.path.parent
    is_through = is_added = False
    try:
        with run.session.gate():
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
