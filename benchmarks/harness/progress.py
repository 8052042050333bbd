"""What is said of a run's progress: the cell, round or turn that comes next, and when all will be over."""

import datetime

from crossover.benchmarks.harness.run import Run
from crossover.benchmarks.machine import devices
from crossover.benchmarks.runs import units
from crossover.benchmarks.runs.cells import Cell, Group, name_of
from crossover.model.recipes import RECIPES

__all__ = ["announce", "go_on", "show", "start", "to_go"]

MOST_NAMES = 8
"""A line names up to this many cells; it only counts more."""


def start(run: Run, cell: Cell, round_s: float, rounds: int, waiting_s: float = 0.0) -> None:
    """Say what comes next and when all will be over; `waiting_s` is what earlier cells still need."""
    times = "1 round" if rounds == 1 else f"{rounds} rounds"
    likely_s = round_s * run.forecast.bias
    words = end_words(run, waiting_s, (cell, likely_s * run.options.budget.likely_rounds(likely_s)))
    show(run, cell, f"{times} of about {units.roughly(round_s)}; {words}")


def go_on(run: Run, cell: Cell, number: int, rounds: int, left_s: float) -> None:
    """Say which round comes next; only a screen shows it, a log does not."""
    run.terminal.renew(line(run, cell, f"round {number} of {rounds}; {end_words(run, left_s)}"))


def announce(run: Run, turn: int, group: Group, cells: list[Cell], waiting_s: float) -> None:
    """Say which cells have a round in a turn of a group."""
    device = len({cell.device for cell in cells}) > 1
    parts = [(*([cell.device] * device), *cell.variant) or (cell.recipe,) for cell in cells]
    names = ", ".join("-".join(map(str, each)) for each in parts)
    who = names if len(cells) <= MOST_NAMES else f"{len(cells)} cells"
    run.terminal.show(f"{name_of(group)}, turn {turn}: {who}; {end_words(run, waiting_s)}")


def show(run: Run, cell: Cell, text: str) -> None:
    """Show a line of a cell."""
    run.terminal.show(line(run, cell, text))


def line(run: Run, cell: Cell, text: str) -> str:
    number = list(run.names).index(cell) + 1
    return f"[{number:>{len(str(len(run.names)))}}/{len(run.names)}] {cell}  {text}"


def end_words(run: Run, waiting_s: float, begun: tuple[Cell, float] | None = None) -> str:
    """Says how long the rest of the run will take: `waiting_s`, the cell just begun, and the cells to come."""
    remaining = run.forecast.remaining([(cell, size) for cell, size in to_come(run) if not begun or cell != begun[0]])
    seconds = waiting_s + (begun[1] if begun else 0.0) + remaining.seconds
    return to_go(seconds, is_known=remaining.is_known)


def to_come(run: Run) -> list[tuple[Cell, int]]:
    """Returns the cells without an outcome that can run on their device, each with its number of parameters."""
    here = {device for device in run.options.devices if not devices.missing_reason(device)}
    cells = [
        cell
        for cell in run.names
        if cell not in run.outcomes
        and cell.device in here
        and not RECIPES[cell.recipe].unavailable(cell.device, run.workload_of(cell))
    ]
    return [(cell, run.parameters(cell)) for cell in cells]


def to_go(remaining_s: float, *, is_known: bool, now: datetime.datetime | None = None) -> str:
    """Returns `about 4.2 min to go, until 18:31`, or `at least 4.2 min to go, until 18:31 or later`."""
    is_short = 90 <= remaining_s < 600  # rounding to minutes would be too coarse
    length = f"{remaining_s / 60:.1f} min" if is_short else units.roughly(remaining_s)
    end = end_time(remaining_s, now)
    return f"about {length} to go, until {end}" if is_known else f"at least {length} to go, until {end} or later"


def end_time(remaining_s: float, now: datetime.datetime | None = None) -> str:
    """Returns the minute by which `remaining_s` will be over: `18:31`, `tomorrow 02:05`, or with a date."""
    now = now or datetime.datetime.now()
    end = now + datetime.timedelta(seconds=remaining_s)
    if end.second or end.microsecond:
        end = end.replace(second=0, microsecond=0) + datetime.timedelta(minutes=1)
    days = (end.date() - now.date()).days
    day = {0: "", 1: "tomorrow "}.get(days, f"{end:%Y-%m-%d} ")
    return f"{day}{end:%H:%M}"
