"""Runs a search on this machine, while no other session measures here."""

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from crossover.benchmarks.ab import CannotCompareError
from crossover.benchmarks.ab.paired_turns import PairedTurns
from crossover.benchmarks.ab.progress import progress
from crossover.benchmarks.ab.side_process import SideProcess
from crossover.benchmarks.find import text
from crossover.benchmarks.find.answer import SearchAnswer
from crossover.benchmarks.find.choice import Choice
from crossover.benchmarks.find.dial import Dial
from crossover.benchmarks.find.limits import limit_lines
from crossover.benchmarks.find.measuring import SideProcesses
from crossover.benchmarks.find.result import SearchResult
from crossover.benchmarks.find.search import Search
from crossover.benchmarks.find.sides import check_threads, processes_of
from crossover.benchmarks.harness.session import Session
from crossover.benchmarks.machine import host
from crossover.benchmarks.machine.contention import ProcessorTime
from crossover.benchmarks.runs.schema import MLP, Machine
from crossover.benchmarks.runs.session_marks import DISTURBED
from crossover.benchmarks.storage.readable import fitting
from crossover.model.workload_names import short
from crossover.signals import Interrupted

__all__ = ["PROCESSES", "Ended", "SearchRequest", "run"]

PROCESSES = 3
"""The pairs of processes that take turns. Four start for four seconds longer on two cores, and make the interval of a
minute half as wide again; of two, it holds the crossing in 91% where their luck is 4%: `python -m tools.find_coverage
--processes 4` simulates that."""


@dataclass(frozen=True)
class SearchRequest:
    """What to find, as it was asked for."""

    choice: Choice
    workload: str | None
    dial: Dial
    dials: list[int]
    """The scales or batch sizes to search."""

    within: float
    """How far the ends of the interval may be from the crossing, as a share of it."""

    seconds: float
    alongside: bool = False


@dataclass(frozen=True)
class Ended:
    """A search that has ended: what it found, what is saved of its session, and the signal that ended it, if any."""

    found: SearchResult
    session: dict[str, Any]
    interruption: Interrupted | None


def run(request: SearchRequest, results: Path) -> Ended:
    """Search, and name this machine as in the folder of saved runs.

    Raises CannotCompareError where nothing could be measured, and RunLockError where another session runs.
    """
    start_s = time.perf_counter()
    session = Session()
    with session.lock.running(alongside=request.alongside), contextlib.ExitStack() as stack, progress() as show:
        show(f"starting {PROCESSES} processes of each side")
        processes, choice, why = processes_of(request.choice, request.workload, PROCESSES, stack)
        machine = machine_of(processes[1][0], results)
        paired = PairedTurns(*processes)
        check_threads(choice, paired.hellos)
        measuring = SideProcesses(paired, request.dial, choice.device, request.seconds, start_s)
        for value in request.dials[:2]:
            measuring.size(value)  # what can be searched at no size is refused before any is measured
        session.processor_time = ProcessorTime.now()
        end = searched(request, measuring, show)
        elapsed_s, is_disturbed = measuring.elapsed_s(), session.lock.is_disturbed
        facts = session.facts(commit={}, power=machine.power, measuring=None)
    search = end.search
    if not search.points:
        raise CannotCompareError(search.left_out or search.stopped)
    threads = max(hello["threads"] for hello in paired.hellos)
    remarks = [*end.limits, *filter(None, [why]), *[DISTURBED] * is_disturbed]
    remarks += host.beyond_quota(host.cpu_quota(), threads)
    remarks += [line for line in paired.remarks if not line.startswith("threads differs")]
    found = SearchResult(
        facts=machine,
        choice=choice,
        labels=paired.labels,
        workload=short(request.workload) if request.workload else MLP,
        dial=request.dial,
        points=list(search.points.values()),
        dials=search.dials,
        within=request.within,
        elapsed_s=elapsed_s,
        stopped=search.stopped,
        left_out=search.left_out,
        is_busy=facts.get("busy", False) or is_disturbed,
        failure=end.failure,
        remarks=remarks,
        named=request.workload,
    )
    return Ended(found, facts, end.interruption)


@dataclass(frozen=True)
class End:
    """How a search came to its end: by itself, or by a side that failed or a signal."""

    search: Search
    limits: list[str]
    """What binds the sides, if that is known."""

    failure: str | None = None
    interruption: Interrupted | None = None


def searched(request: SearchRequest, measuring: SideProcesses, show: Callable[[str], None]) -> End:
    """Search, and show how far that is; raises what ends it before anything is measured."""
    search, labels = Search(measuring, request.dials, request.within), measuring.paired.labels

    def on_look(answer: SearchAnswer) -> None:
        left_s = request.seconds - measuring.elapsed_s()
        show(text.progress(answer, search.latest, labels, request.dial.unit, left_s))

    try:
        answer = search.run(on_look)
        return End(search, limit_lines(measuring, answer) if len(answer.points) > 1 else [])
    except CannotCompareError as error:
        if not search.points:
            raise
        search.stopped = "a side failed"
        return End(search, [], failure=str(error))
    except Interrupted as end:
        if not search.points:
            raise
        search.stopped = "the search was stopped"
        return End(search, [], interruption=end)


def machine_of(process: SideProcess, results: Path) -> Machine:
    """Returns what a process says of this machine: this one has no torch."""
    process.hello()
    return msgspec.convert(fitting(Machine, process.ask(do="machine", results=str(results.absolute()))), Machine)
