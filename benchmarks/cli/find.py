import re
from typing import TYPE_CHECKING, Annotated

import typer

from crossover.benchmarks.ab import CannotCompareError
from crossover.benchmarks.cli.ab import option
from crossover.benchmarks.cli.app import app
from crossover.benchmarks.cli.exit_codes import UNDECIDED
from crossover.benchmarks.cli.output import Form, Format, fail, write
from crossover.benchmarks.harness.option_types import parse_scales, parse_seconds

if TYPE_CHECKING:
    from crossover.benchmarks.find.finding import Request
    from crossover.benchmarks.find.result import Result

SHORTEST_S = 5.0
"""In less time no process has started."""


@app.command()
def find(
    workload: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="What is trained, such as transformer or my_model.py; the MLP if not given."),
    ] = None,
    devices: Annotated[str | None, typer.Option(metavar="LIST", help="Two torch devices, such as cpu,cuda.")] = None,
    threads: Annotated[str | None, typer.Option(metavar="LIST", help="Two numbers of threads, such as 1,2.")] = None,
    recipes: Annotated[str | None, typer.Option(metavar="LIST", help="Two recipes, such as article,native.")] = None,
    scales: Annotated[str, typer.Option(metavar="LIST", help="Model sizes to search, such as 1-5,10.")] = "1-100",
    within: Annotated[
        str, typer.Option(metavar="PERCENT", help="How far the interval may reach from the crossing.")
    ] = "10%",
    seconds: Annotated[str, typer.Option(metavar="S", help="The most seconds that it takes.")] = "60",
    alongside: Annotated[
        bool, typer.Option("--alongside", help="Search although another session is measuring on this machine.")
    ] = False,
    form: Form = Format.TEXT,
) -> None:
    """Find the size at which the GPU pays off, in a minute.

    Several processes of each side train in turn, A B B A …, at both ends and the middle of the sizes that fit, and then
    ever closer to where one side overtakes the other. Without options the CPU is compared with the accelerator, or one
    thread with all where there is none. Exit code 0 where the crossing is found or there is surely none, 3 where that
    is undecided.

    Example: crossover find --devices cpu,cuda --within 10%
    """
    from crossover.benchmarks.storage.run_lock import RunLockError

    try:
        request = request_of(workload, devices, threads, recipes, scales, within, seconds, alongside)
        code = answer(request, form)
    except (CannotCompareError, RunLockError) as error:
        fail(str(error))
    raise typer.Exit(code)


def request_of(
    workload: str | None,
    devices: str | None,
    threads: str | None,
    recipes: str | None,
    scales: str,
    within: str,
    seconds: str,
    alongside: bool,
) -> "Request":
    """Returns what was asked for; raises CannotCompareError for a value that an option does not take."""
    from crossover.benchmarks.find.finding import Request
    from crossover.benchmarks.find.sides import Choice

    listed = option("--scales", parse_scales, scales)
    if len(listed) < 2:
        raise CannotCompareError(f"--scales: between {scales} and itself nothing crosses; name more, such as 1-100")
    choice = Choice.of(devices, threads, recipes)
    share, most_s = option("--within", parse_within, within), option("--seconds", parse_duration, seconds)
    return Request(choice, workload, listed, share, most_s, alongside)


def parse_within(text: str) -> float:
    match = re.fullmatch(r"(\d{1,3}(?:\.\d{1,4})?)%?", text)
    if not match or not float(match[1]):
        raise ValueError(f"{text!r} is no width; it takes a percentage above 0, such as 10%")
    return float(match[1]) / 100


def parse_duration(text: str) -> float:
    seconds = parse_seconds(text)
    if seconds < SHORTEST_S:
        raise ValueError(f"{text!r} is too short; it takes {SHORTEST_S:g} seconds or more, such as 60")
    return seconds


def answer(request: "Request", form: Format) -> int:
    """Search, print what was found and return the exit code; raises as `finding.run` does."""
    from crossover.benchmarks.find import finding

    found, interruption = finding.run(request)
    show(found, form)
    if interruption:
        interruption.add_note("what was known by then stands above")
        raise interruption
    return exit_code(found)


def show(found: "Result", form: Format) -> None:
    from crossover.benchmarks.find import table

    write(form, [table.sheet(found)], table.rows(found), table.content(found))


def exit_code(found: "Result") -> int:
    from crossover.benchmarks.find.answer import Finding

    return 0 if found.outcome in (Finding.FOUND, Finding.NONE) else UNDECIDED
