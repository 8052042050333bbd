"""Did training get slower? The newest run of a machine is judged by its baseline, as the page says it."""

from dataclasses import dataclass
from pathlib import Path

from crossover.benchmarks.report.analysis import baseline, noise, regression
from crossover.benchmarks.report.analysis.verdict import MAX_SLOWDOWN
from crossover.benchmarks.report.show import check
from crossover.benchmarks.report.show.sheet import Sheet
from crossover.benchmarks.runs import load
from crossover.benchmarks.runs.load import SavedRun

__all__ = ["Checked", "checked"]


@dataclass(frozen=True)
class Checked:
    """The lines about a run, with the table behind them if there is one."""

    lines: list[str]
    sheet: Sheet | None = None


def checked(run: SavedRun, results: Path) -> Checked | None:
    """Judge a run by the one pinned for its machine, as `crossover check` does; None if none is pinned."""
    try:
        if not is_pinned(run, results):
            return None
        before = baseline.pinned(results, run)
    except (baseline.BaselineError, load.LoadError) as error:
        return Checked([load.plain(f"no verdict: {error}")])
    if Path(before.label).resolve() == Path(run.label).resolve():
        return Checked(["no verdict: the newest run is the baseline itself"])
    try:
        history = noise.history_of(baseline.machine_folder(results, run))
        found = regression.judge_run(before, run, history, MAX_SLOWDOWN)
    except regression.CannotJudgeError as error:
        return Checked([load.plain(f"no verdict: {error}")])
    title = load.plain(f"Newest run against the baseline, on {run.machine.name}")
    both = load.plain(f"{run.label} against {before.label}")
    return Checked(check.headlines(found), check.answer(found, title, [both]).sheet)


def is_pinned(run: SavedRun, results: Path) -> bool:
    """Whether a run's machine has a baseline; no if its name cannot be a folder's."""
    try:
        return (baseline.machine_folder(results, run) / baseline.file_name(run)).exists()
    except (baseline.BaselineError, OSError):
        return False
