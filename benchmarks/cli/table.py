from pathlib import Path
from typing import Annotated, Any

import typer

from crossover.benchmarks.cli.against import Against, refuse, require
from crossover.benchmarks.cli.app import app
from crossover.benchmarks.cli.output import Form, Format, fail, write
from crossover.benchmarks.cli.run_selection import Runs, cells_of, joined, newest_each, newest_here
from crossover.benchmarks.cli.searches import FIND, chosen
from crossover.benchmarks.find.table import table as search_table
from crossover.benchmarks.kinds import KINDS, MAIN, answers
from crossover.benchmarks.report.analysis.axis import Axis
from crossover.benchmarks.report.show.answer import Answer


@app.command()
def table(
    runs: Runs = None,
    benchmark: Annotated[
        str | None,
        typer.Option(metavar="NAME", help=f"{', '.join(KINDS)}, {FIND}. Default: {MAIN}."),
    ] = None,
    against: Against = None,
    form: Form = Format.TEXT,
) -> None:
    """Show the table of a benchmark, with the crossover marked.

    It holds the speedup of each device, or the gain of each recipe. Of loading it is what training waits for its
    data, of inference how fast a saved network answers. Of distributed it is what several processes gain over one,
    from all runs that trained the same as the newest. Of find it is what `crossover find` measured.

    With no RUN: the newest run of this machine that has training, or a search where nothing else is saved. Of a
    folder: the newest run of each machine in it.
    Where --benchmark names one, the newest run that has it.

    Example: crossover table results/laptop --format markdown

    Example: crossover table --benchmark recipes

    Example: crossover table --against flop
    """
    if against and benchmark in KINDS and not KINDS[benchmark].is_crossed:
        fail(f"--against: {benchmark} has no crossover to show against {against.title}")
    searched, places = chosen(runs, benchmark)
    tables = rounds(places, benchmark, against) if places is None or places else []
    if not tables:
        refuse(against)
    contents: dict[str, Any] = {"tables": [each.content for each in tables]} if tables else {}
    searches = list(map(search_table, searched))
    contents |= {"searches": [each.content for each in searches]} if searches else {}
    shown = [*searches, *tables]
    write(form, [each.sheet for each in shown], [row for each in shown for row in each.rows], contents)


def rounds(runs: list[Path] | None, benchmark: str | None, against: Axis | None) -> list[Answer]:
    """The tables of what was measured in rounds; ends the command where there is none."""
    found = newest_each(runs, benchmark) if runs else newest_here(benchmark)
    groups = [cells_of(group, benchmark) for group in joined(found, benchmark)]
    require(against, [result for group in groups for result in group])
    tables = [answer for group in groups for answer in answers(group, against)]
    if not tables:
        fail("no table can be made of these cells: the parts of their case are not as results/README.md lists them")
    return tables
