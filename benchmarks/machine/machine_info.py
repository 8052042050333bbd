"""The facts of this machine that are saved with a run, because they decide its times."""

from pathlib import Path
from typing import Any

import pytest_benchmark
import torch

from crossover.benchmarks.machine import devices, facts, host, unused_gpu
from crossover.benchmarks.runs import machine_names

__all__ = ["adapt", "describe"]


def describe(name: str | None, results: Path) -> dict[str, Any]:
    """Returns the name of this machine and the facts that decide how fast it trains, None for one that is unknown.

    Without a `name` it is called after its hardware, with a number where runs of another machine in `results` have that
    name.
    """
    hardware = host.hardware()
    cpu_model = hardware["cpu_model"]
    accelerators = facts.read("accelerators", lambda: devices.accelerators(cpu_model))
    machine = hardware | {
        "accelerators": accelerators,
        "unused_gpu": None if accelerators else facts.read("unused GPU", unused_gpu.unused_gpu),
        "threads": torch.get_num_threads(),
        "matmul_precision": torch.get_float32_matmul_precision(),
        "deterministic": torch.are_deterministic_algorithms_enabled(),
        "cpu_quota": host.cpu_quota(),
        "power": facts.read("power source", host.power_source),
        "torch": str(torch.__version__),
        "pytest_benchmark": pytest_benchmark.__version__,
    }
    accelerator = accelerators[0]["name"] if accelerators else None
    own = host.default_name(cpu_model, machine["cores"], accelerator)
    return {"name": name or machine_names.free_name(own, results, machine)} | machine


def adapt(machine_info: dict[str, Any], machine: dict[str, Any]) -> None:
    """Add what decides the times; drop what changes by itself and would look like another machine."""
    machine_info["crossover"] = machine
    machine_info.pop("node", None)  # a laptop's node changes with its network and names its owner
    for fact in [fact for fact in machine_info.get("cpu", {}) if fact.startswith("hz_")]:
        del machine_info["cpu"][fact]  # the momentary clock rate
