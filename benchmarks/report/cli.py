"""The `crossover` command: answers from saved runs. Data goes to stdout, remarks to stderr."""

import shutil
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import pandas as pd
import typer

from benchmarks.report import (
    baseline,
    check_sheet,
    comparability,
    load,
    machines_sheet,
    regression,
    render,
    verdict,
)
from benchmarks.report.answers import answers
from benchmarks.report.machines import side_by_side

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)

RESULTS = Path("results")

MAIN = "training"
"""The benchmark that is shown and compared between machines where none is named."""


class Format(StrEnum):
    TEXT = "text"
    MARKDOWN = "markdown"
    CSV = "csv"
    JSON = "json"


Runs = Annotated[list[Path] | None, typer.Argument(metavar="[RUN]...", help="Saved JSON files, or folders of them.")]
Form = Annotated[Format, typer.Option("--format", help="How the table is written.")]


@app.callback()
def crossover() -> None:
    """At which model size does your GPU pay off, and did your training get slower?

    Runs are made by `pytest benchmarks --benchmark-autosave`.
    """


@app.command()
def table(
    runs: Runs = None,
    benchmark: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="training, recipes or another one; training where the run has it."),
    ] = None,
    form: Form = Format.TEXT,
) -> None:
    """The table of a benchmark: the speedup of each device with the crossover marked, or the gain of each recipe.

    With no RUN: the newest run of this machine. Of a folder: the newest run of each machine in it. Where --benchmark
    names one, the newest run that has it.

    Example: crossover table results/apple-m2-max --format markdown

    Example: crossover table --benchmark recipes
    """
    found = newest_each(runs, benchmark) if runs else [having(benchmark, runs_here())[-1]]
    tables = [answer for run in found for answer in answers(cells_of(run, benchmark))]
    write(
        form,
        sheets=[each.sheet for each in tables],
        rows=[row for each in tables for row in each.rows],
        content={"tables": [each.content for each in tables]},
    )


@app.command()
def machines(
    runs: Runs = None,
    against: Annotated[
        str | None, typer.Option("--baseline", metavar="MACHINE", help="The machine that the others are compared with.")
    ] = None,
    form: Form = Format.TEXT,
) -> None:
    """Machines side by side in training, and what makes them hard to compare.

    With no RUN: the newest training of each machine under results/. The baseline is the first one unless one is named.

    Example: crossover machines results/apple-m2-max results/intel-xeon-2-cores --baseline apple-m2-max
    """
    found = newest_each(runs or [existing_results()], MAIN)
    names = [run.machine.name for run in found]
    if twice := {load.plain(name) for name in names if names.count(name) > 1}:
        fail(f"more than one run of {', '.join(sorted(twice))}: name one of each machine")
    if against is not None and against not in names:
        fail(f"--baseline: no run of {load.plain(against)!r}; it takes one of {', '.join(map(load.plain, names))}")
    base = next(run for run in found if run.machine.name == (against or names[0]))
    others = [run for run in found if run is not base]
    if refused := [line for run in others for line in comparability.refusals(base, run)]:
        fail(f"these runs must not be mixed: {'; '.join(refused)}")
    remarks = [line for run in found for line in comparability.own_remarks(run)]
    remarks += [line for run in others for line in comparability.remarks(base, run)]
    remarks = [load.plain(line) for line in remarks]
    cells = load.frame_of(*found)
    result = side_by_side(cells[cells["benchmark"] == MAIN], load.plain(base.machine.name))
    write(
        form,
        sheets=[machines_sheet.sheet(result, remarks)],
        rows=machines_sheet.rows(result),
        content=machines_sheet.json_table(result, remarks),
    )


