"""Which machine this is: a readable name, and the facts that decide how fast it trains. Imports no torch."""

import os
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

import cpuinfo  # comes with pytest-benchmark
import machineid
import psutil

from crossover.benchmarks.machine import cgroup, facts
from crossover.benchmarks.machine.mounts import mounts

__all__ = ["beyond_quota", "cpu_quota", "default_name", "hardware", "power_source", "usable_cores"]

GIB = 2**30

UNKNOWN_CPU = "unknown CPU"
LONGEST_NAME = 100
"""The most characters of a machine's name, which is that of a folder."""


NOT_IN_A_NAME = r"\((R|TM|C)\)|\bCPU\b|\bProcessor\b|\b\d+-Core\b|@.*| with .*|\bNVIDIA (?=NVIDIA)"
"""Words in a maker's model name that do not tell one machine from another."""

ID_FILES = (Path("/var/lib/dbus/machine-id"), Path("/etc/machine-id"))
"""Where Linux keeps the id of an installation; the first one that holds anything counts (as for py-machineid)."""

CONTAINER_MARKS = (Path("/.dockerenv"), Path("/run/.containerenv"))
"""Files that Docker and Podman put into each container."""


@cache
def hardware() -> dict[str, Any]:
    """The hardware of this machine, as far as it can be told without torch; memory in GiB. Unknown facts are None."""
    return {
        "id": facts.read("machine id", machine_id),
        "cpu_model": facts.read("CPU model", lambda: cpuinfo.get_cpu_info().get("brand_raw", UNKNOWN_CPU)),
        "cores": facts.read("cores", lambda: psutil.cpu_count(logical=False) or psutil.cpu_count() or 1),
        "memory_gib": facts.read("memory", lambda: round(psutil.virtual_memory().total / GIB)),
    }


def usable_cores() -> int:
    """How many cores this process may use: the physical ones, or fewer where its affinity or a quota allows fewer."""
    found: int = hardware()["cores"] or 1
    if hasattr(os, "sched_getaffinity"):
        found = min(found, facts.read("CPU affinity", lambda: len(os.sched_getaffinity(0)), otherwise=found))
    return max(1, min(found, int(cpu_quota() or found)))


def cpu_quota() -> float | None:
    """How many cores' worth of time the control group of this process gets; None without a limit."""
    quota: float | None = facts.read("CPU quota", cgroup.cpu_quota)
    return quota


def beyond_quota(quota: float | None, threads: int, processes: int = 1) -> list[str]:
    """Returns a line where a CPU quota, in cores, is less than the threads that torch has in all processes together."""
    total, fitting = threads * processes, max(1, int((quota or 0) / processes))
    if not quota or total <= quota:
        return []
    count = f"{total} thread{'s' * (total > 1)}"
    words = f"CPU quota: {quota:g} cores, and torch uses {count}: the kernel will stop it again and again"
    return [f"{words}; OMP_NUM_THREADS={fitting} fits" if fitting < threads else words]


def machine_id() -> str | None:
    """An id that only this installation has, hashed so that it identifies nobody; None where none lasts."""
    if sys.platform == "linux" and not is_lasting():
        return None
    try:
        return machineid.hashed_id("crossover")[:16]
    except machineid.MachineIdNotFound:
        return None


def is_lasting(files: tuple[Path, ...] = ID_FILES) -> bool:
    """Whether Linux' id lives as long as the installation.

    That of a container is its image's or its own, and one that is mounted over the file was made for this boot, or for
    this container (machine-id(5)). systemd writes "uninitialized" before an image's first boot.
    """
    if any(mark.exists() for mark in CONTAINER_MARKS):
        return False
    found = mounts()
    if any(mount.point == "/" and mount.kind == "overlay" for mount in found):
        return False
    file = next((file for file in files if file.is_file() and file.read_text().strip()), None)
    if not file or str(file.resolve()) in {mount.point for mount in found}:
        return False
    return bool(re.fullmatch("[0-9a-f]{32}", file.read_text().strip()))


def power_source() -> str | None:
    """`mains` or `battery`; None where the machine does not say."""
    battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    if battery is None or battery.power_plugged is None:
        return None
    return "mains" if battery.power_plugged else "battery"


def default_name(cpu_model: str | None, cores: int | None, accelerator_name: str | None) -> str:
    """A machine's name, such as `apple-m2-max`, `amd-epyc-2-cores` or `nvidia-h200-intel-xeon-16-cores`.

    The name of an Apple chip tells how many cores it has; that of a server's CPU does not, as a machine may be a slice.
    """
    parts = [cpu_model or UNKNOWN_CPU]
    if cores and not parts[0].startswith("Apple"):
        parts.append(f"{cores} cores")
    if accelerator_name and accelerator_name != cpu_model:
        parts.insert(0, accelerator_name)
    plain = " ".join(re.sub(NOT_IN_A_NAME, " ", part) for part in parts)
    return re.sub(r"[^a-z0-9]+", "-", plain.lower())[:LONGEST_NAME].strip("-") or "unknown"
