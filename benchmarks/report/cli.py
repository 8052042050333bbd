"""The `crossover` command: answers from saved runs. Data goes to stdout, remarks to stderr."""

import shutil
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from benchmarks.report import load, render
from benchmarks.report.table import speedup_table

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

RESULTS = Path("results")

Runs = Annotated[list[Path] | None, typer.Argument(metavar="[RUN]...", help="Saved JSON files, or folders of them.")]


class Format(StrEnum):
    TEXT = "text"
    MARKDOWN = "markdown"
    CSV = "csv"
    JSON = "json"


@app.callback()
def crossover() -> None:
    """At which model size does your GPU pay off, and did your training get slower?

    Runs are made by `pytest benchmarks --benchmark-autosave`.
    """


@app.command()
def table(
    runs: Runs = None,
    form: Annotated[Format, typer.Option("--format", help="How the table is written.")] = Format.TEXT,
) -> None:
    """The speedup table of runs, with the crossover marked.

    With no RUN: the newest run of this machine. Of a folder: the newest run of each machine in it.

    Example: crossover table results/apple-m2-max --format markdown
    """
    found = load.newest_of_each_machine(read(runs)) if runs else [newest_here()]
    tables = [speedup_table(load.frame_of(run)) for run in found]
    if form is Format.JSON:
        print(render.as_json(tables))
    elif form is Format.CSV:
        print(render.csv(tables), end="")
    elif form is Format.MARKDOWN:
        print("\n\n".join(render.markdown(each) for each in tables))
    else:
        is_terminal = sys.stdout.isatty()
        width = shutil.get_terminal_size().columns if is_terminal else None
        print("\n\n".join(render.text(each, width, color=is_terminal) for each in tables))


def read(places: list[Path]) -> list[load.Run]:
    """The runs of files and folders; what cannot be read is said on stderr."""
    runs, refused = load.read_all(places)
    for line in refused:
        remark(line)
    return runs


def newest_here() -> load.Run:
    """The newest run that this machine has saved."""
    from benchmarks import machine

    if not RESULTS.is_dir():
        fail(f"no folder {RESULTS}/ here: make a run with `pytest benchmarks --benchmark-autosave`, or name one")
    facts = machine.hardware()
    measured = [run for run in read([RESULTS]) if run.saved.crossover.source == "measured"]
    runs = [run for run in measured if machine.is_same_machine(facts, run.machine_facts())]
    if not runs:
        names = ", ".join(sorted(str(folder) for folder in RESULTS.iterdir() if folder.is_dir()))
        fail(f"no run of this machine: make one with `pytest benchmarks --benchmark-autosave`, or name one of {names}")
    return runs[-1]


def remark(line: str) -> None:
    print(f"crossover: {line}", file=sys.stderr)


def fail(line: str) -> NoReturn:
    remark(line)
    raise SystemExit(2)


def main() -> None:
    """Run the command; whatever is wrong with its input ends in one line and exit code 2."""
    try:
        app()
    except load.LoadError as error:
        fail(str(error))


class ComparisonFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


@app.command()
def ab(
    revision: Annotated[str | None, typer.Argument(metavar="[REV]", help="A git revision, such as main~3.")] = None,
    python: Annotated[str | None, typer.Option(metavar="PATH", help="Another interpreter for the baseline.")] = None,
    scales: Annotated[str, typer.Option(metavar="LIST", help="Model sizes.")] = "1,3,5",
    devices: Annotated[str, typer.Option(metavar="LIST", help="torch devices, or auto.")] = "cpu",
    rounds: Annotated[int, typer.Option(metavar="N", help="The most pairs of turns of a cell.")] = 400,
    cell_seconds: Annotated[float, typer.Option(metavar="S", help="The most a cell may take; 0: no limit.")] = 90,
    max_slowdown: Annotated[str, typer.Option(metavar="SHARE", help="The slowdown that is allowed.")] = "10%",
    form: Annotated[ComparisonFormat, typer.Option("--format", help="How it is written.")] = ComparisonFormat.TEXT,
) -> None:
    """Compare this tree with a git revision, or this interpreter with another, turn by turn.

    Both train an epoch at a time, A B B A …, and are compared pair by pair until the verdict is settled. Exit code 1
    for a regression, 2 for what cannot be compared.

    Example: crossover ab main~3 --scales 1,3,5 --max-slowdown 5%
    """
    from benchmarks.ab import CannotCompareError, command

    try:
        request = command.Request.parse(revision, python, scales, devices, rounds, cell_seconds, max_slowdown)
        code = command.run(request, as_json=form is ComparisonFormat.JSON)
    except CannotCompareError as error:
        fail(str(error))
    raise SystemExit(code)
