"""What a run prints of its tables: each as soon as its benchmark is done, and all at the end of pytest's output."""

import os

import pytest

from crossover.benchmarks.harness.run import Run
from crossover.benchmarks.harness.terminal import width_of
from crossover.benchmarks.machine import facts
from crossover.benchmarks.runs.cells import UNREACHED
from crossover.benchmarks.storage import pytest_benchmark_options
from crossover.benchmarks.storage.document import document

__all__ = ["show_table", "write"]


def show_table(run: Run, benchmark: str) -> None:
    """Print the table of a benchmark whose cells are all done, while those of others are to come."""
    if not any(cell.benchmark == benchmark for cell in run.outcomes):
        return
    saved = document(run)
    with facts.reading(f"table of {benchmark}"):
        run.terminal.tell(
            lambda width, color: "\n".join(run.summarise(saved, benchmark=benchmark, width=width, color=color))
        )


def write(run: Run, terminal: pytest.TerminalReporter) -> None:
    """Print the tables of the run, with what its comparison with other runs means, and where it is saved."""
    if run.tried:
        cells = f"{run.tried} cell{'s' * (run.tried > 1)}"
        terminal.write_line(f"benchmarks are disabled: {cells} tried for one epoch each, nothing timed or saved")
    if not run.outcomes:
        if run.session.processor_time:
            terminal.write_line("nothing was measured: the run ended before the first round")
        return
    terminal.ensure_newline()
    terminal.section("Crossover")
    width, color = width_of(terminal), bool(terminal.isatty)
    saved = pytest_benchmark_options.storage(run.config)
    for text in run.summarise(document(run), compared=run.compared, saved=saved, width=width, color=color):
        terminal.write_line(text)
    if saved_as := run.saved_as or run.config.option.benchmark_json:
        shown = facts.read("current folder", lambda: os.path.relpath(saved_as), otherwise=saved_as)
        terminal.write_line(f"saved: {shown}")
    elif not run.file and run.timed:
        terminal.write_line("not saved: with --benchmark-autosave, `crossover table` shows it again")
    for line in [*run.troubles, *to_resume(run)]:
        terminal.write_line(line, red=True)


def to_resume(run: Run) -> list[str]:
    """Returns a line that says how many cells are to come; empty where none is or the run cannot be resumed."""
    cells = [run.outcomes.get(cell, UNREACHED).finished for cell in run.names]
    cells += [cell["finished"] for cell in run.earlier.others]
    left = cells.count(False)
    if not left or not run.file:
        return []
    command = "the same command" if all(cell["finished"] for cell in run.earlier.others) else "the first command"
    return [f"unfinished: {left} of {len(cells)} cells are to come; {command} with --resume goes on"]
