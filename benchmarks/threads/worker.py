"""A process that trains with the threads it was started with: it does what the rounds of a cell do, when asked to.

It speaks as the sides of `crossover ab` do (`ab.protocol`), with requests of its own: `begin` names a cell; `predict`,
`setup`, `work`, `check` and `release` are the steps of `Timed`; `control` times the control of the cell; and `probe`
finds the limits of as many threads. Where a step ends the cell, its answer is `{"ended": {"status": …, "reason": …}}`.
"""

import gc
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from queue import SimpleQueue
from typing import Any

from crossover.benchmarks.ab.answering import answer_all
from crossover.benchmarks.ab.worker import REST_S
from crossover.benchmarks.kinds.training.timed import Training
from crossover.benchmarks.machine import probe
from crossover.benchmarks.machine.cell_errors import end_of
from crossover.benchmarks.machine.memory import PeakMemory
from crossover.benchmarks.runs.cells import Cell
from crossover.model.control import Control
from crossover.model.workload import Workload, WorkloadError
from crossover.model.workloads import find

__all__ = ["CPU", "RoundWorker"]

CPU = "cpu"

Facts = dict[str, Any]


class RoundWorker:
    """Does the steps of one cell after another."""

    def __init__(self) -> None:
        self.workloads: dict[str, Workload] = {}
        self.training: Training | None = None
        self.is_warm = False
        self.peak: PeakMemory | None = None
        self.timed_control: Control | None = None

    @property
    def cell(self) -> Training:
        assert self.training, "`begin` comes first"
        return self.training

    def begin(
        self, workload: str, version: str, scale: int, batch_size: int | None, threads: int, epochs: int
    ) -> Facts:
        """Begin with a cell, and forget the one before.

        Raises WorkloadError where the code of a user's workload has changed since the run began.
        """
        self.training = self.peak = self.timed_control = None
        self.is_warm = False
        found = self.workloads[workload] = self.workloads.get(workload) or find(workload)
        if found.version != version:
            raise WorkloadError(f"{workload} has changed since the run began")
        cell = Cell("training", scale, CPU, batch_size=batch_size, threads=threads)
        self.training = Training(replace(found, batch_size=batch_size) if batch_size else found, cell, epochs)
        return {}

    def predict(self) -> Facts:
        seconds = self.cell.predict()
        self.is_warm = True
        return {"seconds": seconds}

    def setup(self) -> Facts:
        """Set up a round, after the warm-ups of a prediction if there were none in this process."""
        if not self.is_warm:
            self.predict()
        self.peak = self.peak or PeakMemory(CPU)
        self.cell.setup()
        gc.collect()  # as is done beside each round
        return {}

    def work(self, collects_garbage: bool) -> Facts:
        """Do the work of a round, and answer at once: the clock that times it is on the other side."""
        if not collects_garbage:
            gc.disable()
        try:
            self.cell.work()
        finally:
            gc.enable()
        return {}

    def check(self) -> Facts:
        self.cell.check()
        peak = self.peak.bytes() if self.peak else None
        return {"figures": self.cell.figures | {"peak_bytes": peak}, "failure": self.cell.failure}

    def release(self) -> Facts:
        """Let go of what other processes may need the memory for, and let this one's threads fall asleep."""
        self.cell.release()
        self.timed_control = None
        time.sleep(REST_S)
        return {}

    def control(self) -> Facts:
        """Time the control beside a round, and say what must be the same where its times are compared."""
        self.timed_control = self.timed_control or self.cell.control()
        assert self.timed_control, "it is asked of cells that have one"
        return {"seconds": self.timed_control.seconds(), "identity": self.timed_control.identity()}

    def probe(self) -> Facts:
        found = probe.probe(CPU)
        time.sleep(REST_S)
        return found


def ending(step: Callable[..., Facts]) -> Callable[..., Facts]:
    """The step with an answer in the place of an error."""

    def answer(**request: Any) -> Facts:
        found: Facts = {}
        end = end_of(lambda: found.update(step(**request)))
        return {"ended": {"status": end.outcome.status, "reason": end.outcome.reason}} if end else found

    return answer


def requests() -> Iterator[str]:
    """Yield what is asked on standard input, and end the process with it, whatever it is doing then.

    Whoever asks may have been killed, and a round may take minutes.
    """
    lines: SimpleQueue[str] = SimpleQueue()

    def read() -> None:
        for line in sys.stdin:
            lines.put(line)
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    while True:
        yield lines.get()


if __name__ == "__main__":
    worker = RoundWorker()
    steps = (
        worker.begin, worker.predict, worker.setup, worker.work, worker.check, worker.release, worker.control,
        worker.probe,
    )  # fmt: skip
    answer_all({step.__name__: ending(step) for step in steps}, requests())
