"""The progress of a run on the screen: one line a cell, written before its clock starts and never during it."""

import datetime
import shutil
from collections.abc import Callable
from contextlib import nullcontext, suppress
from typing import Any

import pytest

from crossover.benchmarks.runs import units

__all__ = ["Progress", "to_go", "width_of"]


class Progress:
    """Shows lines: on a terminal each replaces the one before, in a log each stays."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.is_begun = False

    def show(self, line: str) -> None:
        """Show the line of the next step."""
        self.write(lambda terminal: self.write_step(terminal, line))

    def renew(self, line: str) -> None:
        """Replace the current line on a terminal; a log keeps the line it has."""
        terminal: Any = self.config.pluginmanager.get_plugin("terminalreporter")
        if terminal is not None and terminal.isatty:
            self.show(line)

    def say(self, line: str) -> None:
        """Show a line that stays and is not cut, for news of the whole run."""

        def write_line(terminal: Any) -> None:
            terminal.ensure_newline()
            terminal.write_line(line)

        self.write(write_line)

    def tell(self, text: Callable[[int | None, bool], str]) -> None:
        """Show a text that stays; `text` gets the width in columns (None for a file) and whether to use color."""

        def write_text(terminal: Any) -> None:
            terminal.ensure_newline()
            terminal.write_line(f"\n{text(width_of(terminal), bool(terminal.isatty))}\n")

        self.write(write_text)

    def write(self, how: Callable[[Any], None]) -> None:
        terminal: Any = self.config.pluginmanager.get_plugin("terminalreporter")
        capture: Any = self.config.pluginmanager.get_plugin("capturemanager")
        if terminal is None or self.config.option.verbose < 0:
            return
        self.is_begun = True
        uncaptured = capture.global_and_fixture_disabled() if capture else nullcontext()
        with uncaptured, suppress(OSError):  # a closed terminal must not fail a cell
            how(terminal)

    def write_step(self, terminal: Any, line: str) -> None:
        if terminal.isatty:
            terminal.rewrite(line[: shutil.get_terminal_size().columns - 1], erase=True)
        else:
            begun = "\n" if terminal._tw.width_of_current_line else ""  # pytest has written the file's name here
            terminal.write(f"{begun}{line}\n", flush=True)

    def status_letter(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Keep pytest from printing a dot for a test that has had its line; leave every other report to pytest."""
        if not self.is_begun or self.config.option.verbose > 0 or report.when != "call":
            return None
        return report.outcome, "", ""


def width_of(terminal: Any) -> int | None:
    """Returns the width for a text in columns; None for a file, where nothing is cut or wrapped."""
    return shutil.get_terminal_size().columns if terminal.isatty else None


def to_go(remaining_s: float, *, is_known: bool, now: datetime.datetime | None = None) -> str:
    """Returns `about 4.2 min to go, until 18:31`, or `at least 4.2 min to go, until 18:31 or later`."""
    is_short = 90 <= remaining_s < 600  # rounding to minutes would be too coarse
    length = f"{remaining_s / 60:.1f} min" if is_short else units.roughly(remaining_s)
    end = clock(remaining_s, now)
    return f"about {length} to go, until {end}" if is_known else f"at least {length} to go, until {end} or later"


def clock(remaining_s: float, now: datetime.datetime | None = None) -> str:
    """Returns the minute by which `remaining_s` will be over: `18:31`, `tomorrow 02:05`, or with a date."""
    now = now or datetime.datetime.now()
    end = now + datetime.timedelta(seconds=remaining_s)
    if end.second or end.microsecond:
        end = end.replace(second=0, microsecond=0) + datetime.timedelta(minutes=1)
    days = (end.date() - now.date()).days
    day = {0: "", 1: "tomorrow "}.get(days, f"{end:%Y-%m-%d} ")
    return f"{day}{end:%H:%M}"
