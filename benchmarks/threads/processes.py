"""The processes of a run that train with other numbers of threads, and how one is asked."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import crossover
from crossover import signals
from crossover.benchmarks.ab import CannotCompareError
from crossover.benchmarks.ab.side_process import Side, SideProcess
from crossover.benchmarks.machine.cell_errors import CellEndedError
from crossover.benchmarks.machine.environment import by_threads
from crossover.benchmarks.runs import units
from crossover.benchmarks.runs.cells import Status
from crossover.model import constants

__all__ = ["Process", "Processes"]

MOST = 5
"""The processes of each number of threads: as many as there are rounds, if not more are asked for.

Processes that run the same code differ by some percent for as long as they live. With one process for each, all rounds
of a cell would share that luck, and no interval would tell.
"""


class Process:
    """A process that trains with some threads, started when it is made."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self.cell: object = None
        """What it has begun with."""

        self.is_lost = False
        """Whether it cannot be asked any more: it has ended, or owes an answer."""

        with ending_cells():
            self.side = SideProcess(side_of(threads))

    def unavailable(self) -> str | None:
        """Returns why it does not train with its number of threads; None where it does."""
        self.is_lost = True
        with ending_cells():
            found = self.side.hello()["threads"]
        self.is_lost = False
        return None if found == self.threads else f"torch uses {units.threads(found)} here in place of {self.threads}"

    def ask(self, do: str, **request: Any) -> dict[str, Any]:
        """Returns its answer; raises CellEndedError where the step ends the cell, or where the process has ended."""
        self.is_lost = True
        with ending_cells():
            self.side.hello()
            self.side.tell(do=do, **request)
            answer = self.side.answer(None)
        self.is_lost = False
        if end := answer.get("ended"):
            raise CellEndedError(Status(end["status"]), end["reason"])
        return answer

    def end(self) -> None:
        self.side.__exit__(None, None, None)


class Processes:
    """All such processes of a run, which end with the `with` block."""

    def __init__(self, rounds: int) -> None:
        """`rounds` is the most that a cell has."""
        self.count = min(rounds, MOST)
        self.started: dict[tuple[int, int], Process] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for process in self.started.values():
            process.end()
        self.started.clear()

    def unavailable(self, threads: int) -> str | None:
        """Start all that train with as many threads, side by side, and return why they cannot; None where they can."""
        ready = [self.take(threads, number) for number in range(self.count)]
        return next(filter(None, [process.unavailable() for process in ready]), None)

    def take(self, threads: int, number: int) -> Process:
        """The process that takes the round of a number: they take turns. One that has ended is started again."""
        key = threads, number % self.count
        if key in self.started and self.started[key].is_lost:
            self.started.pop(key).end()
        if key not in self.started:
            with signals.held_back():  # no process may be started and not known
                self.started[key] = Process(threads)
        return self.started[key]


@contextlib.contextmanager
def ending_cells() -> Iterator[None]:
    """Let what a process cannot do end a cell."""
    try:
        yield
    except CannotCompareError as error:
        raise CellEndedError(Status.FAILED, str(error)) from None


def side_of(threads: int) -> Side:
    """What such a process runs: this code by this interpreter, from the current folder, where a user's workload is."""
    own = str(Path(crossover.__file__).parents[1])
    path = os.pathsep.join(filter(None, [own, os.environ.get("PYTHONPATH")]))
    return Side(
        units.threads(threads),
        Path(constants.__file__).parents[1],
        sys.executable,
        "crossover.benchmarks.threads.worker",
        Path.cwd(),
        variables=by_threads(threads) | {"PYTHONPATH": path, "PYTHONSAFEPATH": "1"},
        relief="",
    )
