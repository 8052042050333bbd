"""Writes lines to pytest's terminal while cells are measured: before a clock starts and never during it."""

import shutil
from collections.abc import Callable
from contextlib import nullcontext, suppress
from typing import Any

import pytest

__all__ = ["Terminal", "width_of"]


class Terminal:
    """Shows lines: on a screen each replaces the one before, in a log each stays."""

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
