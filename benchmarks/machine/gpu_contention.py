"""How much of an NVIDIA GPU other processes use while this one measures, as far as NVML tells."""

import time
from collections.abc import Iterable
from typing import Any

import torch

from crossover.benchmarks.machine import facts
from crossover.benchmarks.machine.contention import family

__all__ = ["GpuWatch", "UnknownProcessesError", "share_of_others", "watch"]

FACT = "use of the GPU by other processes"
"""What is remarked where it cannot be read."""

MOST_PERCENT = 100
"""What NVML says beyond this is the leavings of a process that has ended (github.com/Syllo/nvtop/issues/110)."""


class UnknownProcessesError(LookupError):
    """Nobody can tell which of the processes on a GPU are this run's."""


def watch(device: str) -> "GpuWatch | None":
    """Returns a watch of a device; None where it is no NVIDIA GPU or cannot be watched, which is remarked."""
    asked = torch.device(device)
    if asked.type != "cuda" or torch.version.cuda is None or not torch.cuda.is_available():
        return None
    found: GpuWatch | None = facts.read(FACT, lambda: GpuWatch(str(torch.cuda.get_device_properties(asked).uuid)))
    return found


class GpuWatch:
    """Watches one GPU by NVIDIA's management library, which samples what each process uses of it.

    A sample takes a sixth of a second to a second, by the GPU, so that nothing is known of much shorter times.
    """

    def __init__(self, uuid: str) -> None:
        """Takes the GPU's id as torch has it; raises ImportError without nvidia-ml-py, NVMLError without a driver."""
        import pynvml

        self.nvml = pynvml
        self.nvml.nvmlInit()
        self.gpu = self.nvml.nvmlDeviceGetHandleByUUID(f"GPU-{uuid}")
        self.begin()

    def begin(self) -> None:
        """Let what is asked later be of the time from now on."""
        self.start_us = time.time_ns() // 1000

    def others(self, root: int | None, *, is_idle: bool = False) -> float | None:
        """Returns the share of the last sample since `begin`, a second at most, in which kernels of others ran.

        None where that is unknown: no sample was taken since, or NVML does not tell, as in MIG mode, which is remarked.
        Own are the process `root`, or this one, and all that it has started; `is_idle` tells that none used the GPU.
        """
        own = {process.pid for process in family(root)}
        with facts.reading(FACT):
            return share_of_others(self.samples(), self.start_us, own, is_idle=is_idle)
        return None

    def samples(self) -> list[Any]:
        """Returns what NVML has sampled since `begin`, one sample for each process that used the GPU."""
        try:
            return list(self.nvml.nvmlDeviceGetProcessUtilization(self.gpu, self.start_us))
        except self.nvml.NVMLError_NotFound:
            return []


def share_of_others(samples: Iterable[Any], start_us: int, own: set[int], *, is_idle: bool) -> float | None:
    """Returns which share of the time kernels of other processes ran on a GPU, from NVML's samples since a time.

    None where own processes used it and no sample was taken. Raises UnknownProcessesError where none of those that used
    it is an own one, although they did: the driver numbers processes as the host does, which a container does not know
    (github.com/NVIDIA/nvidia-docker/issues/1483).
    """
    used = {
        sample.pid: sample.smUtil / 100
        for sample in sorted(samples, key=lambda sample: int(sample.timeStamp))
        if sample.timeStamp > start_us and sample.smUtil <= MOST_PERCENT
    }
    if not used and not is_idle:
        return None
    if not is_idle and not used.keys() & own:
        raise UnknownProcessesError(
            "none of the processes that NVML names is this run's: in a container they have other numbers"
        )
    share: float = sum(share for pid, share in used.items() if pid not in own)
    return min(1.0, share)
