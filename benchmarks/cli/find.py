import re
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from crossover.benchmarks.ab import CannotCompareError
from crossover.benchmarks.cli.ab import option
from crossover.benchmarks.cli.app import app
from crossover.benchmarks.cli.exit_codes import UNDECIDED
from crossover.benchmarks.cli.output import Form, Format, fail, remark, write
from crossover.benchmarks.cli.run_selection import RESULTS
from crossover.benchmarks.cli.usage_errors import listed, one_of
from crossover.benchmarks.harness.option_types import parse_positive, parse_scales, parse_seconds

if TYPE_CHECKING:
    from crossover.benchmarks.find.dial import Dial
    from crossover.benchmarks.find.finding import SearchRequest
    from crossover.benchmarks.find.result import SearchResult

SHORTEST_S = 5.0
"""In less time no process has started."""

SMALLEST_BATCH, MOST_BATCH = 10, 1000
"""The batch sizes to search, of any workload, where none are named: much smaller ones may diverge."""

LARGEST_BATCH = 100_000
"""A round of it would have two million samples."""


class Varied(StrEnum):
    SCALE = "scale"
    BATCH_SIZE = "batch-size"


@app.command()
def find(
    workload: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="What is trained, such as transformer or my_model.py; the MLP if not given."),
    ] = None,
    devices: Annotated[str | None, typer.Option(metavar="LIST", help="Two torch devices, such as cpu,cuda.")] = None,
    threads: Annotated[str | None, typer.Option(metavar="LIST", help="Two numbers of threads, such as 1,2.")] = None,
    recipes: Annotated[str | None, typer.Option(metavar="LIST", help="Two recipes, such as article,native.")] = None,
    vary: Annotated[
        Varied,
        typer.Option(parser=one_of(Varied), metavar=listed(Varied), help="What is searched: the model or the batch."),
    ] = Varied.SCALE,
    scales: Annotated[
        str | None,
        typer.Option(metavar="LIST", help="Model sizes to search. Default: 1-100; 3 where the batch size is varied."),
    ] = None,
    batch_size: Annotated[
        str | None,
        typer.Option(metavar="N", help="Samples in a batch, or the most to search: 1000. Default: as the workload."),
    ] = None,
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

    With --vary batch-size the batch from which on it does, at one model size.

    Several processes of each side train in turn, A B B A …, at both ends and the middle of the sizes that fit, and then
    ever closer to where one side overtakes the other. Without options the CPU is compared with the accelerator, or one
    thread with all where there is none. Exit code 0 where the crossing is found or there is surely none, 3 where that
    is undecided. It is saved under results/.

    Example: crossover find --devices cpu,cuda --within 10%
    """
    from crossover.benchmarks.storage.run_lock import RunLockError

    try:
        request = request_of(workload, devices, threads, recipes, vary, scales, batch_size, within, seconds, alongside)
        code = answer(request, form)
    except (CannotCompareError, RunLockError) as error:
        fail(str(error))
    raise typer.Exit(code)


def request_of(
    workload: str | None,
    devices: str | None,
    threads: str | None,
    recipes: str | None,
    vary: Varied,
    scales: str | None,
    batch_size: str | None,
    within: str,
    seconds: str,
    alongside: bool,
) -> "SearchRequest":
    """Returns what was asked for; raises CannotCompareError for a value that an option does not take."""
    from crossover.benchmarks.find.choice import Choice
    from crossover.benchmarks.find.finding import SearchRequest

    dial, dials = dial_of(vary, scales, batch_size)
    choice = Choice.of(devices, threads, recipes)
    share, most_s = option("--within", parse_within, within), option("--seconds", parse_duration, seconds)
    return SearchRequest(choice, workload, dial, dials, share, most_s, alongside)


def dial_of(vary: Varied, scales: str | None, batch_size: str | None) -> tuple["Dial", list[int]]:
    """Returns what is varied, and the scales or batch sizes to search."""
    from crossover.benchmarks.find.dial import Dial

    most = option("--batch-size", parse_batch_size, batch_size) if batch_size else None
    if vary is Varied.SCALE:
        dials = option("--scales", parse_scales, scales or "1-100")
        if len(dials) < 2:
            raise CannotCompareError(f"--scales: a search needs more than scale {scales}; name several, such as 1-100")
        return Dial(batch_size=most), dials
    chosen = option("--scales", parse_scales, scales or "3")
    if len(chosen) > 1:
        raise CannotCompareError(f"--scales: {scales} are {len(chosen)} scales; with --vary batch-size name one")
    sizes = batch_sizes(most or MOST_BATCH)
    if len(sizes) < 2:
        raise CannotCompareError(f"--batch-size: up to {most} there is nothing to search; name more, such as 1000")
    return Dial(scale=chosen[0]), sizes


def batch_sizes(most: int) -> list[int]:
    """Returns the batch sizes to search, each about a tenth larger than the last."""
    sizes, size = [], float(SMALLEST_BATCH)
    while size < most:
        sizes.append(round(size))
        size *= 1.1
    return sorted({*sizes, most})


def parse_batch_size(text: str) -> int:
    size = parse_positive(text)
    if size > LARGEST_BATCH:
        raise ValueError(f"{text!r} is out of range; it takes up to {LARGEST_BATCH:,} samples")
    return size


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


def answer(request: "SearchRequest", form: Format) -> int:
    """Search, print and save what was found and return the exit code; raises as `finding.run` does."""
    from crossover.benchmarks.find import finding, saved

    ended = finding.run(request, RESULTS)
    show(ended.found, form)
    try:
        place = saved.save(ended.found, ended.session, RESULTS)
        remark(f"saved in {place}: `crossover table {place}` shows it again")
    except OSError as error:
        remark(f"could not be saved under {RESULTS}/: {error.strerror or error}")
    if ended.interruption:
        ended.interruption.add_note("what was known by then stands above")
        raise ended.interruption
    return exit_code(ended.found)


def show(found: "SearchResult", form: Format) -> None:
    from crossover.benchmarks.find.table import table

    shown = table(found)
    write(form, [shown.sheet], shown.rows, shown.content)


def exit_code(found: "SearchResult") -> int:
    from crossover.benchmarks.find.answer import SearchFinding

    return 0 if found.outcome in (SearchFinding.FOUND, SearchFinding.NONE) else UNDECIDED
