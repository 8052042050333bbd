"""`crossover ab`: turns the words of a command line into a verdict and an exit code."""

import contextlib
import os
import re
import shutil
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from crossover.benchmarks.ab import CannotCompareError, text, worktree
from crossover.benchmarks.ab.estimate import Estimate
from crossover.benchmarks.ab.protocol import WORKER_FILE, worker_of
from crossover.benchmarks.ab.sequential import CellResult, Comparison, Limits
from crossover.benchmarks.ab.sides import Side, SideProcess
from crossover.benchmarks.machine.signals import Interrupted
from crossover.benchmarks.report.analysis.verdict import Verdict, overall, parse_slowdown
from crossover.benchmarks.runs.session_marks import DISTURBED
from crossover.benchmarks.storage.run_lock import RunLock

__all__ = ["Request", "compare", "run"]

THIS = "this tree"

MOST_ROUNDS = 5000
"""The interval needs the means of all pairs of values, 12 million with this many."""

CLEARED = "\r\033[K"
"""Clears the line that a terminal's cursor is in."""

Value = TypeVar("Value")


@dataclass(frozen=True)
class Request:
    """What to compare, as it was asked for."""

    revision: str | None
    python: str | None
    scales: list[int]
    devices: list[str]
    limits: Limits
    alongside: bool = False

    @classmethod
    def parse(
        cls,
        revision: str | None,
        python: str | None,
        scales: str,
        devices: str,
        rounds: str,
        cell_seconds: str,
        max_slowdown: str,
        alongside: bool = False,
    ) -> "Request":
        from crossover.benchmarks.harness.options import parse_scales, parse_seconds

        if not revision and not python:
            raise CannotCompareError("nothing to compare: name a revision, such as main~3, or --python PATH, or both")
        limits = Limits(
            option("--max-slowdown", parse_slowdown, max_slowdown),
            option("--rounds", parse_rounds, rounds),
            option("--cell-seconds", parse_seconds, cell_seconds),
        )
        names = list(dict.fromkeys(name.strip().lower() for name in devices.split(",")))
        if not all(re.fullmatch(r"[a-z]+(:\d+)?", name) for name in names):
            raise CannotCompareError(f"--devices: {devices!r} is no list of devices, such as cpu,cuda:1")
        return cls(revision, python, option("--scales", parse_scales, scales), names, limits, alongside)


def option(name: str, parse: Callable[[str], Value], words: str) -> Value:
    try:
        return parse(words)
    except (ArgumentTypeError, ValueError) as error:
        raise CannotCompareError(f"{name}: {error}") from error


def parse_rounds(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text) or not 1 <= int(text) <= MOST_ROUNDS:
        raise ArgumentTypeError(f"{text!r} is out of range; it takes 1 to {MOST_ROUNDS} pairs")
    return int(text)


def run(request: Request, *, as_json: bool) -> int:
    """Compare and print; returns 1 for a regression, and 0 where nothing got slower than allowed.

    Raises CannotCompareError where nothing could be compared, and RunLockError where another session runs.
    """
    session = RunLock()
    try:
        with session.running(alongside=request.alongside), sides_of(request) as (baseline, contender):
            labels = baseline.label, contender.label
            cells, remarks = compare(request, baseline, contender)
            remarks += [DISTURBED] * session.is_disturbed
    except Interrupted as end:
        end.add_note("nothing is left behind")
        raise
    judged = [cell.verdict for cell in cells if cell.verdict]
    if not judged:
        raise CannotCompareError("; ".join(dict.fromkeys(f"{cell.device}: {cell.stopped}" for cell in cells)))
    verdict = overall(judged)
    if as_json:
        print(text.as_json(labels, cells, request.limits, verdict, remarks))
    else:
        is_terminal = sys.stdout.isatty()
        width = shutil.get_terminal_size().columns if is_terminal else None
        lines = text.lines_below(labels, cells, request.limits, verdict, remarks)
        print(text.text(labels, cells, lines, width, color=is_terminal))
    return int(verdict is Verdict.REGRESSION)


def compare(request: Request, baseline: Side, contender: Side) -> tuple[list[CellResult], list[str]]:
    """Compare every cell that was asked for; returns the results, and what must be known of the two sides."""
    with SideProcess(baseline) as one, SideProcess(contender) as other:
        comparison = Comparison(one, other)
        devices: list[str] = []
        for name in request.devices:
            devices += comparison.hellos[1]["devices"] if name == "auto" else [name]
        asked = [(device, scale) for device in dict.fromkeys(devices) for scale in request.scales]
        cells = []
        for number, (device, scale) in enumerate(asked, start=1):
            with progress(f"cell {number} of {len(asked)}: {device}, scale {scale}", request.limits) as on_look:
                cells.append(comparison.compare(scale, device, request.limits, on_look))
        return cells, comparison.remarks


@contextlib.contextmanager
def sides_of(request: Request) -> Iterator[tuple[Side, Side]]:
    """Yields baseline and contender; the files of a revision exist only during the block."""
    here = root(current_folder())
    python = interpreter(request.python) if request.python else sys.executable
    label = " on ".join(filter(None, [request.revision, request.python]))
    contender = Side(THIS, here, sys.executable)
    if not request.revision:
        yield Side(f"{THIS} on {label}", here, python), contender
        return
    commit = worktree.commit_of(here, request.revision)
    with worktree.checkout(here, commit) as there:
        if not worker_of(there):
            raise CannotCompareError(f"{label}: too old to take part: it has no {WORKER_FILE}")
        yield Side(label, there, python), contender


def current_folder() -> Path:
    try:
        return Path.cwd()
    except OSError as error:
        raise CannotCompareError(f"the current folder cannot be read: {error.strerror}") from error


def root(folder: Path) -> Path:
    """Returns the tree that a folder is in; raises CannotCompareError where it is in none."""
    found = next((each for each in (folder, *folder.parents) if worker_of(each)), None)
    if not found:
        raise CannotCompareError(f"{folder} is in no tree with {WORKER_FILE}: run this where the code to compare is")
    return found


def interpreter(python: str) -> str:
    """Returns the absolute path of a program; raises CannotCompareError where there is none.

    Links are not resolved: a virtual environment is known by the path of its interpreter.
    """
    found = shutil.which(Path(python).expanduser())
    if not found:
        raise CannotCompareError(f"--python: {python} is no program here")
    return os.path.abspath(found)  # noqa: PTH100 (a path without resolving links)


@contextlib.contextmanager
def progress(name: str, limits: Limits) -> Iterator[Callable[[Estimate], None]]:
    """Show each look at a cell: on one line of a terminal, cleared at the end; elsewhere on a line each."""
    begin, end = (CLEARED, "") if sys.stderr.isatty() else ("", "\n")

    def show(line: str) -> None:
        print(f"{begin}{line}", end=end, file=sys.stderr, flush=True)

    longest = f"{limits.cell_seconds:g} s" if limits.cell_seconds else f"{limits.rounds} pairs"
    show(f"{name}: begins, {longest} at most")
    try:
        yield lambda found: show(f"{name}: {text.ratio_text(found)} after {found.pairs} pairs")
    finally:
        if begin:
            show("")
