from pathlib import Path
from typing import Annotated

import typer

from benchmarks.report.cli import drawing
from benchmarks.report.cli.app import app
from benchmarks.report.cli.runs import MAIN, RESULTS, Runs, existing_results, newest_benchmarks, saved_runs


@app.command()
def report(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE.html", help="Where it goes.")],
    runs: Runs = None,
) -> None:
    """Write one self-contained page: answers, charts, tables.

    It holds the machines too, and what makes them hard to compare. It loads nothing, and can be mailed or put on
    any static host.

    With no RUN: of each machine under results/ the newest run of each benchmark; likewise of a folder.

    Example: crossover report -o report.html

    Example: crossover report results/laptop results/server -o report.html
    """
    drawing.charts()
    from benchmarks.report.page import content

    parts = [content.shown(joined, name) for joined, name in newest_benchmarks(runs or [existing_results()])]
    drawing.save(output, content.page(parts, MAIN, RESULTS, saved_runs()).html())
