from enum import StrEnum
from typing import Annotated

import typer

from crossover.benchmarks.cli.app import app
from crossover.benchmarks.cli.output import fail
from crossover.benchmarks.cli.usage import listed, one_of


class ComparisonFormat(StrEnum):
    TEXT = "text"
    JSON = "json"


@app.command()
def ab(
    revision: Annotated[str | None, typer.Argument(metavar="REV", help="A git revision, such as main~3.")] = None,
    python: Annotated[str | None, typer.Option(metavar="PATH", help="Another interpreter for the baseline.")] = None,
    scales: Annotated[str, typer.Option(metavar="LIST", help="Model sizes, such as 1-5,10.")] = "1,3,5",
    devices: Annotated[str, typer.Option(metavar="LIST", help="torch devices, such as cpu,cuda:1, or auto.")] = "cpu",
    rounds: Annotated[str, typer.Option(metavar="N", help="The most pairs of turns of a cell.")] = "400",
    cell_seconds: Annotated[
        str, typer.Option(metavar="S", help="The most seconds that a cell takes; 0 for no limit.")
    ] = "90",
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

    Both train an epoch at a time, A B B A …, and are compared pair by pair until the verdict is settled. Exit code 1
    for a regression, 2 for what cannot be compared.

    Example: crossover ab main~3 --scales 1,3,5 --max-slowdown 5%
    """
    from crossover.benchmarks.ab import CannotCompareError, command
    from crossover.benchmarks.storage.run_lock import RunLockError

    try:
        request = command.Request.parse(
            revision, python, scales, devices, rounds, cell_seconds, max_slowdown, alongside
        )
        code = command.run(request, as_json=form is ComparisonFormat.JSON)
    except (CannotCompareError, RunLockError) as error:
        fail(str(error))
    raise SystemExit(code)
