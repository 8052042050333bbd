"""SIGTERM and a closed terminal end a run as Ctrl-C does: what was measured is saved."""

import signal
from types import FrameType
from typing import NoReturn

import pytest

ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""Windows has no closed terminal."""


def end_by_signals(config: pytest.Config) -> None:
    """Answer them until pytest ends; one that is ignored, as under nohup, or answered already is left alone."""
    own = [number for number in ENDING if signal.getsignal(number) is signal.SIG_DFL]

    def give_back() -> None:
        for number in own:
            signal.signal(number, signal.SIG_DFL)

    for number in own:
        signal.signal(number, interrupt)
    config.add_cleanup(give_back)


def interrupt(number: int, _: FrameType | None) -> NoReturn:
    """Raise KeyboardInterrupt, once: from then on the run is being saved."""
    for each in ENDING:
        if signal.getsignal(each) is interrupt:
            signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt(f"{signal.Signals(number).name} came")
