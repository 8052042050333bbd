"""Whether a user's workload can be trained, found out before anything is timed."""

from crossover.benchmarks.harness.memory_needs import shortage_reason, training_bytes
from crossover.benchmarks.machine import memory
from crossover.model.workload import Workload
from crossover.model.workloads import checks

__all__ = ["require_trainable"]

COPIES = 3
"""The check draws the weights twice, and needs a gradient for one of the two."""


def require_trainable(workload: Workload, scale: int) -> None:
    """Raise WorkloadError where a batch of a user's workload cannot be trained on the CPU.

    A scale that does not fit the CPU's memory is not tried: its cells say what is wrong with it.
    """
    if not workload.is_built_in and fits(workload, scale):
        checks.require_trainable(workload, scale)


def fits(workload: Workload, scale: int) -> bool:
    try:
        size = workload.size(scale)
    except Exception:  # the check says why
        return True
    return shortage_reason(training_bytes("cpu", size, workload.batch_size, COPIES), memory.free_bytes) is None
