"""Training with a number of threads of its own, timed by `measure`: each round is that of another process."""

import gc
from typing import Any

from crossover.benchmarks.kinds.training.timed import Training
from crossover.benchmarks.threads.processes import Process, Processes

__all__ = ["TrainingByThreads"]


class TrainingByThreads:
    """What `Training` does, done by processes that were started with the cell's number of threads."""

    def __init__(self, training: Training, workload: str, processes: Processes) -> None:
        """`training` is what they do, never done here, and `workload` its name as it was asked for."""
        self.training = training
        self.processes = processes
        assert training.cell.threads, "a cell without a number of threads is timed here"
        self.threads = training.cell.threads
        self.beginning = {
            "workload": workload,
            "version": training.workload.version,
            "scale": training.cell.scale,
            "batch_size": training.cell.batch_size,
            "threads": self.threads,
            "epochs": training.epochs,
        }
        self.process: Process | None = None
        """The one at work on the current round."""

        self.rounds = 0
        self.figures: dict[str, Any] = {}
        self.failure: str | None = None

    def unavailable(self) -> str | None:
        return self.training.unavailable() or self.processes.unavailable(self.threads)

    def needed_bytes(self) -> dict[str, int]:
        return self.training.needed_bytes()

    def probe(self) -> dict[str, Any]:
        return self.asked("probe")

    def predict(self) -> float:
        seconds: float = self.asked("predict")["seconds"]
        return seconds

    def control(self) -> "ControlByThreads | None":
        return ControlByThreads(self) if self.training.is_controlled else None

    def go_on(self, figures: dict[str, Any], rounds: int) -> None:
        """Go on after some rounds, with the process whose turn it is. Of those rounds only their times are kept."""
        self.rounds = rounds

    def setup(self) -> None:
        """Let the next process set up the round, after the warm-ups that each has once for each cell."""
        self.process = self.processes.take(self.threads, self.rounds)
        self.rounds += 1
        self.asked("setup")

    def work(self) -> None:
        self.asked("work", collects_garbage=gc.isenabled())

    def check(self) -> None:
        answer = self.asked("check")
        self.figures, self.failure = answer["figures"], answer["failure"]

    def release(self) -> None:
        if self.process and not self.process.is_lost:
            self.asked("release")
        self.process = None

    def asked(self, do: str, **request: Any) -> dict[str, Any]:
        """Returns the answer of the process at work, or else of the one that is next."""
        self.process = self.process or self.processes.take(self.threads, self.rounds)
        if self.process.cell is not self:
            self.process.ask("begin", **self.beginning)
            self.process.cell = self
        return self.process.ask(do, **request)


class ControlByThreads:
    """The control beside a round, timed by the process that takes the round."""

    def __init__(self, training: TrainingByThreads) -> None:
        self.training = training
        self.known: dict[str, Any] = training.asked("control")["identity"]
        self.scale: int = self.known["scale"]
        self.steps: int = self.known["steps"]

    def seconds(self) -> float:
        seconds: float = self.training.asked("control")["seconds"]
        return seconds

    def identity(self) -> dict[str, Any]:
        return self.known
