"""The text printed at the end of `pytest benchmarks`."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from crossover.benchmarks.report.analysis import noise, regression
from crossover.benchmarks.report.analysis.result import Result
from crossover.benchmarks.report.analysis.run_results import results
from crossover.benchmarks.report.analysis.verdict import MAX_SLOWDOWN
from crossover.benchmarks.report.show import check, render
from crossover.benchmarks.report.show.answer import Answer
from crossover.benchmarks.runs import load
from crossover.benchmarks.runs.load import LoadError, SavedRun

__all__ = ["texts"]


def texts(
    document: dict[str, Any],
    answers: Callable[[list[Result]], list[Answer]],
    *,
    benchmark: str | None = None,
    compared: Sequence[dict[str, Any]] = (),
    saved: Path | None = None,
    width: int | None,
    color: bool,
) -> Iterator[str]:
    """The table of each benchmark of a run, or of one, and a judgement against each run it was compared with.

    pytest-benchmark's own gate compares two numbers as if they had no noise. `answers` makes the tables, `saved` is the
    folder of this machine's runs, which give the noise floor, and `width` is that of the terminal in columns, None for
    a file.
    """
    run = load.parse(document, "this run")
    tables = answers(results([run], benchmark))
    yield "\n\n".join(render.text(answer.sheet, width, color=color) for answer in tables)
    for other in compared:
        yield ""
        yield judgement(run, other, saved, width, color=color)


def judgement(run: SavedRun, document: dict[str, Any], saved: Path | None, width: int | None, *, color: bool) -> str:
    """A run judged by a saved one, or why the two cannot be compared."""
    try:
        baseline = load.parse(document, "the compared run")
        found = regression.judge_run(baseline, run, noise.history_of(saved), MAX_SLOWDOWN)
    except (LoadError, regression.CannotJudgeError) as error:
        return load.plain(f"no verdict: {error}")
    title = f"This run against that of {baseline.taken:%Y-%m-%d %H:%M %Z}, with its noise"
    return render.text(check.answer(found, title).sheet, width, color=color)
