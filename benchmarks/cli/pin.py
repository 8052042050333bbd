from pathlib import Path
from typing import Annotated

import typer

from crossover.benchmarks.cli.app import app
from crossover.benchmarks.cli.output import remark
from crossover.benchmarks.cli.run_selection import RESULTS, newest
from crossover.benchmarks.report.analysis import baseline
from crossover.benchmarks.runs import comparability, load


@app.command()
def pin(run: Annotated[Path, typer.Argument(metavar="RUN", help="The run that later ones are judged by.")]) -> None:
    """Make a run the baseline that `crossover check` judges by.

    It is that of its machine until another is pinned. Of a folder: the newest run that has training. Its name is
    written to baseline.txt in the folder of that machine, which belongs into version control.

    Example: crossover pin results/laptop
    """
    taken = newest(run)
    place = baseline.pin(RESULTS, taken)
    print(
        load.plain(f"pinned: {taken.label} of {taken.machine.name}, taken {taken.taken:%Y-%m-%d %H:%M %Z}, in {place}")
    )
    for line in comparability.weaknesses(taken):
        remark(f"{taken.label}: {line}")
