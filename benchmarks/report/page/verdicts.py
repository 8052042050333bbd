"""Did training get slower? The newest run of a machine is judged by its baseline, as the page says it."""

from dataclasses import dataclass
from pathlib import Path

from crossover.benchmarks.report.analysis import baseline, regression
from crossover.benchmarks.report.analysis.verdict import MAX_SLOWDOWN
from crossover.benchmarks.report.show import check_sheet
from crossover.benchmarks.report.show.render import Sheet
from crossover.benchmarks.runs import comparability, load
from crossover.benchmarks.runs.load import SavedRun

__all__ = ["Checked", "checked"]


@dataclass(frozen=True)
class Checked:
    """The lines about a run, with the table behind them if there is one."""

    lines: list[str]
    sheet: Sheet | None = None


def checked(run: SavedRun, results: Path, saved: list[SavedRun]) -> Checked | None:
    """Judge a run by the one pinned for its machine, as `crossover check` does; None if none is pinned.

    The runs in `saved` give the noise floor.
    """
    try:
        if not is_pinned(run, results):
            return None
        before = baseline.pinned(results, run)
    except (baseline.BaselineError, load.LoadError) as error:
        return Checked([load.plain(f"no verdict: {error}")])
    if Path(before.label).resolve() == Path(run.label).resolve():
        return Checked(["no verdict: the newest run is the baseline itself"])
    if reason := comparability.obstacle(before, run):
        return Checked([load.plain(f"no verdict: {reason}")])
    found = regression.compare(before, run, saved, MAX_SLOWDOWN)
    if not found.judgements and not found.lost:
        return Checked(["no verdict: no cell was measured in both runs"])
    notes = [load.plain(line) for line in comparability.remarks(before, run)]
    notes.append(load.plain(f"{run.label} against {before.label}"))
    title = f"Newest run against the baseline, on {load.plain(run.machine.name)}"
    return Checked(check_sheet.headlines(found), check_sheet.sheet(found, notes, title))


def is_pinned(run: SavedRun, results: Path) -> bool:
    """Whether a run's machine has a baseline; no if its name cannot be a folder's."""
    try:
        return (baseline.machine_folder(results, run) / baseline.NAME).exists()
    except (baseline.BaselineError, OSError):
        return False
