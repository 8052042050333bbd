"""Measures once a run what each device can do at most, and once more where a cell was faster than that."""

from crossover.benchmarks.harness.run import Run
from crossover.benchmarks.harness.timed_protocol import Probing, Timed
from crossover.benchmarks.machine import facts
from crossover.benchmarks.machine import probe as limits
from crossover.benchmarks.runs.cells import Cell, limits_name
from crossover.benchmarks.runs.roofline import least_times_s
from crossover.benchmarks.runs.schema import Work, fits

__all__ = ["probe", "probe_again"]


def probe(run: Run, cell: Cell, timed: Timed) -> None:
    """Measure the limits of a cell's device, and of its number of threads, once a run."""
    name = limits_name(cell.device, cell.threads)
    fact = f"limits of {name}"
    if name not in run.probes and fact not in facts.unread:
        run.terminal.show(f"probing {name}: what it can do at most")
        with facts.reading(fact):
            run.probes[name] = timed.probe() if isinstance(timed, Probing) else limits.probe(cell.device)


def probe_again(run: Run) -> None:
    """Measure the limits of a device once more where a cell exceeded them: the first probe was disturbed.

    Processes with other threads have ended by then.
    """
    for device in {cell.device for cell in beating(run) if cell.threads is None}:
        run.terminal.show(f"probing {device} again: a cell was faster than it could be")
        with facts.reading(f"limits of {device} once more"):
            run.probes[device] = limits.best(run.probes[device], limits.probe(device))


def beating(run: Run) -> list[Cell]:
    """Returns the cells that took less time than the probe of their device says they can."""
    fastest_s = {metadata.name: (min(metadata.stats.data), metadata.extra_info) for metadata in run.timed}
    return [
        cell
        for cell, name in run.names.items()
        if name in fastest_s and fits(work := fastest_s[name][1].get("work"), Work)
        if (found := run.probes.get(limits_name(cell.device, cell.threads)))
        if max(least_times_s(work, found, run.parameters(cell)).values()) > fastest_s[name][0]
    ]
