"""Which machine this is: a readable name, and what about it decides how fast it trains. Imports no torch."""

import os
import re
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import cpuinfo  # comes with pytest-benchmark
import machineid
import psutil

GIB = 2**30

SHOWN = Path(__file__).parents[2] / "docs" / "runs"
"""The runs that the documentation shows. Whoever compares with them needs another name than theirs."""

NOT_IN_A_NAME = r"\((R|TM|C)\)|\bCPU\b|\bProcessor\b|\b\d+-Core\b|@.*| with .*|\bNVIDIA (?=NVIDIA)"
"""What makers add to a model's name that tells no machine from another."""


@cache
def hardware() -> dict[str, Any]:
    """What is built into this machine, as far as it can be told without torch."""
    return {
        "id": machine_id(),
        "cpu_model": cpuinfo.get_cpu_info().get("brand_raw", "unknown CPU"),
        "cores": psutil.cpu_count(logical=False) or psutil.cpu_count() or 1,
        "memory_gib": round(psutil.virtual_memory().total / GIB),
    }


def usable_cores() -> int:
    """How many cores this process may use."""
    found: int = hardware()["cores"]
    return min(found, len(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else found


def machine_id() -> str | None:
    """A number that only this installation has, hashed so that it names nobody; None where there is none."""
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
    """`apple-m2-max`, `amd-epyc-2-cores`, `nvidia-h200-intel-xeon-16-cores`.

    Apple's chips say with their name how many cores they have; slices of a server do not.
    """
    parts = [cpu_model] if cpu_model.startswith("Apple") else [cpu_model, f"{cores} cores"]
    if accelerator_name and accelerator_name != cpu_model:
        parts.insert(0, accelerator_name)
    plain = " ".join(re.sub(NOT_IN_A_NAME, " ", part) for part in parts)
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def free_name(name: str, results: Path, facts: dict[str, Any]) -> str:
    """The name, or the name with a number, if under the name stand runs of another machine: its own or shown ones."""
    candidate, number = name, 1
    while not all(
        is_this_machine(facts, saved)
        for folder in (results / candidate, SHOWN / candidate)
        for saved in saved_machines(folder)
    ):
        number += 1
        candidate = f"{name}-{number}"
    return candidate


def is_same_machine(facts: dict[str, Any], saved: dict[str, Any]) -> bool:
    """Whether two descriptions can be of one machine; what one of them does not know tells nothing."""
    keys = [key for key in (*hardware(), "accelerators") if facts.get(key) is not None and saved.get(key) is not None]
    return all(facts[key] == saved[key] for key in keys)


def is_this_machine(facts: dict[str, Any], saved: dict[str, Any]) -> bool:
    """Whether a saved description is of the machine with these facts: the same id, or none on either side.

    Machines of one make look the same in all else, and a run that came from elsewhere may lack its id.
    """
    return saved.get("id") == facts.get("id") and is_same_machine(facts, saved)


def saved_machines(folder: Path) -> list[dict[str, Any]]:
    """What the newest run in a folder says of its machine; nothing where no run can be read."""
    from crossover.benchmarks.runs import load

    for path in sorted(folder.rglob("*.json"), key=lambda path: path.name, reverse=True):
        with suppress(load.LoadError):
            run = load.read(path)
            is_measured = run.saved.crossover.source == "measured"
            # Times that were copied from elsewhere are of a machine that nobody has here.
            return [run.machine_facts() if is_measured else {"id": "published"}]
    return []
