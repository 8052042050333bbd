"""Makes Ctrl-C, SIGTERM and a closed terminal end a process alike, and only once: what it then cleans up is finished.

Imports nothing heavy: the `crossover` command calls it before anything else.
"""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any, NoReturn

__all__ = ["Interrupted", "end_by_signals", "held_back", "ignore"]

ENDING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""The signals that end a process. SIGHUP is that of a closed terminal, and Windows has none."""


class Interrupted(KeyboardInterrupt):
    """A signal told the process to end."""

    def __init__(self, number: signal.Signals) -> None:
        super().__init__("by Ctrl-C" if number is signal.SIGINT else f"{number.name} came")
        self.number = number


Error = Callable[[signal.Signals], BaseException]
"""Makes the error that a signal raises."""


@dataclass(frozen=True)
class FirstSignal:
    """The handler of all ending signals: raises an error for the first, and has the others ignored."""

    error: Error
    second_ctrl_c: Any

    def __call__(self, number: int, _: FrameType | None) -> NoReturn:
        answers_ctrl_c = isinstance(signal.getsignal(signal.SIGINT), FirstSignal)
        ignore()
        if answers_ctrl_c:
            signal.signal(signal.SIGINT, self.second_ctrl_c)
        raise self.error(signal.Signals(number))


def end_by_signals(error: Error = Interrupted, second_ctrl_c: Any = signal.SIG_IGN) -> Callable[[], None]:
    """Raise an error at the first ending signal and ignore later ones; returns a function that undoes this.

    Signals that are ignored, as under nohup, and those with a handler from elsewhere are left alone. `second_ctrl_c`
    is the handler of Ctrl-C once the process is ending.
    """
    before: dict[Any, Any] = {number: signal.getsignal(number) for number in ENDING}
    own = [number for number, handler in before.items() if is_free(handler)]
    for number in own:
        signal.signal(number, FirstSignal(error, second_ctrl_c))

    def undo() -> None:
        for number in own:
            signal.signal(number, before[number])

    return undo


def ignore() -> None:
    """Ignore the ending signals from now on: the process is ending. Those left alone above stay as they are."""
    for number in ENDING:
        if is_free(signal.getsignal(number)):
            signal.signal(number, signal.SIG_IGN)


def is_free(handler: Any) -> bool:
    """Whether a signal has no handler from elsewhere and is not ignored: only the usual one, or that of this module."""
    return isinstance(handler, FirstSignal) or handler in (signal.SIG_DFL, signal.default_int_handler)


@contextmanager
def held_back() -> Iterator[None]:
    """Let ending signals wait until the block is over."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
