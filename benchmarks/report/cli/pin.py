from pathlib import Path
from typing import Annotated

import typer

from benchmarks.report import baseline
from benchmarks.report.cli.app import app
from benchmarks.report.cli.runs import RESULTS, newest


@app.command()
def pin(run: Annotated[Path, typer.Argument(metavar="RUN", help="The run that later ones are judged by.")]) -> None:
    """Make a run the baseline of its machine: the one that `crossover check` judges later runs by.

    Its name is written to results/MACHINE/baseline.txt, which belongs into version control.

    Example: crossover pin results/apple-m2-max/Darwin-CPython-3.12-64bit/0003_x.json
    """
    print(f"pinned: {baseline.pin(RESULTS, newest(run))}")
