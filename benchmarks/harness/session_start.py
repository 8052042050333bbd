"""What a session does before its first cell: locks the machine, looks around, resumes, and writes the run's file."""

import gc
import signal
from pathlib import Path

import pytest
from pytest_benchmark.utils import get_machine_id

from crossover import signals
from crossover.benchmarks.harness.run import Run
from crossover.benchmarks.harness.trainable import require_trainable
from crossover.benchmarks.machine import contention, facts, gpu_contention, host
from crossover.benchmarks.machine.contention import ProcessorTime
from crossover.benchmarks.runs import load
from crossover.benchmarks.runs.plain import plain
from crossover.benchmarks.storage import pytest_benchmark_options, resume, size_limit
from crossover.benchmarks.storage.autosave import UnfinishedFile, discard
from crossover.benchmarks.storage.document import document
from crossover.benchmarks.storage.earlier_sessions import Earlier
from crossover.benchmarks.storage.run_lock import RunLockError, process_of
from crossover.model.workload import WorkloadError
from crossover.model.workloads import checks

__all__ = ["begin"]


def begin(run: Run) -> None:
    """Get ready for the first cell; raises UsageError for what would spoil or lose the measurements.

    Under torchrun, the first rank on each machine counts as its session, and only rank 0 saves.
    """
    if run.options.skip_killed and not run.options.resume:
        raise pytest.UsageError("--skip-killed is about the run that --resume goes on with: add --resume")
    if run.names:
        require_workload(run)
    if not run.names or not pytest_benchmark_options.is_timed(run.config):
        return
    if not run.place.local_rank:
        lock_machine(run)
        look_around(run)
    gc.collect()
    gc.freeze()  # what is there now stays, and need not be looked through before every round
    run.config.add_cleanup(signals.end_by_signals(second_ctrl_c=signal.default_int_handler))
    if not run.place.rank:
        require_readable(run)
    if pytest_benchmark_options.is_saved(run.config):
        if short := size_limit.shortage(len(run.names), run.options.budget.rounds, run.place.size):
            raise pytest.UsageError(short)
        stand_by(run)
    elif run.options.resume and not run.place.rank:
        raise pytest.UsageError("--resume goes on with a run that is to be saved: add --benchmark-autosave")


def require_workload(run: Run) -> None:
    """Raise UsageError where a user's workload cannot be trained at the smallest of its scales."""
    if run.workload.is_built_in:
        return
    try:
        require_trainable(run.workload, min(cell.scale for cell in run.names))
        checks.require_growth(run.workload, {cell.scale: run.parameters(cell) for cell in run.names})
    except WorkloadError as error:
        raise pytest.UsageError(f"--workload: {plain(str(error))}") from error


def require_readable(run: Run) -> None:
    """Raise UsageError where readers would refuse the run, or one of its cells, even before its first round."""
    try:
        fault = load.parse(document(run), "this run").remark
    except load.LoadError as error:
        fault = str(error)
    if fault:
        raise pytest.UsageError(f"could not be read once it is saved: {plain(fault)}")


def lock_machine(run: Run) -> None:
    """Count as a session of this machine; raises UsageError where the lock refuses."""
    try:
        run.session.lock.begin(alongside=run.options.alongside)
    except RunLockError as error:
        raise pytest.UsageError(str(error)) from error


def look_around(run: Run) -> None:
    """Note what should be known before the first cell: no GPU, more threads than a quota gives, others at work."""
    machine = run.machine_facts
    if machine["accelerators"] == [] and run.options.devices == ["cpu"]:
        run.circumstances.append(f"{machine['unused_gpu'] or 'no GPU found'}: only the CPU is measured")
    most = max(run.options.threads or [machine["threads"]])
    run.circumstances += host.beyond_quota(machine["cpu_quota"], most, run.place.local_size)
    with facts.reading("use by other processes"):
        watch_others(run)


def watch_others(run: Run) -> None:
    """Note that other processes use the machine, and from when on that counts."""
    gpus = {device: gpu for device in run.options.devices if (gpu := gpu_contention.watch(device))}
    found, busiest = contention.watch(run.place.launcher)
    for device, gpu in gpus.items():
        if (share := gpu.others(run.place.launcher, is_idle=True) or 0.0) > contention.BUSY_GPU:
            used = f"busy GPU: kernels of other processes run on {device} for {share:.0%} of the time"
            run.circumstances.append(f"{used}: times will be longer and less sure")
    if found.is_busy:
        cores = len(contention.usable_processors())
        used = f"busy machine: other processes use {found.other_cores:.1f} of {cores} cores"
        stolen = f", its host {found.stolen_cores:.1f}" if found.stolen_cores >= 0.05 else ""
        run.circumstances.append(f"{used}{stolen}: times will be longer and less sure")
        if busiest and found.other_cores > found.stolen_cores:
            run.circumstances.append(f"  most of it: {busiest}")
    run.session.processor_time = ProcessorTime.now(run.place.launcher)


def stand_by(run: Run) -> None:
    """Find what is to be resumed, and write the run's file for the first time: if that works, later writes will.

    Raises UsageError where the file cannot be written or the unfinished run is another one.
    """
    storage = pytest_benchmark_options.storage(run.config) or run.results / run.machine_facts["name"]
    folder = storage / get_machine_id()
    if run.options.resume:
        take_up(run, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = UnfinishedFile(folder, run.session.started)
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
    with run.session.lock.gate():
        running = list(map(process_of, run.session.lock.others()))
    try:
        earlier = resume.find(folder, document(run), running)
    except resume.CannotResumeError as error:
        raise pytest.UsageError(f"--resume: {error}") from error
    if earlier.path is None:
        run.terminal.say(f"nothing to resume in {folder}: the run starts afresh")
        return
    resume.keep_full_turns(run.names.values(), earlier)
    killed = after_kills(run, earlier)
    run.earlier = earlier
    run.probes = earlier.probes
    run.too_slow = earlier.too_slow
    run.forecast.without_rounds.update(earlier.too_slow)
    run.outcomes = {cell: earlier.cells[name].outcome for cell, name in run.names.items() if name in earlier.cells}
    done = sum(found.is_finished for found in earlier.cells.values())
    begun = earlier.sessions[0]["started"]
    run.terminal.say(f"resuming the run of {begun}: {done} of {len(run.names)} cells are done ({earlier.path.name})")
    for line in killed:
        run.terminal.say(line)


def after_kills(run: Run, earlier: Earlier) -> list[str]:
    """Leave out cells during which the run was killed, where that is asked for or was the second time.

    Returns a line for each such cell, and for each that is measured again.
    """
    kills = resume.kills(earlier)
    to_come = [(cell, name) for cell, name in run.names.items() if not earlier.is_over(name)]
    lines = []
    for number, (cell, name) in enumerate(to_come):
        if not kills[name]:
            continue
        words = f"the run was killed {'twice ' * (kills[name] > 1)}while {cell} was being measured"
        if run.options.skip_killed or kills[name] > 1:
            resume.leave_out(earlier, name, words)
            lines.append(f"{words}: it is left out")
        else:
            again = "measures" if number else "begins with"
            lines.append(f"{words}, and {again} it again: --skip-killed leaves it out")
    return lines
