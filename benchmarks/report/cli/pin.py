from pathlib import Path
from typing import Annotated

import typer

from benchmarks.report import baseline
from benchmarks.report.cli.app import app
from benchmarks.report.cli.runs import RESULTS, newest


@app.command()
def pin(run: Annotated[Path, typer.Argument(metavar="RUN", help="The run that later ones are judged by.")]) -> None:
    """Make a run the baseline that `crossover check` judges by.

    It is that of its machine until another is pinned; of a folder it is the newest run. Its name is written to
    results/MACHINE/baseline.txt, which belongs into version control.

    Example: crossover pin results/laptop
    """
    print(f"pinned: {baseline.pin(RESULTS, newest(run))}")
