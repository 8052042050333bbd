"""Measures once a run what each device can do at most, and once more where a cell was faster than that."""

from crossover.benchmarks.harness.run import Run
from crossover.benchmarks.machine import facts
from crossover.benchmarks.machine import probe as limits
from crossover.benchmarks.runs.cells import Cell
from crossover.benchmarks.runs.roofline import least_times_s

__all__ = ["probe", "probe_again"]


def probe(run: Run, device: str) -> None:
    """Measure the limits of a device, once a run."""
    fact = f"limits of {device}"
    if device not in run.probes and fact not in facts.unread:
        run.terminal.show(f"probing {device}: what it can do at most")
        with facts.reading(fact):
            run.probes[device] = limits.probe(device)


def probe_again(run: Run) -> None:
    """Measure the limits of a device once more where a cell exceeded them: the first probe was disturbed."""
    for device in {cell.device for cell in beating(run)}:
        run.terminal.show(f"probing {device} again: a cell was faster than it could be")
        with facts.reading(f"limits of {device} once more"):
            run.probes[device] = limits.best(run.probes[device], limits.probe(device))


def beating(run: Run) -> list[Cell]:
    """Returns the cells that took less time than the probe of their device says they can."""
    fastest_s = {metadata.name: (min(metadata.stats.data), metadata.extra_info) for metadata in run.timed}
    return [
        cell
        for cell, name in run.names.items()
        if name in fastest_s and (work := fastest_s[name][1].get("work")) and cell.device in run.probes
        if max(least_times_s(work, run.probes[cell.device], run.parameters(cell)).values()) > fastest_s[name][0]
    ]