def slowdown(text: str) -> float:
    try:
        return verdict.parse_slowdown(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


@app.command()
def check(
    run: Annotated[Path | None, typer.Argument(metavar="[RUN]", help="The run to judge.")] = None,
    against: Annotated[
        Path | None,
        typer.Option("--baseline", metavar="RUN", help="The run to judge it by, instead of the pinned one."),
    ] = None,
    max_slowdown: Annotated[float, typer.Option(parser=slowdown, metavar="PERCENT", help="What is allowed.")] = "10%",  # type: ignore[assignment]
    form: Form = Format.TEXT,
) -> None:
    """Did training get slower? A run against a baseline of the same machine and workload.

    With no RUN: the newest run of this machine. With no --baseline: the run that `crossover pin` pinned for it.
    Exit code 0: no regression; 1: a regression, or a cell that fails now; 2: cannot be compared.

    Example: crossover check --max-slowdown 5%
    """
    now = newest(run) if run else runs_here()[-1]
    before = newest(against) if against else baseline.pinned(RESULTS, now)
    if Path(before.label).resolve() == Path(now.label).resolve():
        fail(f"cannot be compared: {now.label} is its own baseline; make another run")
    if refused := comparability.refusals(before, now):
        fail(f"cannot be compared: {'; '.join(refused)}")
    if reason := comparability.other_machine(before, now):
        fail(f"cannot be compared: {reason}")
    found = regression.compare(before, now, saved_runs(), max_slowdown)
    if not found.judgements and not found.lost:
        fail(f"cannot be compared: no cell was measured both in {before.label} and in {now.label}")
    notes = [load.plain(line) for line in comparability.remarks(before, now)]
    title = load.plain(f"{now.label} against {before.label}")
    write(
        form,
        sheets=[check_sheet.sheet(found, notes, title)],
        rows=check_sheet.rows(found),
        content=check_sheet.json_check(found, notes),
    )
    if found.verdict is verdict.Verdict.REGRESSION:
        raise typer.Exit(1)
    if found.lost:
        fail(f"{len(found.lost)} cells that the baseline measured could not be compared")


@app.command()
def pin(run: Annotated[Path, typer.Argument(metavar="RUN", help="The run that later ones are judged by.")]) -> None:
    """Make a run the baseline of its machine: the one that `crossover check` judges later runs by.

    Its name is written to results/MACHINE/baseline.txt, which belongs into version control.

    Example: crossover pin results/apple-m2-max/Darwin-CPython-3.12-64bit/0003_x.json
    """
    print(f"pinned: {baseline.pin(RESULTS, newest(run))}")


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


def write(form: Format, sheets: list[render.Sheet], rows: list[dict[str, Any]], content: dict[str, Any]) -> None:
    """Print the same answer in the form that was asked for."""
    is_terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if is_terminal else None
    if form is Format.JSON:
        print(render.as_json(content))
    elif form is Format.CSV:
        print(render.csv(rows), end="")
    elif form is Format.MARKDOWN:
        print("\n\n".join(render.markdown(sheet) for sheet in sheets))
    else:
        print("\n\n".join(render.text(sheet, width, color=is_terminal) for sheet in sheets))


def read(places: list[Path]) -> list[load.Run]:
    """The runs of files and folders, oldest first; what cannot be read is said on stderr."""
    runs, refused = load.read_all(places)
    for line in refused:
        remark(line)
    return runs


def saved_runs() -> list[load.Run]:
    """All runs under results/, for what they say of noise; files that are none are passed over."""
    try:
        return load.read_all([RESULTS])[0] if RESULTS.is_dir() else []
    except load.LoadError:
        return []


def newest_each(places: list[Path], benchmark: str | None) -> list[load.Run]:
    """Every file that was named, and of each folder the newest run of each machine that has the benchmark, if named."""
    return [run for place in places for run in load.newest_of_each_machine(having(benchmark, read([place])))]


def having(benchmark: str | None, runs: list[load.Run]) -> list[load.Run]:
    """Of some runs those that have a benchmark, or all if none is named; ends the command where that is none."""
    found = [run for run in runs if benchmark is None or benchmark in run.benchmarks]
    if not found:
        held = ", ".join(sorted({name for run in runs for name in run.benchmarks}))
        fail(f"--benchmark: no {benchmark} in {runs[-1].label if len(runs) == 1 else 'these runs'}; there is {held}")
    return found


def cells_of(run: load.Run, benchmark: str | None) -> pd.DataFrame:
    """The cells of the benchmark that was named, or of the main one; of all where the run has neither."""
    cells = load.frame_of(run)
    named = cells[cells["benchmark"] == (benchmark or MAIN)]
    return cells if named.empty else named


def newest(place: Path) -> load.Run:
    return read([place])[-1]


def existing_results() -> Path:
    if not RESULTS.is_dir():
        fail(f"no folder {RESULTS}/ here: make a run with `pytest benchmarks --benchmark-autosave`, or name one")
    return RESULTS


def runs_here() -> list[load.Run]:
    """The runs that this machine has saved, oldest first; ends the command where there are none."""
    from benchmarks import machine

    facts = machine.hardware()
    measured = [run for run in read([existing_results()]) if run.saved.crossover.source == "measured"]
    runs = [run for run in measured if machine.is_same_machine(facts, run.machine_facts())]
    if not runs:
        names = ", ".join(sorted(str(folder) for folder in RESULTS.iterdir() if folder.is_dir()))
        fail(f"no run of this machine: make one with `pytest benchmarks --benchmark-autosave`, or name one of {names}")
    return runs


def remark(line: str) -> None:
    print(f"crossover: {load.plain(line)}", file=sys.stderr)


def fail(line: str) -> NoReturn:
    remark(line)
    raise SystemExit(2)


def main() -> None:
    """Run the command; whatever is wrong with its input ends in one line and exit code 2."""
    try:
        app()
    except (load.LoadError, baseline.BaselineError) as error:
        fail(str(error))
    except BrokenPipeError:
        sys.stderr.close()  # `crossover table | head`
