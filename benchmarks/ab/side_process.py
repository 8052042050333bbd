"""The processes of the two sides: start them, ask them, end them."""

import contextlib
import json
import os
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from crossover import signals
from crossover.benchmarks.ab import CannotCompareError
from crossover.benchmarks.ab.protocol import PROTOCOL, WORKER_FILE, worker_of
from crossover.benchmarks.machine.environment import for_interpreter, unwritable

__all__ = ["Side", "SideProcess", "started"]

HELLO_S = 120.0
"""A side that has said nothing after this many seconds never will: importing torch from a cold disk takes 30 s."""

ANSWER_S = 1800.0
"""The same for the answer to a request: a turn or the preparation of the largest usual cell takes some minutes."""


@dataclass(frozen=True)
class Side:
    """What one side runs."""

    label: str
    tree: Path
    python: str
    module: str | None = None
    """What its process runs instead of the worker of its tree."""

    folder: Path | None = None
    """Where its process runs, and finds what is trained, if that is not the tree of Crossover's own code."""

    workload: str | None = None
    """What it trains, if that is not the MLP."""

    device: str | None = None
    """Where it trains, if that is not the device of both sides."""

    recipe: str | None = None
    """How it trains, if that is not the article's own loop."""

    variables: dict[str, str] = field(default_factory=dict)
    """The variables with which its process is started, beside those of this process."""

    relief: str = ": fewer --processes need less"
    """What makes a comparison need less memory, as the end of a sentence."""

    @property
    def task(self) -> dict[str, str]:
        """What it must be told beside what holds for both sides; earlier revisions know the MLP and one loop alone."""
        told = {"workload": self.workload, "device": self.device, "recipe": self.recipe}
        return {name: value for name, value in told.items() if value}


@contextlib.contextmanager
def started(side: Side, count: int) -> Iterator[list["SideProcess"]]:
    """Yields some processes of a side, which start side by side and exist during the block."""
    with contextlib.ExitStack() as stack:
        processes = []
        for _ in range(count):
            with signals.held_back():  # no process may be started and not known
                processes.append(stack.enter_context(SideProcess(side)))
        yield processes


class SideProcess:
    """A process of a side, which runs its own tree's code. Leaving the `with` block ends it, whatever it is doing."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.said: dict[str, Any] | None = None
        self.module = side.module or worker_of(side.tree) or WORKER_FILE
        try:
            self.errors = tempfile.TemporaryFile("w+", errors="replace")  # noqa: SIM115
        except OSError as error:
            raise CannotCompareError(unwritable(error)) from error
        try:
            self.process = subprocess.Popen(
                [side.python, "-m", self.module],
                cwd=side.folder or side.tree,
                env=environment(side),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self.errors,
                text=True,
                errors="replace",
                start_new_session=True,  # Ctrl-C is for the comparison, which ends its sides itself
            )
        except OSError as error:
            raise CannotCompareError(f"{side.label}: {side.python} cannot be run: {error.strerror}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.process.kill()  # it has nothing to lose
        self.process.wait()
        for pipe in (self.process.stdout, self.errors):
            assert pipe
            pipe.close()

    def hello(self) -> dict[str, Any]:
        """Returns what the side says of itself; raises CannotCompareError where it cannot take part."""
        if self.said is None:
            self.said = self.introduction()
        return self.said

    def introduction(self) -> dict[str, Any]:
        facts = self.answer(HELLO_S)
        protocol = facts.get("protocol")
        if protocol != PROTOCOL:
            age = "too old" if isinstance(protocol, int) and protocol < PROTOCOL else "too new"
            raise self.refusal(f"{age} to take part: it speaks protocol {protocol}, this command {PROTOCOL}")
        if Path(facts["tree"]).resolve() != self.side.tree.resolve():
            raise self.refusal(f"took its code from {facts['tree']} in place of {self.side.tree}")
        return facts

    def ask(self, **request: Any) -> dict[str, Any]:
        self.tell(**request)
        return self.answer(ANSWER_S)

    def tell(self, **request: Any) -> None:
        """Send a request, whose answer is taken by `answer`."""
        assert self.process.stdin
        with contextlib.suppress(OSError):  # it has ended, and has left the reason
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()

    def answer(self, patience_s: float | None) -> dict[str, Any]:
        """Returns the next answer, with a patience of None however long that takes.

        Raises CannotCompareError where the side ends without one or takes too long.
        """
        line, is_late = self.line_within(patience_s) if patience_s else (self.line(), False)
        if not line:
            raise self.refusal(f"has not answered for {patience_s:g} s" if is_late else self.last_words())
        try:
            facts = json.loads(line)
        except ValueError:
            facts = None
        if not isinstance(facts, dict):
            raise self.refusal(f"{self.side.python} is no Python, or its answer is garbled: {line.strip()[:60]!r}")
        if "error" in facts:
            raise self.refusal(str(facts["error"]))
        return facts

    def line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline()

    def line_within(self, patience_s: float) -> tuple[str, bool]:
        """Returns the next line, empty where none came, and whether patience ended before it."""
        is_late = threading.Event()

        def give_up() -> None:
            is_late.set()
            self.process.kill()

        impatience = threading.Timer(patience_s, give_up)
        impatience.daemon = True
        try:  # a signal may come while it starts: Python would wait for it at its end
            impatience.start()
            return self.line(), is_late.is_set()
        finally:
            impatience.cancel()

    def last_words(self) -> str:
        """Says why a side ended without an answer: what killed it, the last line that it wrote, or its exit status."""
        status = self.process.wait()
        if status < 0:
            why = ""
            if status == -signal.SIGKILL:
                why = f", as the system does where memory runs out{self.side.relief}"
            return f"was killed by {signal.Signals(-status).name}{why}"
        self.errors.seek(0)
        lines = self.errors.read().split("\n")
        words = next((line.strip() for line in reversed(lines) if line.strip()), f"it ended with exit status {status}")
        if self.module in words and "No module named" in words:
            return f"too old to take part: it has no {WORKER_FILE}"
        return "cannot take part: " + words.removeprefix("ModuleNotFoundError: ").removeprefix(f"{self.side.python}: ")

    def refusal(self, reason: str) -> CannotCompareError:
        return CannotCompareError(f"{self.side.label}: {reason}")


def environment(side: Side) -> dict[str, str]:
    """Returns the variables for a side, with its tree's code before any installed one and fixed hashes."""
    inherited = for_interpreter(side.python) | side.variables
    if side.folder:  # where its Crossover is installed is known to the interpreter
        return inherited | {"PYTHONHASHSEED": "0"}
    path = os.pathsep.join(filter(None, [str(side.tree), inherited.get("PYTHONPATH")]))
    return inherited | {"PYTHONPATH": path, "PYTHONHASHSEED": "0"}
