"""The text printed at the end of `pytest benchmarks`."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from crossover.benchmarks.report.analysis import regression
from crossover.benchmarks.report.analysis.verdict import MAX_SLOWDOWN
from crossover.benchmarks.report.show import check_sheet, render
from crossover.benchmarks.report.show.tables import answers
from crossover.benchmarks.runs import comparability, load
from crossover.benchmarks.runs.load import LoadError, SavedRun

__all__ = ["texts"]


def texts(
    document: dict[str, Any],
    *,
    benchmark: str | None = None,
    compared: Sequence[dict[str, Any]] = (),
    saved: Path | None = None,
    width: int | None,
    color: bool,
) -> Iterator[str]:
    """The table of each benchmark of a run, or of one, and a judgement against each run it was compared with.

    pytest-benchmark's own gate compares two numbers as if they had no noise. `saved` is the folder of this machine's
    runs, which give the noise floor. `width` is that of the terminal in columns, None for a file.
    """
    run = load.parse(document, "this run")
    frame = load.frame_of(run)
    cells = frame if benchmark is None else frame[frame["benchmark"] == benchmark]
    yield "\n\n".join(render.text(answer.sheet, width, color=color) for answer in answers(cells))
    for other in compared:
        yield ""
        yield judgement(run, other, saved, width, color=color)


def judgement(run: SavedRun, document: dict[str, Any], saved: Path | None, width: int | None, *, color: bool) -> str:
    """A run judged by a saved one, or why the two cannot be compared."""
    try:
        baseline = load.parse(document, "the compared run")
        if reason := comparability.obstacle(baseline, run):
            return load.plain(f"no verdict: {reason}")
        found = regression.compare(baseline, run, runs_under(saved), MAX_SLOWDOWN)
    except LoadError as error:
        return load.plain(f"no verdict: {error}")
    if not found.judgements and not found.lost:
        known = "; ".join(["no cell was measured in both runs", *comparability.remarks(baseline, run)])
        return load.plain(f"no verdict: {known}")
    notes = [load.plain(line) for line in comparability.remarks(baseline, run)]
    sheet = check_sheet.sheet(
        found, notes, f"This run against that of {baseline.taken:%Y-%m-%d %H:%M %Z}, with its noise"
    )
    return render.text(sheet, width, color=color)


def runs_under(folder: Path | None) -> list[SavedRun]:
    """The runs of a folder, from which the noise floor is taken; none if it holds none yet."""
    try:
        return load.read_all([folder])[0] if folder and folder.is_dir() else []
    except LoadError:
        return []
