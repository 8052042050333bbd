from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from crossover.benchmarks.cli import exit_codes
from crossover.benchmarks.cli.app import app
from crossover.benchmarks.cli.output import Form, Format, fail, write
from crossover.benchmarks.cli.run_selection import RESULTS, newest, newest_here
from crossover.benchmarks.cli.usage_errors import listed, one_of
from crossover.benchmarks.report.analysis import baseline, noise, regression, verdict
from crossover.benchmarks.report.show import check as show
from crossover.benchmarks.runs import load


def slowdown(text: str) -> float:
    try:
        return verdict.parse_slowdown(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


class FailOn(StrEnum):
    UNDECIDED = "undecided"


@app.command()
def check(
    run: Annotated[Path | None, typer.Argument(metavar="RUN", help="The run to judge.")] = None,
    against: Annotated[
        Path | None,
        typer.Option("--baseline", metavar="RUN", help="The run to judge it by, instead of the pinned one."),
    ] = None,
    max_slowdown: Annotated[
        float, typer.Option(parser=slowdown, metavar="PERCENT", help="The slowdown that is allowed, such as 5%.")
    ] = "10%",  # type: ignore[assignment]
    fail_on: Annotated[
        FailOn | None,
        typer.Option(
            parser=one_of(FailOn), metavar=listed(FailOn), help="What fails besides a regression: exit code 3."
        ),
    ] = None,
    form: Form = Format.TEXT,
) -> None:
    """Judge a run by a baseline: did training get slower?

    The two are of the same machine and the same workload. With no RUN: the newest training of this machine. Of a
    folder: the newest run that has training. With no --baseline: the run that `crossover pin` pinned for it.

    Each time is divided by that of the control beside it, where both runs have the same one and that makes the change
    surer: what slowed the control too is the machine, not the code.

    Exit code 0: no regression; 1: a regression, or a cell that fails now; 2: cannot be compared; 3: undecided, if
    --fail-on asks for it.

    Example: crossover check --max-slowdown 5%
    """
    now = newest(run) if run else newest_here(None)[-1]
    before = newest(against) if against else baseline.pinned(RESULTS, now)
    if Path(before.label).resolve() == Path(now.label).resolve():
        fail(f"cannot be compared: {now.label} is its own baseline; make another run")
    try:
        history = noise.history_of(baseline.machine_folder(RESULTS, now))
        found = regression.judge_run(before, now, history, max_slowdown)
    except regression.CannotJudgeError as error:
        fail(f"cannot be compared: {error}")
    title = load.plain(f"{now.label} against {before.label}")
    shown = show.answer(found, title)
    write(form, [shown.sheet], shown.rows, shown.content)
    if found.verdict is verdict.Verdict.REGRESSION:
        raise typer.Exit(exit_codes.REGRESSION)
    if unread := [each.remark for each in (before, now) if each.remark]:
        fail(f"not all could be compared: {unread[0]}")
    if found.lost:
        fail(f"{len(found.lost)} cells that the baseline measured could not be compared")
    if fail_on is FailOn.UNDECIDED and found.verdict is verdict.Verdict.UNDECIDED:
        raise typer.Exit(exit_codes.UNDECIDED)
