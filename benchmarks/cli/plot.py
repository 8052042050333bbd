from pathlib import Path
from typing import Annotated

import typer

from benchmarks.report import picture
from benchmarks.report.answers import TABLES, answers
from benchmarks.report.cli import drawing
from benchmarks.report.cli.app import app
from benchmarks.report.cli.output import fail
from benchmarks.report.cli.runs import MAIN, Runs, cells_of, existing_results, newest_each, refuse_mixture
from benchmarks.report.cli.usage import listed, one_of
from benchmarks.report.curves import Quantity
from benchmarks.report.theme import Ground

FORMS = (".png", ".svg", ".html")


def form(path: str) -> Path:
    if Path(path).suffix not in FORMS:
        raise typer.BadParameter(f"{path!r} has no form that can be drawn; it ends in one of {', '.join(FORMS)}")
    return Path(path)


@app.command()
def plot(
    output: Annotated[
        Path, typer.Option("--output", "-o", parser=form, metavar="FILE", help="Where it goes: .png, .svg or .html.")
    ],
    runs: Runs = None,
    benchmark: Annotated[
        str | None, typer.Option(metavar="NAME", help="training or recipes; training where the run has it.")
    ] = None,
    chart: Annotated[
        list[Quantity] | None,
        typer.Option(
            parser=one_of(Quantity),
            metavar=listed(Quantity),
            help="What is drawn, once for each; time and what it is compared with where none is named.",
        ),
    ] = None,
    ground: Annotated[
        Ground,
        typer.Option(
            parser=one_of(Ground),
            metavar=listed(Ground),
            help="What it is looked at on; .html follows its reader.",
        ),
    ] = Ground.LIGHT,
) -> None:
    """Draw speedup and time against the number of parameters.

    The speedup is that over the CPU, with the crossover marked; beside the time stands the machine's limit.

    With no RUN: the newest run of each machine under results/. Of a folder: the newest run of each machine in it.

    Example: crossover plot results/laptop -o speedup.svg --chart speedup
    """
    if benchmark in TABLES:
        fail(f"--benchmark: {benchmark} has no picture; crossover table --benchmark {benchmark} shows it")
    charts = drawing.charts()
    found = newest_each(runs or [existing_results()], benchmark or MAIN)
    refuse_mixture(found[0], found[1:])
    try:
        drawn = picture.of([answer for run in found for answer in answers(cells_of([run], benchmark))], chart or [])
    except picture.PictureError as error:
        fail(f"--chart: {error}")
    if output.suffix == ".html":
        from benchmarks.report.page import content

        drawing.save(output, content.of_picture(drawn).html())
        return
    chart_of = charts.picture(drawn.curves, drawn.title, drawn.sentences, ground.theme)
    drawing.save(output, (charts.png if output.suffix == ".png" else charts.svg)(chart_of))
