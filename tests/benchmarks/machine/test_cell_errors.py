"""What ends a cell, and nothing but that cell."""

import pytest
import torch

from crossover.benchmarks.machine.cell_errors import CellEndedError, end_of
from crossover.benchmarks.runs.cells import Status


def raising(error):
    def step():
        raise error

    return step


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"), Status.OUT_OF_MEMORY),
        (RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"), Status.OUT_OF_MEMORY),
        (RuntimeError("CUDA error: out of memory\nCUDA kernel errors might be"), Status.OUT_OF_MEMORY),
        (RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory"),
         Status.OUT_OF_MEMORY),
        (MemoryError(), Status.OUT_OF_MEMORY),
        (RuntimeError("DataLoader worker (pid 5) is killed by signal: Killed."), Status.FAILED),
        (RuntimeError("CUDA error: the launch timed out and was terminated"), Status.FAILED),
        (RuntimeError("CUDA-capable device(s) is/are busy or unavailable"), Status.FAILED),
        (OSError(19, "No such device"), Status.FAILED),
        (CellEndedError(Status.DIVERGED, "the loss became nan"), Status.DIVERGED),
    ],
)  # fmt: skip
def test_an_error_ends_its_cell_with_a_reason_in_one_line(error, status):
    end = end_of(raising(error))

    assert status is end.outcome.status
    assert 1 == len(end.outcome.reason.splitlines())


@pytest.mark.parametrize("interrupt", [KeyboardInterrupt, SystemExit])
def test_an_interrupt_ends_the_run(interrupt):
    with pytest.raises(interrupt):
        end_of(raising(interrupt()))


def test_what_comes_through_goes_on():
    assert end_of(lambda: None) is None


def test_a_message_of_any_length_fits_a_saved_reason():
    end = end_of(raising(RuntimeError(f"CUDA out of memory.{' Process 5 has 1.00 GiB.' * 100}")))

    assert len(end.outcome.reason) < 600
    assert end.outcome.reason.endswith("…")
