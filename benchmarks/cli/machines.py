from pathlib import Path
from typing import Annotated

import typer

from crossover.benchmarks.cli.app import app
from crossover.benchmarks.cli.output import Form, Format, fail, write
from crossover.benchmarks.cli.run_selection import (
    Runs,
    existing_results,
    newest_each,
    of_one_workload,
    refuse_mixture,
)
from crossover.benchmarks.cli.searches import FIND, chosen
from crossover.benchmarks.cli.usage_errors import nearest
from crossover.benchmarks.find.side_by_side import side_by_side
from crossover.benchmarks.kinds import MAIN
from crossover.benchmarks.report.analysis.run_results import results
from crossover.benchmarks.report.show.answer import Answer
from crossover.benchmarks.report.show.machines import by_batch
from crossover.benchmarks.runs import comparability, load


@app.command()
def machines(
    runs: Runs = None,
    benchmark: Annotated[
        str | None,
        typer.Option(metavar="NAME", help=f"{MAIN} or {FIND}. Default: {MAIN}; {FIND} where only searches are saved."),
    ] = None,
    against: Annotated[
        str | None, typer.Option("--baseline", metavar="MACHINE", help="The machine that the others are compared with.")
    ] = None,
    form: Form = Format.TEXT,
) -> None:
    """Compare machines in training, with what makes that hard.

    With no RUN: the newest training of each machine under results/. The baseline is the first one unless one is named.
    Searches by `crossover find` stand side by side with --benchmark find, or where nothing else is there.

    Example: crossover machines results/laptop results/server --baseline laptop

    Example: crossover machines --benchmark find
    """
    if benchmark not in (None, MAIN, FIND):
        fail(f"--benchmark: machines are compared in {MAIN} or {FIND}, and not in {benchmark}")
    asked = runs or [existing_results()]
    searched, places = chosen(asked, benchmark)
    if searched and not places:
        if against is not None:
            fail(f"--baseline: it is for {MAIN}; each search has a baseline of its own")
        show(form, side_by_side(searched))
    else:
        show(form, of_training(asked, against))


def of_training(places: list[Path], against: str | None) -> list[Answer]:
    """The tables of the machines' training; ends the command where they cannot be compared."""
    found = of_one_workload(newest_each(places, MAIN))
    names = [run.machine.name for run in found]
    if twice := {load.plain(name) for name in names if names.count(name) > 1}:
        fail(f"more than one run of {', '.join(sorted(twice))}: name one of each machine")
    if against is not None and against not in names:
        known = ", ".join(map(load.plain, names))
        fail(f"--baseline: no run of {load.plain(against)!r}; it takes one of {known}{nearest(against, names)}")
    base = next(run for run in found if run.machine.name == (against or names[0]))
    others = [run for run in found if run is not base]
    refuse_mixture(base, others)
    remarks = [load.plain(line) for line in comparability.all_remarks(base, others)]
    return by_batch(results(found, MAIN), load.plain(base.machine.name), remarks)


def show(form: Format, tables: list[Answer]) -> None:
    contents = [table.content for table in tables]
    write(
        form,
        [table.sheet for table in tables],
        [row for table in tables for row in table.rows],
        contents[0] if len(contents) == 1 else {"tables": contents},
    )
