import re
import shutil
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from crossover.benchmarks.ab import CannotCompareError
from crossover.benchmarks.cli.app import app
from crossover.benchmarks.cli.exit_codes import REGRESSION
from crossover.benchmarks.cli.output import fail
from crossover.benchmarks.cli.usage_errors import listed, one_of
from crossover.benchmarks.harness.option_types import parse_scales, parse_seconds
from crossover.benchmarks.report.analysis.verdict import Verdict, parse_slowdown
from crossover.signals import Interrupted

if TYPE_CHECKING:
    from crossover.benchmarks.ab.comparison import ComparisonRequest

MOST_ROUNDS = 5000
"""The interval needs the means of all pairs of a process's turns, 1.4 million with this many and 3 processes."""

MOST_PROCESSES = 100
"""Each takes some seconds to start, and 100 to 300 MB."""

Value = TypeVar("Value")


class ComparisonFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


@app.command()
def ab(
    revision: Annotated[str | None, typer.Argument(metavar="REV", help="A git revision, such as main~3.")] = None,
    python: Annotated[str | None, typer.Option(metavar="PATH", help="Another interpreter for the baseline.")] = None,
    workload: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="What is trained, such as transformer or my_model.py; the MLP if not given."),
    ] = None,
    scales: Annotated[str, typer.Option(metavar="LIST", help="Model sizes, such as 1-5,10.")] = "1,3,5",
    devices: Annotated[str, typer.Option(metavar="LIST", help="torch devices, such as cpu,cuda:1, or auto.")] = "cpu",
    rounds: Annotated[str, typer.Option(metavar="N", help="The most pairs of turns of a cell.")] = "1000",
    cell_seconds: Annotated[
        str, typer.Option(metavar="S", help="The most seconds that a cell takes; 0 for no limit.")
    ] = "90",
    processes: Annotated[
        str | None,
        typer.Option(metavar="N", help="The processes of each side. Default: 6; 12 where less than 5% is allowed."),
    ] = None,
    max_slowdown: Annotated[
        str, typer.Option(metavar="PERCENT", help="The slowdown that is allowed, such as 5%.")
    ] = "10%",
    alongside: Annotated[
        bool, typer.Option("--alongside", help="Compare although another session is measuring on this machine.")
    ] = False,
    form: Annotated[
        ComparisonFormat,
        typer.Option(
            "--format",
            parser=one_of(ComparisonFormat),
            metavar=listed(ComparisonFormat),
            help="How the answer is written.",
        ),
    ] = ComparisonFormat.TEXT,
) -> None:
    """Compare this tree with a revision, or two interpreters, in turn.

    With --workload, a file of yours is compared with what it was in a revision of your own repository.

    Several processes of each train an epoch at a time, A B B A …, and are compared pair by pair until the verdict is
    settled. Exit code 1 for a regression, 2 for what cannot be compared.

    Example: crossover ab main~3 --scales 1,3,5 --max-slowdown 5%
    """
    from crossover.benchmarks.storage.run_lock import RunLockError

    try:
        request = request_of(
            revision, python, workload, scales, devices, rounds, cell_seconds, processes, max_slowdown, alongside
        )
        raise typer.Exit(answer(request, form))
    except (CannotCompareError, RunLockError) as error:
        fail(str(error))
    except Interrupted as end:
        end.add_note("nothing is left behind")
        raise


def request_of(
    revision: str | None,
    python: str | None,
    workload: str | None,
    scales: str,
    devices: str,
    rounds: str,
    cell_seconds: str,
    processes: str | None,
    max_slowdown: str,
    alongside: bool = False,
) -> "ComparisonRequest":
    """Returns what was asked for; raises CannotCompareError for a value that an option does not take."""
    from crossover.benchmarks.ab.comparison import ComparisonRequest, usual_processes
    from crossover.benchmarks.ab.turns import StoppingRule

    if not revision and not python:
        raise CannotCompareError("nothing to compare: name a revision, such as main~3, or --python PATH, or both")
    limits = StoppingRule(
        option("--max-slowdown", parse_slowdown, max_slowdown),
        option("--rounds", parse_rounds, rounds),
        option("--cell-seconds", parse_seconds, cell_seconds),
    )
    names = list(dict.fromkeys(name.strip().lower() for name in devices.split(",")))
    if not all(re.fullmatch(r"[a-z]+(:\d+)?", name) for name in names):
        raise CannotCompareError(f"--devices: {devices!r} is no list of devices, such as cpu,cuda:1")
    count = option("--processes", parse_processes, processes) if processes else usual_processes(limits.max_slowdown)
    return ComparisonRequest(
        revision, python, workload, option("--scales", parse_scales, scales), names, limits, count, alongside
    )


def option(name: str, parse: Callable[[str], Value], words: str) -> Value:
    try:
        return parse(words)
    except (ArgumentTypeError, ValueError) as error:
        raise CannotCompareError(f"{name}: {error}") from error


def parse_rounds(text: str) -> int:
    return parse_count(text, 1, MOST_ROUNDS, "pairs")


def parse_processes(text: str) -> int:
    from crossover.benchmarks.ab.ratio_interval import FEWEST_PROCESSES

    return parse_count(text, FEWEST_PROCESSES, MOST_PROCESSES, "processes")


def parse_count(text: str, fewest: int, most: int, things: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text) or not fewest <= int(text) <= most:
        raise ArgumentTypeError(f"{text!r} is out of range; it takes {fewest} to {most} {things}")
    return int(text)


def answer(request: "ComparisonRequest", form: ComparisonFormat) -> int:
    """Compare, print the result and return the exit code; raises as `comparison.run` does."""
    from crossover.benchmarks.ab import comparison, text

    found = comparison.run(request)
    if form is ComparisonFormat.JSON:
        print(text.as_json(found.labels, found.workload, found.cells, request.limits, found.verdict, found.remarks))
    else:
        is_terminal = sys.stdout.isatty()
        width = shutil.get_terminal_size().columns if is_terminal else None
        lines = text.lines_below(found.labels, found.cells, request.limits, found.verdict, found.remarks)
        print(text.text(found.labels, found.workload, found.cells, lines, width, color=is_terminal))
    return REGRESSION if found.verdict is Verdict.REGRESSION else 0
