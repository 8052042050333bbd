from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crossover.benchmarks.cli import drawing
from crossover.benchmarks.cli.against import Against, refuse, require
from crossover.benchmarks.cli.app import app
from crossover.benchmarks.cli.output import fail
from crossover.benchmarks.cli.run_selection import (
    Runs,
    cells_of,
    existing_results,
    newest_each,
    of_one_workload,
    refuse_mixture,
)
from crossover.benchmarks.cli.searches import FIND, chosen
from crossover.benchmarks.cli.usage_errors import listed, one_of
from crossover.benchmarks.kinds import KINDS, MAIN, answers
from crossover.benchmarks.report.figures.theme import Ground
from crossover.benchmarks.report.show.series import Quantity

if TYPE_CHECKING:
    from crossover.benchmarks.report.figures.figure import Picture

FORMS = (".png", ".svg", ".html")
DRAWN = [kind.name for kind in KINDS.values() if kind.is_drawn]


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
        str | None, typer.Option(metavar="NAME", help=f"{', '.join(DRAWN)} or {FIND}; {MAIN} where the run has it.")
    ] = None,
    chart: Annotated[
        list[Quantity] | None,
        typer.Option(
            parser=one_of(Quantity),
            metavar=listed(Quantity),
            help="What is drawn, once for each; time and what it is compared with where none is named.",
        ),
    ] = None,
    against: Against = None,
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

    The speedup is that over the CPU, with the crossover marked; beside the time stands the machine's limit. With
    --against flop both are drawn against the FLOP of a training step.

    With no RUN: the newest run of each machine under results/. Of a folder: the newest run of each machine in it. A
    search by `crossover find` is drawn where its file is named, or with --benchmark find.

    Example: crossover plot results/laptop -o speedup.svg --chart speedup
    """
    if benchmark in KINDS and not KINDS[benchmark].is_drawn:
        fail(f"--benchmark: {benchmark} has no picture; crossover table --benchmark {benchmark} shows it")
    drawing.charts()
    searched, others = chosen(runs, benchmark)
    from crossover.benchmarks.report.figures import figure  # imports pandas, which takes half a second

    if searched and not others:
        if len(searched) > 1:
            fail(f"there are {len(searched)} searches by `crossover find`: name the file of one")
        if chart:
            fail("--chart: there is one picture of a search by `crossover find`")
        refuse(against)
        from crossover.benchmarks.find.picture import picture

        write_picture(output, picture(searched[0]), ground)
        return
    found = of_one_workload(newest_each(runs or [existing_results()], benchmark or MAIN))
    refuse_mixture(found[0], found[1:])
    shown = [cells_of([run], benchmark) for run in found]
    require(against, [result for cells in shown for result in cells])
    try:
        drawn = figure.of([answer for cells in shown for answer in answers(cells, against)], chart or [])
    except figure.PictureError as error:
        fail(f"--chart: {error}")
    write_picture(output, drawn, ground)


def write_picture(output: Path, drawn: "Picture", ground: Ground) -> None:
    if output.suffix == ".html":
        from crossover.benchmarks.report.page import content

        drawing.save(output, content.of_picture(drawn).html())
        return
    charts = drawing.charts()
    chart_of = charts.picture(drawn.curves, drawn.title, drawn.sentences, ground.theme)
    drawing.save(output, (charts.png if output.suffix == ".png" else charts.svg)(chart_of))
