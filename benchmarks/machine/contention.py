"""How much processor time other processes and the host take while this process measures. Imports no torch."""

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil

__all__ = ["BUSY_GPU", "Contention", "ProcessorTime", "family", "usable_processors", "watch"]

BUSY_CORES = 0.25
"""Other processes and the host disturb what is measured if they use more cores than this on average. It is a number of
cores, not a share: one busy process also disturbs a training on all 64 cores of a machine."""

BUSY_GPU = 0.05
"""They disturb what a GPU does if their kernels run on it for more than this share of the time."""

SHORTEST_S = 0.3
"""In a shorter time the kernel's hundredths of a second do not tell what others used."""

SLEEP_S = 1.0
"""Clocks that differ by more than this: the machine was put to sleep, or its clock was set."""

LOOK_S = 1.0
"""How long to watch the machine before the first cell: the kernel counts processor time in hundredths of a second."""


@dataclass(frozen=True)
class ProcessorTime:
    """A time on the clock, and the processor time used until then on the cores this process may use, all in seconds."""

    clock_s: float
    busy_s: float
    own_s: float
    stolen_s: float
    asleep_s: float = 0.0
    """How long the machine has slept until then, plus a constant."""

    @classmethod
    def now(cls, root: int | None = None) -> Self:
        """The times now; `own_s` is that of the process `root`, or of this one, with all it has started."""
        cores = psutil.cpu_times(percpu=True)
        used = [cores[core] for core in usable_processors() if core < len(cores)]
        stolen_s = sum(getattr(core, "steal", 0.0) for core in used)
        busy_s = sum(busy_time_s(core) for core in used)
        return cls(time.perf_counter(), busy_s, sum(map(time_s, family(root))), stolen_s, asleep_s())


@dataclass(frozen=True)
class Contention:
    """How many cores others used on average over some time."""

    other_cores: float
    """Cores used by other processes of this machine."""

    stolen_cores: float
    """Cores taken by the host of this virtual machine, as far as the host tells."""

    slept_s: float = 0.0
    """How long the machine slept meanwhile."""

    is_told: bool = True
    """Whether the time was long enough to tell how many cores others used."""

    other_gpu: float | None = None
    """The share of its last sample in which kernels of others ran on the GPU; None without one, or where unknown."""

    @classmethod
    def between(cls, before: ProcessorTime, after: ProcessorTime) -> Self:
        seconds = max(after.clock_s - before.clock_s, 1e-9)
        others_s = (after.busy_s - before.busy_s) - (after.own_s - before.own_s)
        stolen_s = after.stolen_s - before.stolen_s
        slept_s = max(0.0, after.asleep_s - before.asleep_s)
        if seconds < SHORTEST_S:
            return cls(0.0, 0.0, slept_s, is_told=False)
        return cls(max(0.0, others_s / seconds), max(0.0, stolen_s / seconds), slept_s)

    @property
    def is_busy(self) -> bool:
        is_gpu_busy = (self.other_gpu or 0.0) > BUSY_GPU
        return self.other_cores + self.stolen_cores > BUSY_CORES or is_gpu_busy or self.slept_s > SLEEP_S


def watch(root: int | None = None, seconds: float = LOOK_S) -> tuple[Contention, str]:
    """Watch the machine for some seconds; returns what others use, and the command of the one that uses most, or ""."""
    own = {process.pid for process in family(root)}
    before, before_s = ProcessorTime.now(root), times_by_process(own)
    time.sleep(seconds)
    found, after_s = Contention.between(before, ProcessorTime.now(root)), times_by_process(own)
    used_s = {process: total_s - before_s.get(process, 0.0) for process, total_s in after_s.items()}
    busiest = max(used_s, key=lambda process: used_s[process], default=None)
    return found, describe(busiest) if busiest and used_s[busiest] > 0 else ""


def usable_processors() -> set[int]:
    """The numbers of the processors that this process may run on, as the system counts them."""
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(psutil.cpu_count() or 1))


def asleep_s() -> float:
    """How long the machine has slept, plus a constant: what the clock that does not stop is ahead of the one that does.

    On Linux both count from its start; elsewhere the time of day stands in for the first.
    """
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME) - time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.time() - time.perf_counter()


def busy_time_s(core: object) -> float:
    """The seconds that a core has worked for processes of this machine. `user` already includes guests."""
    return sum(getattr(core, name, 0.0) for name in ("user", "nice", "system", "irq", "softirq", "interrupt", "dpc"))


def family(root: int | None) -> list[psutil.Process]:
    """Returns a process and all running processes that it has started; this process where `root` is None."""
    with suppress(psutil.Error):
        first = psutil.Process(root)
        return [first, *first.children(recursive=True)]
    return []


def time_s(process: psutil.Process) -> float:
    """The processor time of a process and its ended children, in seconds; 0 where the process has gone."""
    with suppress(psutil.Error):
        times = process.cpu_times()
        return float(times.user + times.system + times.children_user + times.children_system)
    return 0.0


def times_by_process(own: set[int]) -> dict[psutil.Process, float]:
    """The processor time of each process that is not in `own`, in seconds, without its children's."""
    times_s = {}
    for process in psutil.process_iter():
        if process.pid not in own:
            with suppress(psutil.Error):
                times = process.cpu_times()
                times_s[process] = float(times.user + times.system)
    return times_s


def describe(process: psutil.Process) -> str:
    """A command such as `python -m train`: the program and two arguments at most, cut after 60 characters."""
    with suppress(psutil.Error, IndexError):
        command = process.cmdline()
        words = [Path(command[0]).name, *command[1:3]]
        text = "".join(letter if letter.isprintable() else " " for letter in " ".join(words))
        return f"{text:.60}"
    return "unknown"
