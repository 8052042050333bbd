"""Runs a search on this machine, while no other session measures here."""

import contextlib
import time
from dataclasses import dataclass

from crossover.benchmarks.ab import CannotCompareError
from crossover.benchmarks.ab.paired_turns import PairedTurns
from crossover.benchmarks.ab.progress import progress
from crossover.benchmarks.find import text
from crossover.benchmarks.find.measuring import Processes
from crossover.benchmarks.find.result import Result
from crossover.benchmarks.find.search import Search
from crossover.benchmarks.find.sides import Choice, check_threads, processes_of
from crossover.benchmarks.machine import host
from crossover.benchmarks.machine.contention import Contention, ProcessorTime
from crossover.benchmarks.runs.schema import MLP
from crossover.benchmarks.runs.session_marks import DISTURBED
from crossover.benchmarks.storage.run_lock import RunLock
from crossover.model.workload_names import short
from crossover.signals import Interrupted

__all__ = ["Request", "run"]

PROCESSES = 3
"""The pairs of processes that take turns. Four start for four seconds longer on two cores, and make the interval of a
minute half as wide again; of two, it holds the crossing in 91% where their luck is 4%: `python -m tools.find_coverage
--processes 4` simulates that."""


@dataclass(frozen=True)
class Request:
    """What to find, as it was asked for."""

    choice: Choice
    workload: str | None
    scales: list[int]
    within: float
    """How far the ends of the interval may be from the crossing, as a share of its parameters."""

    seconds: float
    alongside: bool = False


def run(request: Request) -> tuple[Result, Interrupted | None]:
    """Returns what was found, and the signal that ended the search, if one did after something was measured.

    Raises CannotCompareError where nothing could be measured, and RunLockError where another session runs.
    """
    start_s = time.perf_counter()
    session = RunLock()
    with session.running(alongside=request.alongside), contextlib.ExitStack() as stack, progress() as show:
        show(f"starting {PROCESSES} processes of each side")
        processes, choice, why = processes_of(request.choice, request.workload, PROCESSES, stack)
        paired = PairedTurns(*processes)
        check_threads(choice, paired.hellos)
        measuring = Processes(paired, choice.device, request.seconds, start_s)
        for scale in request.scales[:2]:
            measuring.parameters(scale)  # what can be searched at no size is refused before any is measured
        search = Search(measuring, request.scales, request.within)
        labels, before = paired.labels, ProcessorTime.now()
        failure, interruption = None, None
        try:
            search.run(lambda answer: show(text.progress(answer, labels, request.seconds - measuring.elapsed_s())))
        except CannotCompareError as error:
            if not search.points:
                raise
            failure = str(error)
        except Interrupted as end:
            if not search.points:
                raise
            interruption, search.stopped = end, "the search was stopped"
        contention = Contention.between(before, ProcessorTime.now())
        answer, elapsed_s = search.answer(), measuring.elapsed_s()
        is_disturbed = session.is_disturbed
    if not answer.points:
        raise CannotCompareError(answer.stopped)
    threads = max(hello["threads"] for hello in paired.hellos)
    remarks = [*filter(None, [why]), *[DISTURBED] * is_disturbed, *host.beyond_quota(host.cpu_quota(), threads)]
    remarks += [line for line in paired.remarks if not line.startswith("threads differs")]
    trained = short(request.workload) if request.workload else MLP
    sweep = text.sweep(choice, request.workload)
    is_busy = contention.is_busy or is_disturbed
    found = Result(answer, labels, trained, request.within, elapsed_s, sweep, is_busy, failure, remarks)
    return found, interruption
