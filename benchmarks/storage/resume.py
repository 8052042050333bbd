"""`--resume`: finds the unfinished run that was asked for, and which of its rounds are used."""

from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from crossover.benchmarks.runs import comparability, json_file, load
from crossover.benchmarks.runs.cells import Outcome, Series, Status
from crossover.benchmarks.runs.schema import SavedCell
from crossover.benchmarks.storage.earlier_sessions import Earlier, EarlierCell

__all__ = ["CannotResumeError", "find", "keep_full_turns", "kills", "leave_out"]

MUST_AGREE = {
    "torch": "torch",
    "threads": "threads",
    "cpu_quota": "CPU quota",
    "pytest_benchmark": "pytest-benchmark",
    "rounds": "--rounds",
    "cell_seconds": "--cell-seconds",
}
"""Facts of the machine and options that all sessions of one run must share, by the words for them."""


class CannotResumeError(Exception):
    """There is an unfinished run, but not the one asked for; the message says which and why."""


def find(folder: Path, now: dict[str, Any], running: Collection[str]) -> Earlier:
    """Returns the newest unfinished run of a folder that is the one asked for; an empty one where none is unfinished.

    `now` is the run as it would be saved before its first cell. `running` are the processes of other sessions, whose
    files are left alone. Raises CannotResumeError where every unfinished run is another one.
    """
    asked = load.parse(now, "this run")
    paths = [path for path in folder.glob("*.json") if load.process_of(path) not in running]
    runs = sorted((run for path in paths if (run := unfinished(path))), key=lambda run: run.taken, reverse=True)
    reasons = [difference(run, asked) for run in runs]
    if runs and all(reasons):
        raise CannotResumeError(str(reasons[0]))
    names = {cell.name for cell in asked.saved.crossover.cells}
    return next((read(run, names) for run, reason in zip(runs, reasons, strict=True) if not reason), Earlier())


def unfinished(path: Path) -> load.SavedRun | None:
    """Returns the run of a file if cells are still to come, or if all came and it was not saved; None otherwise."""
    try:
        run = load.read(path)
    except load.LoadError:
        return None
    stamp = run.saved.crossover
    is_own = stamp.sessions and all(cell.status in list(Status) for cell in stamp.cells)
    return run if is_own and (path.name.startswith(load.PREFIX) or not run.is_finished) else None


def difference(before: load.SavedRun, now: load.SavedRun) -> str | None:
    """Returns why two sessions cannot belong to one run, or None where they can."""
    reasons = [*filter(None, [comparability.other_machine(before, now)]), *comparability.refusals(before, now)]
    if before.remark:
        reasons.append(before.remark.removeprefix(f"{before.label}: "))
    sides = [run.machine_facts() | run.options() for run in (before, now)]
    reasons += [
        f"{name} differs: {sides[0][key]} then, {sides[1][key]} now"
        for key, name in MUST_AGREE.items()
        if sides[0][key] != sides[1][key]
    ]
    known, asked = ({cell.name for cell in run.saved.crossover.cells} for run in (before, now))
    if added := asked - known:
        reasons.append(f"{len(added)} cells that it has not are asked for now, such as {min(added)}")
    if not reasons:
        return None
    command = before.saved.crossover.options.command
    whole = f"; the whole command: {load.plain(command)} --resume" if command else ""
    return f"{before.label}: {load.plain(reasons[0])}{whole}"


def read(run: load.SavedRun, asked: Collection[str]) -> Earlier:
    """Returns what an unfinished run holds of each cell that was reached, and its cells that are not `asked` for."""
    path = Path(run.label)
    document: Any = json_file.decode(path)
    names = {bench.name for bench in run.saved.benchmarks}
    saved = [bench for bench in document["benchmarks"] if isinstance(bench, dict) and bench.get("name") in names]
    benches: dict[str, Any] = {bench["name"]: {"extra_info": {}} | bench for bench in saved}
    cells = {}
    for cell in run.saved.crossover.cells:
        bench = benches.get(cell.name)
        if cell.finished or bench:
            outcome = Outcome(Status(cell.status), cell.reason, cell.finished)
            rounds = len(bench["stats"]["data"]) if bench else 0
            cells[cell.name] = EarlierCell(outcome, cell.rounds_by_session, bench, rounds)
    others = [cell for cell in document["crossover"]["cells"] if cell["name"] not in asked]
    sessions, probes = document["crossover"]["sessions"], document["crossover"]["probe"]
    return Earlier(path, sessions, probes, cells, too_slow(run.saved.crossover.cells), others)


def too_slow(cells: list[SavedCell]) -> dict[Series, tuple[int, str]]:
    """Returns the smallest scale of each series at which a cell was too slow, and the reason that was given."""
    left_out = [cell for cell in cells if cell.status == Status.TOO_SLOW]
    return {
        Series(cell.benchmark, cell.device, cell.recipe, tuple(cell.case.items()), cell.batch_size, cell.threads): (
            cell.scale,
            cell.reason,
        )
        for cell in sorted(left_out, key=lambda cell: -cell.scale)
    }


def keep_full_turns(names: Iterable[str], earlier: Earlier) -> None:
    """Drop the rounds of an interrupted turn: the other cells' rounds of that turn would lie in another session."""
    groups: dict[str, list[EarlierCell]] = {}
    for name in names:
        found = earlier.cells.get(name)
        if found and found.bench and (group := found.bench["extra_info"].get("turn_group")):
            groups.setdefault(str(group), []).append(found)
    for members in groups.values():
        waiting = [member.usable for member in members if not member.outcome.finished]
        for member in members if waiting else []:
            member.usable = min(member.usable, *waiting)


def kills(earlier: Earlier) -> Counter[str]:
    """Returns how often a session was killed while it measured a cell, by the name of the cell's benchmark."""
    return Counter(name for session in earlier.sessions if (name := session.get("measuring")))


def leave_out(earlier: Earlier, name: str, reason: str) -> None:
    """End a cell: with the rounds that it has, or else as not reached."""
    found = earlier.cells.get(name)
    if found and found.bench and found.times_s:
        found.rounds_by_session = found.usable_by_session()
        found.bench["stats"]["data"] = found.times_s
        found.outcome = Outcome(Status.MEASURED, reason)
    else:
        earlier.cells[name] = EarlierCell(Outcome(Status.NOT_REACHED, reason), [0] * len(earlier.sessions), None, 0)
