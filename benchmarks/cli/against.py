"""The option that names what speedups and crossovers are shown against."""

from collections.abc import Iterable
from typing import Annotated

import typer

from crossover.benchmarks.cli.output import fail
from crossover.benchmarks.cli.usage_errors import listed, one_of
from crossover.benchmarks.kinds import KINDS
from crossover.benchmarks.report.analysis.axis import AXES, PARAMETERS, Axis
from crossover.benchmarks.report.analysis.grouping import grouped
from crossover.benchmarks.report.analysis.result import Result

__all__ = ["Against", "refuse", "require"]

Against = Annotated[
    Axis | None,
    typer.Option(
        "--against",
        parser=one_of(AXES),
        metavar=listed(AXES),
        help=f"What speedups and crossovers are shown against; flop is that of a training step. Default: {PARAMETERS}.",
    ),
]


def refuse(axis: Axis | None) -> None:
    """End the command if an axis is named where there are only searches."""
    if axis:
        fail("--against: a search by `crossover find` is shown against what it varied, and against nothing else")


def require(axis: Axis | None, results: Iterable[Result]) -> None:
    """End the command where a run does not say how large its cells are on a named axis."""
    crossed = [result for result in results if result.benchmark not in KINDS or KINDS[result.benchmark].is_crossed]
    for run, of_run in grouped(crossed, lambda result: result.run).items():
        if axis and not any(map(axis.of, of_run)):
            fail(f"--against: {axis.title} not saved in {run}: it is of an earlier version, or could not be counted")
