"""The facts of this machine that are saved with a run, because they decide its times."""

from pathlib import Path
from typing import Any

import pytest_benchmark
import torch

from crossover.benchmarks.machine import devices, host, unused_gpu

__all__ = ["adapt", "facts"]


def facts(name: str | None, results: Path) -> dict[str, Any]:
    """Returns the name of this machine and the facts that decide how fast it trains.

    Without a `name` it is called after its hardware, with a number where runs of another machine in `results` have that
    name.
    """
    accelerators = devices.accelerators(host.hardware()["cpu_model"])
    facts = host.hardware() | {
        "accelerators": accelerators,
        "unused_gpu": None if accelerators else unused_gpu.unused_gpu(),
        "threads": torch.get_num_threads(),
        "power": host.power_source(),
        "torch": str(torch.__version__),
        "pytest_benchmark": pytest_benchmark.__version__,
    }
    from crossover.benchmarks.runs import machine_names  # imports pandas

    accelerator = accelerators[0]["name"] if accelerators else None
    own = host.default_name(facts["cpu_model"], facts["cores"], accelerator)
    return {"name": name or machine_names.free_name(own, results, facts)} | facts


def adapt(machine_info: dict[str, Any], facts: dict[str, Any]) -> None:
    """Add what decides the times; drop what changes by itself and would look like another machine."""
    machine_info["crossover"] = facts
    machine_info.pop("node", None)  # a laptop's node changes with its network and names its owner
    for fact in [fact for fact in machine_info.get("cpu", {}) if fact.startswith("hz_")]:
        del machine_info["cpu"][fact]  # the momentary clock rate
