"""Ctrl-C, SIGTERM and a closed terminal end a run alike: what was measured is saved."""

import signal
from types import FrameType
from typing import Any, NoReturn

import pytest

ENDING = {getattr(signal, name): name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)}
"""Windows has no closed terminal."""


class Interrupted(KeyboardInterrupt):
    """The run was told to end; pytest says so by this name, and not by the line of torch that was being run."""


def end_by_signals(config: pytest.Config) -> None:
    """Answer them until pytest ends; one that is ignored, as under nohup, or answered already is left alone."""
    before: dict[Any, Any] = {number: signal.getsignal(number) for number in (*ENDING, signal.SIGINT)}
    own = [number for number in before if before[number] in (signal.SIG_DFL, signal.default_int_handler)]

    def give_back() -> None:
        for number in own:
            signal.signal(number, before[number])

    for number in own:
        signal.signal(number, interrupt)
    config.add_cleanup(give_back)


def interrupt(number: int, _: FrameType | None) -> NoReturn:
    """Raise Interrupted, once: from then on the run is being saved, and only another Ctrl-C ends that too."""
    for each in ENDING:
        if signal.getsignal(each) is interrupt:
            signal.signal(each, signal.SIG_IGN)
    if signal.getsignal(signal.SIGINT) is interrupt:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    raise Interrupted("by Ctrl-C" if number == signal.SIGINT else f"{signal.Signals(number).name} came")
