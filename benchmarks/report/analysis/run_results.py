"""The results of saved runs, a cell each, with all text made plain."""

from collections.abc import Iterable

import msgspec

from crossover.benchmarks.report.analysis import step_flop
from crossover.benchmarks.report.analysis.result import Result
from crossover.benchmarks.runs import session_marks
from crossover.benchmarks.runs.cells import Status, limits_name
from crossover.benchmarks.runs.load import SavedRun, plain
from crossover.benchmarks.runs.schema import ExtraInfo, Machine

__all__ = ["results"]


def results(runs: Iterable[SavedRun], benchmark: str | None = None) -> list[Result]:
    """The cells that were asked for, of one benchmark or of all, in the order they were taken."""
    return [each for run in runs for each in of_run(run) if benchmark is None or each.benchmark == benchmark]


def of_run(run: SavedRun) -> Iterable[Result]:
    timed = {bench.name: bench for bench in run.saved.benchmarks}
    probes = {device: msgspec.to_builtins(probe) for device, probe in run.saved.crossover.probe.items()}
    step_flops = step_flop.from_rounds(run)
    is_running, sessions = run.is_running, run.saved.crossover.sessions
    workload = run.saved.crossover.workload
    for cell in run.saved.crossover.cells:
        is_measured = cell.status == Status.MEASURED
        details = timed[cell.name].extra_info if is_measured else ExtraInfo()
        is_usual = cell.batch_size in (None, workload.batch_size)
        yield Result(
            run=run.label,
            machine=plain(run.machine.name),
            torch=run.machine.torch,
            source=plain(run.saved.crossover.source),
            workload=plain(workload.name),
            epochs=workload.epochs,
            benchmark=plain(cell.benchmark),
            scale=cell.scale,
            parameters=cell.parameters,
            step_flop=cell.step_flop or step_flops.get(cell.scale, 0),
            is_step_flop_derived=not cell.step_flop and cell.scale in step_flops,
            batch_size=cell.batch_size or workload.batch_size,
            usual_batch_size=workload.batch_size,
            samples=details.samples or (workload.samples if is_usual else None),
            device=plain(cell.device),
            threads=cell.threads,
            usual_threads=run.machine.threads,
            recipe=plain(cell.recipe),
            case={plain(name): plain(value) if isinstance(value, str) else value for name, value in cell.case.items()},
            status=plain(cell.status),
            reason=plain(cell.reason),
            rounds_s=timed[cell.name].stats.data if is_measured else [],
            details=details,
            probe=probes.get(limits_name(cell.device, cell.threads)),
            is_finished=cell.finished,
            is_running=is_running,
            marks=session_marks.marks(sessions, cell.rounds_by_session) if is_measured else [],
            was_busy=is_measured and session_marks.is_busy(sessions, cell.rounds_by_session),
            no_gpu=no_gpu(run.machine),
        )


def no_gpu(machine: Machine) -> str:
    """Says that a machine has no GPU, or why its GPU cannot be used; "" where it has one or nothing is known of it."""
    return "" if machine.accelerators is None or machine.accelerators else plain(machine.unused_gpu or "no GPU found")
