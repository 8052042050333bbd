"""The facts of each machine, as its runs say them."""

from typing import Any

from crossover.benchmarks.report.show.sheet import Sheet
from crossover.benchmarks.runs.load import SavedRun, plain

__all__ = ["facts_sheet", "in_a_line"]

HEADER = ["machine", "CPU", "cores", "memory", "accelerators", "torch", "threads", "power", "taken (UTC)", "run"]


def facts_sheet(runs: list[SavedRun]) -> Sheet:
    """A row for each run, without the columns that none of them fills."""
    rows = [[plain(value) for value in row(run)] for run in runs]
    return Sheet("The runs, and the machines that they were taken on", HEADER, rows, notes(runs)).filled()


def row(run: SavedRun) -> list[str]:
    machine = run.machine
    return [
        machine.name,
        machine.cpu_model or "",
        text(machine.cores),
        f"{machine.memory_gib} GiB" if machine.memory_gib else "",
        ", ".join(accelerators(run)),
        machine.torch or "",
        text(machine.threads),
        machine.power or "",
        run.taken.strftime("%Y-%m-%d %H:%M"),
        run.label,
    ]


def text(number: int | None) -> str:
    return "" if number is None else str(number)


def accelerators(run: SavedRun) -> list[str]:
    """The names of a machine's accelerators, whatever their entries hold."""
    entries: list[dict[str, Any]] = run.machine.accelerators or []
    return [str(entry.get("name") or entry.get("device") or "?") for entry in entries]


def in_a_line(run: SavedRun) -> str:
    """`Intel Xeon, 2 cores, 24 GiB, NVIDIA H100`"""
    _, cpu, cores, memory, *_ = row(run)
    parts = [cpu, f"{cores} cores" if cores else "", memory, *accelerators(run)]
    return plain(", ".join(dict.fromkeys(part for part in parts if part)))


def notes(runs: list[SavedRun]) -> list[str]:
    """The sources of runs that were not measured by this suite."""
    found = [(run.machine.name, run.saved.crossover) for run in runs if run.saved.crossover.reference]
    return list(dict.fromkeys(plain(f"{name}: {stamp.source}, {stamp.reference}") for name, stamp in found))
