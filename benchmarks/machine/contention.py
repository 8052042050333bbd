"""How much processor time other processes and the host take while this process measures. Imports no torch."""

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil

BUSY_CORES = 0.25
"""Other processes that use more than this many cores on average disturb what is measured. A number of cores and no
share: one busy process on a machine with 64 cores disturbs a training on all of them as well."""

LOOK_S = 1.0
"""How long the machine is watched before the first cell: the kernel counts processor time in hundredths of a second."""


@dataclass(frozen=True)
class ProcessorTime:
    """Seconds that have gone by, and seconds of processor time that were used on the cores this process may use."""

    clock_s: float
    busy_s: float
    own_s: float
    stolen_s: float

    @classmethod
    def now(cls, root: int | None = None) -> Self:
        """`own_s` is the time of the process `root` with all it has started, or of this process where none is named."""
        cores = psutil.cpu_times(percpu=True)
        used = [cores[core] for core in usable_cores() if core < len(cores)]
        stolen_s = sum(getattr(core, "steal", 0.0) for core in used)
        busy_s = sum(busy_time_s(core) for core in used)
        return cls(time.perf_counter(), busy_s, sum(map(time_s, family(root))), stolen_s)


@dataclass(frozen=True)
class Contention:
    """How many cores others used on average over some time."""

    other_cores: float
    """By other processes of this machine."""

    stolen_cores: float
    """By the host of this virtual machine, as far as it tells."""

    @classmethod
    def between(cls, before: ProcessorTime, after: ProcessorTime) -> Self:
        seconds = max(after.clock_s - before.clock_s, 1e-9)
        others_s = (after.busy_s - before.busy_s) - (after.own_s - before.own_s)
        return cls(max(0.0, others_s / seconds), max(0.0, (after.stolen_s - before.stolen_s) / seconds))

    @property
    def is_busy(self) -> bool:
        return self.other_cores + self.stolen_cores > BUSY_CORES


def watch(root: int | None = None, seconds: float = LOOK_S) -> tuple[Contention, str]:
    """What others use of this machine just now, and the name of the process that uses most, "" where there is none."""
    own = {process.pid for process in family(root)}
    before, before_s = ProcessorTime.now(root), times_by_process(own)
    time.sleep(seconds)
    found, after_s = Contention.between(before, ProcessorTime.now(root)), times_by_process(own)
    used_s = {process: total_s - before_s.get(process, 0.0) for process, total_s in after_s.items()}
    busiest = max(used_s, key=lambda process: used_s[process], default=None)
    return found, describe(busiest) if busiest and used_s[busiest] > 0 else ""


def usable_cores() -> set[int]:
    """The numbers of the processors that this process may run on, as the system counts them."""
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(psutil.cpu_count() or 1))


def busy_time_s(core: object) -> float:
    """The time for which a core has worked for processes of this machine. Guests are part of `user` already."""
    return sum(getattr(core, name, 0.0) for name in ("user", "nice", "system", "irq", "softirq", "interrupt", "dpc"))


def family(root: int | None) -> list[psutil.Process]:
    """A process with all that it has started and that still runs."""
    with suppress(psutil.Error):
        first = psutil.Process(root)
        return [first, *first.children(recursive=True)]
    return []


def time_s(process: psutil.Process) -> float:
    """The processor time of a process and of those children that have ended; 0 where it has gone meanwhile."""
    with suppress(psutil.Error):
        times = process.cpu_times()
        return float(times.user + times.system + times.children_user + times.children_system)
    return 0.0


def times_by_process(own: set[int]) -> dict[psutil.Process, float]:
    """The processor time of each process that is not one of our own, without what its children used."""
    times_s = {}
    for process in psutil.process_iter():
        if process.pid not in own:
            with suppress(psutil.Error):
                times = process.cpu_times()
                times_s[process] = float(times.user + times.system)
    return times_s


def describe(process: psutil.Process) -> str:
    """`python -m train`: the program and the start of what it was told, cut where it is longer than a glance."""
    with suppress(psutil.Error, IndexError):
        command = process.cmdline()
        words = [Path(command[0]).name, *command[1:3]]
        text = "".join(letter if letter.isprintable() else " " for letter in " ".join(words))
        return f"{text:.60}"
    return "unknown"
