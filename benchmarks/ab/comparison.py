"""Compares the two sides cell by cell, while no other session measures on this machine."""

import contextlib
import sys
from collections.abc import Callable
from dataclasses import dataclass

from crossover.benchmarks.ab import CannotCompareError, text
from crossover.benchmarks.ab.paired_turns import CellResult, PairedTurns
from crossover.benchmarks.ab.progress import progress
from crossover.benchmarks.ab.selection import sides_of
from crossover.benchmarks.ab.side_process import Side, started
from crossover.benchmarks.ab.turns import StoppingRule
from crossover.benchmarks.machine import host
from crossover.benchmarks.report.analysis.verdict import Verdict, overall
from crossover.benchmarks.runs.schema import MLP
from crossover.benchmarks.runs.session_marks import DISTURBED
from crossover.benchmarks.storage.run_lock import RunLock
from crossover.model.workload_names import short

__all__ = ["Comparison", "ComparisonRequest", "compare", "run", "usual_processes"]

MANY, FEW = 12, 6
"""The processes of a side where small slowdowns are to be found, and where they are not.

Of 8 or 10, fewer 5% slowdowns are found in three minutes, of 16 no more: `python -m tools.ab_coverage` simulates that.
Starting 24 processes takes two cores half a minute.
"""

SMALL = 0.05
"""Slowdowns below this are small: the luck of few processes may hide them."""


@dataclass(frozen=True)
class ComparisonRequest:
    """What to compare, as it was asked for."""

    revision: str | None
    python: str | None
    workload: str | None
    scales: list[int]
    devices: list[str]
    limits: StoppingRule
    processes: int = FEW
    """How many each side has, at once."""

    alongside: bool = False


@dataclass(frozen=True)
class Comparison:
    """What a comparison found of each cell, and what must be known of the two sides."""

    labels: tuple[str, str]
    workload: str
    cells: list[CellResult]
    remarks: list[str]
    verdict: Verdict


def usual_processes(max_slowdown: float) -> int:
    """Returns how many processes of a side tell a slowdown of this share from none."""
    return MANY if max_slowdown < SMALL else FEW


def run(request: ComparisonRequest) -> Comparison:
    """Returns the comparison of the two sides that were asked for.

    Raises CannotCompareError where nothing could be compared, and RunLockError where another session runs.
    """
    session = RunLock()
    with (
        session.running(alongside=request.alongside),
        sides_of(request.revision, request.python, request.workload) as (baseline, contender),
    ):
        cells, remarks = compare(request, baseline, contender)
        remarks += [DISTURBED] * session.is_disturbed
    judged = [cell.verdict for cell in cells if cell.verdict]
    if not judged:
        raise CannotCompareError("; ".join(dict.fromkeys(f"{cell.device}: {cell.stopped}" for cell in cells)))
    labels, trained = (baseline.label, contender.label), short(request.workload) if request.workload else MLP
    return Comparison(labels, trained, cells, remarks, overall(judged))


def compare(request: ComparisonRequest, baseline: Side, contender: Side) -> tuple[list[CellResult], list[str]]:
    """Compare every cell that was asked for; returns the results, and what must be known of the two sides."""
    with contextlib.ExitStack() as stack:
        with progress() as show:
            show(f"starting {request.processes} processes of each side")
            ones, others = (stack.enter_context(started(side, request.processes)) for side in (baseline, contender))
            turns = PairedTurns(ones, others)
        for line in host.beyond_quota(host.cpu_quota(), max(hello["threads"] for hello in turns.hellos)):
            print(f"crossover: {line}", file=sys.stderr)
        devices: list[str] = []
        for name in request.devices:
            devices += turns.hellos[1]["devices"] if name == "auto" else [name]
        asked = [(device, scale) for device in dict.fromkeys(devices) for scale in request.scales]
        cells = []
        for number, (device, scale) in enumerate(asked, start=1):
            with progress() as show:
                name = f"cell {number} of {len(asked)}: {device}, scale {scale}"
                cells.append(compare_cell(turns, scale, device, request.limits, name, show))
        return cells, turns.remarks


def compare_cell(
    turns: PairedTurns, scale: int, device: str, limits: StoppingRule, name: str, show: Callable[[str], None]
) -> CellResult:
    longest = f"{limits.cell_seconds:g} s" if limits.cell_seconds else f"{limits.rounds} pairs"
    show(f"{name}: begins, {longest} at most")
    return turns.compare(
        scale, device, limits, lambda found: show(f"{name}: {text.ratio_text(found)} after {found.pairs} pairs")
    )
