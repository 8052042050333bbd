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
from crossover.benchmarks.cli.usage_errors import nearest
from crossover.benchmarks.kinds import MAIN
from crossover.benchmarks.report.analysis.result import results
from crossover.benchmarks.report.show.machines import by_batch
from crossover.benchmarks.runs import comparability, load


@app.command()
def machines(
    runs: Runs = None,
    against: Annotated[
        str | None, typer.Option("--baseline", metavar="MACHINE", help="The machine that the others are compared with.")
    ] = None,
    form: Form = Format.TEXT,
) -> None:
    """Compare machines in training, with what makes that hard.

    With no RUN: the newest training of each machine under results/. The baseline is the first one unless one is named.

    Example: crossover machines results/laptop results/server --baseline laptop
    """
    found = of_one_workload(newest_each(runs or [existing_results()], MAIN))
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
    tables = by_batch(results(found, MAIN), load.plain(base.machine.name), remarks)
    contents = [table.content for table in tables]
    write(
        form,
        [table.sheet for table in tables],
        [row for table in tables for row in table.rows],
        contents[0] if len(contents) == 1 else {"tables": contents},
    )
