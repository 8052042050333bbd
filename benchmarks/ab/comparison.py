"""Compares the two sides cell by cell, while no other session measures on this machine."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from crossover.benchmarks.ab import CannotCompareError, text
from crossover.benchmarks.ab.paired_turns import CellResult, Limits, PairedTurns
from crossover.benchmarks.ab.ratio_interval import Estimate
from crossover.benchmarks.ab.selection import sides_of
from crossover.benchmarks.ab.side_process import Side, SideProcess
from crossover.benchmarks.machine import host
from crossover.benchmarks.report.analysis.verdict import Verdict, overall
from crossover.benchmarks.runs.session_marks import DISTURBED
from crossover.benchmarks.storage.run_lock import RunLock

__all__ = ["Answer", "Request", "compare", "run"]

CLEARED = "\r\033[K"
"""Clears the line that a terminal's cursor is in."""


@dataclass(frozen=True)
class Request:
    """What to compare, as it was asked for."""

    revision: str | None
    python: str | None
    scales: list[int]
    devices: list[str]
    limits: Limits
    alongside: bool = False


@dataclass(frozen=True)
class Answer:
    """What a comparison found of each cell, and what must be known of the two sides."""

    labels: tuple[str, str]
    cells: list[CellResult]
    remarks: list[str]
    verdict: Verdict


def run(request: Request) -> Answer:
    """Returns the comparison of the two sides that were asked for.

    Raises CannotCompareError where nothing could be compared, and RunLockError where another session runs.
    """
    session = RunLock()
    with (
        session.running(alongside=request.alongside),
        sides_of(request.revision, request.python) as (baseline, contender),
    ):
        cells, remarks = compare(request, baseline, contender)
        remarks += [DISTURBED] * session.is_disturbed
    judged = [cell.verdict for cell in cells if cell.verdict]
    if not judged:
        raise CannotCompareError("; ".join(dict.fromkeys(f"{cell.device}: {cell.stopped}" for cell in cells)))
    return Answer((baseline.label, contender.label), cells, remarks, overall(judged))


def compare(request: Request, baseline: Side, contender: Side) -> tuple[list[CellResult], list[str]]:
    """Compare every cell that was asked for; returns the results, and what must be known of the two sides."""
    with SideProcess(baseline) as one, SideProcess(contender) as other:
        turns = PairedTurns(one, other)
        for line in host.beyond_quota(host.cpu_quota(), max(hello["threads"] for hello in turns.hellos)):
            print(f"crossover: {line}", file=sys.stderr)
        devices: list[str] = []
        for name in request.devices:
            devices += turns.hellos[1]["devices"] if name == "auto" else [name]
        asked = [(device, scale) for device in dict.fromkeys(devices) for scale in request.scales]
        cells = []
        for number, (device, scale) in enumerate(asked, start=1):
            with progress(f"cell {number} of {len(asked)}: {device}, scale {scale}", request.limits) as on_look:
                cells.append(turns.compare(scale, device, request.limits, on_look))
        return cells, turns.remarks


@contextlib.contextmanager
def progress(name: str, limits: Limits) -> Iterator[Callable[[Estimate], None]]:
    """Show each look at a cell: on one line of a terminal, cleared at the end; elsewhere on a line each."""
    begin, end = (CLEARED, "") if sys.stderr.isatty() else ("", "\n")

    def show(line: str) -> None:
        with contextlib.suppress(OSError):  # a closed terminal must not fail a cell
            print(f"{begin}{line}", end=end, file=sys.stderr, flush=True)

    longest = f"{limits.cell_seconds:g} s" if limits.cell_seconds else f"{limits.rounds} pairs"
    show(f"{name}: begins, {longest} at most")
    try:
        yield lambda found: show(f"{name}: {text.ratio_text(found)} after {found.pairs} pairs")
    finally:
        if begin:
            show("")
