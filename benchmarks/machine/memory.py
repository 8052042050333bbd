"""The memory of devices: total, free and peak, and what allocators keep."""

import contextlib
import ctypes
import sys
from pathlib import Path

import psutil
import torch

from crossover.benchmarks.machine import cgroup, facts

__all__ = [
    "SETTLED_THRESHOLD",
    "PeakMemory",
    "free_bytes",
    "map_blocks_from",
    "release_unused",
    "settle_allocator",
    "total_bytes",
]

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""The numbers of these parameters of mallopt(3)."""

SETTLED_THRESHOLD = 2**25
"""The most that glibc's mmap threshold rises to by itself, in bytes: 32 MiB."""


def total_bytes(device: str) -> int:
    """The memory of a device, in bytes. MPS shares the machine's."""
    type_ = torch.device(device).type
    if type_ in ("cpu", "mps"):
        return psutil.virtual_memory().total
    return int(torch.get_device_module(type_).get_device_properties(torch.device(device)).total_memory)


def free_bytes(device: str) -> int:
    """The memory that a device could give out now, in bytes; sys.maxsize where that cannot be read.

    On the CPU it is what the system calls available, or what a control group's limit leaves if that is less. On MPS it
    is the most that Metal recommends, less what is taken, but no more than the system has available.
    """
    free: int = facts.read(f"free memory of {device}", lambda: read_free_bytes(device), otherwise=sys.maxsize)
    return free


def read_free_bytes(device: str) -> int:
    type_ = torch.device(device).type
    if type_ == "cpu":
        return min(psutil.virtual_memory().available, cgroup.memory_free_bytes())
    if type_ == "mps":
        metal = torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory()
        return min(psutil.virtual_memory().available, metal)
    module = torch.get_device_module(type_)
    try:
        return int(module.mem_get_info(torch.device(device))[0])
    except RuntimeError:  # some integrated GPUs do not tell
        return total_bytes(device) - int(module.memory_allocated(torch.device(device)))


class PeakMemory:
    """The peak memory of a device since this object was made, on top of what was taken then."""

    def __init__(self, device: str) -> None:
        self.type = torch.device(device).type
        self.device = torch.device(device)
        self.start_bytes: int | None = None
        with facts.reading("peak memory"):
            self.start()

    def start(self) -> None:
        if self.type == "cpu":
            trim_heap()
            self.is_reset = reset_resident_peak()
            self.earlier_peak_bytes = resident_peak_bytes()
            self.start_bytes = psutil.Process().memory_info().rss
        elif self.type != "mps":
            module = torch.get_device_module(self.type)
            module.reset_peak_memory_stats(self.device)
            self.start_bytes = int(module.memory_allocated(self.device))

    def bytes(self) -> int | None:
        """The peak in bytes; None where it cannot be told: on MPS, and on a CPU whose earlier, higher peak stands."""
        start = self.start_bytes
        peak: int | None = None if start is None else facts.read("peak memory", lambda: self.read(start))
        return peak

    def read(self, start_bytes: int) -> int | None:
        if self.type != "cpu":
            return int(torch.get_device_module(self.type).max_memory_allocated(self.device)) - start_bytes
        peak_bytes = resident_peak_bytes()
        if not self.is_reset and peak_bytes <= self.earlier_peak_bytes:
            return None
        return max(0, peak_bytes - start_bytes)


def trim_heap() -> None:
    """Give back the freed memory that the C library keeps: using it again would not show in the peak."""
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):  # malloc_trim is glibc's own
            ctypes.CDLL(None).malloc_trim(0)


def reset_resident_peak() -> bool:
    """Restart the peak of this process's resident memory; returns whether it could (proc_pid_clear_refs(5), Linux)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return False
    return True


def resident_peak_bytes() -> int:
    """The most resident memory that this process has had, in bytes."""
    if sys.platform == "linux":
        status = Path("/proc/self/status").read_text()
        return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:"))
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource  # not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # macOS counts bytes, the others KiB


def release_unused(device: str) -> None:
    """Give back to the system the unused memory that torch's allocator still holds from an earlier cell."""
    if device != "cpu":
        torch.get_device_module(torch.device(device).type).empty_cache()


def settle_allocator() -> None:
    """Bring the C library's heap into the one state in which a training takes the same time in every process.

    Whether glibc gives freed memory back to the system, and pays for fresh pages at the next step, depends on what the
    process allocated and freed before: the same loop took up to 1.25x as long in one process as in the next. Once a
    block as large as the highest mmap threshold is freed, glibc keeps the memory of smaller freed blocks (mallopt(3),
    M_MMAP_THRESHOLD). Most processes come to this state sooner or later.
    """
    torch.empty(SETTLED_THRESHOLD - 2**16, dtype=torch.uint8)


def map_blocks_from(size_bytes: int) -> None:
    """Make the C library take every block of this size or more from the system, and give it back when it is freed.

    Otherwise freed blocks stay in the heap, where glibc finds no place for aligned blocks of the same size, such as
    torch's: gathering a network's weights block by block made a process grow to several times what it held.
    Does nothing where the C library is not glibc.
    """
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):
            ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, size_bytes)
            ctypes.CDLL(None).mallopt(M_TRIM_THRESHOLD, 2 * size_bytes)  # glibc's own rule
