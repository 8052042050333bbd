from pathlib import Path
from typing import Annotated

import typer

from crossover.benchmarks.cli import drawing
from crossover.benchmarks.cli.against import Against, refuse, require
from crossover.benchmarks.cli.app import app
from crossover.benchmarks.cli.run_selection import RESULTS, Runs, existing_results, newest_benchmarks
from crossover.benchmarks.find.saved import result_of
from crossover.benchmarks.kinds import MAIN, answers
from crossover.benchmarks.report.analysis.run_results import results
from crossover.benchmarks.runs import load, searches


@app.command()
def report(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE.html", help="Where it goes.")],
    runs: Runs = None,
    against: Against = None,
) -> None:
    """Write one self-contained page: answers, charts, tables.

    It holds the machines too, and what makes them hard to compare. It loads nothing, and can be mailed or put on
    any static host.

    With no RUN: of each machine under results/ the newest run of each benchmark; likewise of a folder.

    Example: crossover report -o report.html

    Example: crossover report results/laptop results/server -o report.html
    """
    drawing.charts()
    from crossover.benchmarks.find.picture import page
    from crossover.benchmarks.report.page import content

    places = runs or [existing_results()]
    searched, places = searches.searches(places)
    found = newest_benchmarks(places) if places else []
    shown = [(joined, name, results(joined, load.plain(name))) for joined, name in found]
    if not shown:
        refuse(against)
    require(against, [result for _, _, cells in shown for result in cells])
    parts = [content.Shown(joined, name, answers(cells, against)) for joined, name, cells in shown]
    rounds = content.page(parts, MAIN, RESULTS) if parts else None
    drawing.save(output, page(rounds, list(map(result_of, searched))).html())
