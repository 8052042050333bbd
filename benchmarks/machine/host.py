"""Which machine this is: a readable name, and the facts that decide how fast it trains. Imports no torch."""

import os
import re
from functools import cache
from typing import Any

import cpuinfo  # comes with pytest-benchmark
import machineid
import psutil

__all__ = ["default_name", "hardware", "power_source", "usable_cores"]

GIB = 2**30

LONGEST_NAME = 100
"""The most characters of a machine's name, which is that of a folder."""


NOT_IN_A_NAME = r"\((R|TM|C)\)|\bCPU\b|\bProcessor\b|\b\d+-Core\b|@.*| with .*|\bNVIDIA (?=NVIDIA)"
"""Words in a maker's model name that do not tell one machine from another."""


@cache
def hardware() -> dict[str, Any]:
    """The hardware of this machine, as far as it can be told without torch; memory in GiB."""
    return {
        "id": machine_id(),
        "cpu_model": cpuinfo.get_cpu_info().get("brand_raw", "unknown CPU"),
        "cores": psutil.cpu_count(logical=False) or psutil.cpu_count() or 1,
        "memory_gib": round(psutil.virtual_memory().total / GIB),
    }


def usable_cores() -> int:
    """How many cores this process may use: the physical ones, or fewer where its affinity allows fewer."""
    found: int = hardware()["cores"]
    return min(found, len(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else found


def machine_id() -> str | None:
    """An id that only this installation has, hashed so that it identifies nobody; None where there is none."""
    try:
        return machineid.hashed_id("crossover")[:16]
    except machineid.MachineIdNotFound:
        return None


def power_source() -> str | None:
    """`mains` or `battery`; None where the machine does not say."""
    battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    if battery is None or battery.power_plugged is None:
        return None
    return "mains" if battery.power_plugged else "battery"


def default_name(cpu_model: str, cores: int, accelerator_name: str | None) -> str:
    """A machine's name, such as `apple-m2-max`, `amd-epyc-2-cores` or `nvidia-h200-intel-xeon-16-cores`.

    The name of an Apple chip tells how many cores it has; that of a server's CPU does not, as a machine may be a slice.
    """
    parts = [cpu_model] if cpu_model.startswith("Apple") else [cpu_model, f"{cores} cores"]
    if accelerator_name and accelerator_name != cpu_model:
        parts.insert(0, accelerator_name)
    plain = " ".join(re.sub(NOT_IN_A_NAME, " ", part) for part in parts)
    return re.sub(r"[^a-z0-9]+", "-", plain.lower())[:LONGEST_NAME].strip("-") or "unknown"
