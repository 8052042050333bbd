"""Makes Ctrl-C, SIGTERM and a closed terminal end a run alike: what was measured is saved."""

import signal
from types import FrameType
from typing import Any, NoReturn

import pytest

__all__ = ["end_by_signals"]

ENDING = {getattr(signal, name): name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)}
"""The signals that end a run besides Ctrl-C. SIGHUP is that of a closed terminal, and Windows has none."""


class Interrupted(KeyboardInterrupt):
    """The run was told to end; pytest shows this name instead of the line of torch that was running."""


def end_by_signals(config: pytest.Config) -> None:
    """Handle the signals until pytest ends; leave alone those that are ignored, as under nohup, or handled already."""
    before: dict[Any, Any] = {number: signal.getsignal(number) for number in (*ENDING, signal.SIGINT)}
    own = [number for number in before if before[number] in (signal.SIG_DFL, signal.default_int_handler)]

    def give_back() -> None:
        for number in own:
            signal.signal(number, before[number])

    for number in own:
        signal.signal(number, interrupt)
    config.add_cleanup(give_back)


def interrupt(number: int, _: FrameType | None) -> NoReturn:
    """Raise Interrupted, once: the run is being saved from then on, and only another Ctrl-C ends that too."""
    for each in ENDING:
        if signal.getsignal(each) is interrupt:
            signal.signal(each, signal.SIG_IGN)
    if signal.getsignal(signal.SIGINT) is interrupt:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    raise Interrupted("by Ctrl-C" if number == signal.SIGINT else f"{signal.Signals(number).name} came")
