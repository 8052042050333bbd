from pathlib import Path
from typing import Annotated

import typer

from crossover.benchmarks.cli import exits
from crossover.benchmarks.cli.app import app
from crossover.benchmarks.cli.output import Form, Format, fail, write
from crossover.benchmarks.cli.runs import RESULTS, newest, newest_here, runs_beside
from crossover.benchmarks.report.analysis import baseline, regression, verdict
from crossover.benchmarks.report.show import check_sheet
from crossover.benchmarks.runs import comparability, load


def slowdown(text: str) -> float:
    try:
        return verdict.parse_slowdown(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


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
    form: Form = Format.TEXT,
) -> None:
    """Judge a run by a baseline: did training get slower?

    The two are of the same machine and the same workload. With no RUN: the newest training of this machine. With no
    --baseline: the run that `crossover pin` pinned for it. Exit code 0: no regression; 1: a regression, or a cell
    that fails now; 2: cannot be compared.

    Example: crossover check --max-slowdown 5%
    """
    now = newest(run) if run else newest_here(None)[-1]
    before = newest(against) if against else baseline.pinned(RESULTS, now)
    if Path(before.label).resolve() == Path(now.label).resolve():
        fail(f"cannot be compared: {now.label} is its own baseline; make another run")
    if reason := comparability.obstacle(before, now):
        fail(f"cannot be compared: {reason}")
    found = regression.compare(before, now, runs_beside(now), max_slowdown)
    if not found.judgements and not found.lost:
        reason = f"no cell was measured both in {before.label} and in {now.label}"
        fail(f"cannot be compared: {'; '.join([reason, *comparability.remarks(before, now)])}")
    notes = [load.plain(line) for line in comparability.remarks(before, now)]
    title = load.plain(f"{now.label} against {before.label}")
    write(
        form,
        sheets=[check_sheet.sheet(found, notes, title)],
        rows=check_sheet.rows(found),
        content=check_sheet.json_check(found, notes),
    )
    if found.verdict is verdict.Verdict.REGRESSION:
        raise typer.Exit(exits.REGRESSION)
    if unread := [each.remark for each in (before, now) if each.remark]:
        fail(f"not all could be compared: {unread[0]}")
    if found.lost:
        fail(f"{len(found.lost)} cells that the baseline measured could not be compared")
