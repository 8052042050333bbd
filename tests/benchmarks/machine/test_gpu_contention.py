"""What other processes use of a GPU: from samples that are made up, and without a GPU."""

from typing import NamedTuple

import pynvml
import pytest
import torch

from crossover.benchmarks.machine import facts, gpu_contention
from crossover.benchmarks.machine.contention import Contention
from crossover.benchmarks.machine.gpu_contention import GpuWatch, UnknownProcessesError, share_of_others

START_US = 1_000_000
OWN, OTHER, THIRD = 10, 20, 30


class Sample(NamedTuple):
    """What NVML says of a process; only these three are read."""

    pid: int
    smUtil: int  # noqa: N815
    timeStamp: int = START_US + 1  # noqa: N815


def share(*samples, is_idle=False):
    return share_of_others(samples, START_US, {OWN}, is_idle=is_idle)


def test_others_are_all_processes_but_the_own_ones():
    assert 0.5 == share(Sample(OWN, 40), Sample(OTHER, 30), Sample(THIRD, 20))
    assert 0 == share(Sample(OWN, 90))


def test_the_latest_sample_of_a_process_counts():
    assert 0.7 == share(Sample(OTHER, 70, START_US + 9), Sample(OWN, 5), Sample(OTHER, 20, START_US + 3))


def test_samples_from_before_and_what_cannot_be_are_left_out():
    assert 0 == share(Sample(OWN, 10), Sample(OTHER, 90, START_US), Sample(THIRD, 4_294_967_295))


def test_others_use_no_more_than_all_of_it():
    assert 1 == share(Sample(OWN, 1), Sample(OTHER, 80), Sample(THIRD, 80))


def test_without_a_sample_nothing_is_known_unless_the_gpu_was_idle():
    assert share() is None
    assert 0 == share(is_idle=True)


def test_where_own_processes_have_other_numbers_nobody_can_tell():
    with pytest.raises(UnknownProcessesError, match="none of the processes that NVML names"):
        share(Sample(OTHER, 30))
    assert 0.3 == share(Sample(OTHER, 30), is_idle=True)


def test_kernels_of_others_disturb_even_if_all_cores_are_free():
    assert Contention(0.0, 0.0, other_gpu=0.4).is_busy
    assert not Contention(0.0, 0.0, other_gpu=0.01).is_busy
    assert not Contention(0.0, 0.0, other_gpu=None).is_busy


@pytest.mark.skipif(torch.cuda.is_available(), reason="CUDA is here")
@pytest.mark.parametrize("device", ["cpu", "mps", "cuda", "cuda:1"])
def test_what_is_not_here_is_not_watched(device):
    assert gpu_contention.watch(device) is None


@pytest.mark.skipif(torch.cuda.is_available(), reason="CUDA is here")
def test_a_gpu_whose_driver_is_missing_is_remarked(monkeypatch):
    monkeypatch.setattr(facts, "unread", {})

    assert facts.read(gpu_contention.FACT, lambda: GpuWatch("0")) is None
    (line,) = facts.remarks()
    assert line.startswith("use of the GPU by other processes could not be read: NVMLError_LibraryNotFound")


def test_what_nvml_does_not_tell_is_unknown_and_remarked(monkeypatch):
    monkeypatch.setattr(facts, "unread", {})
    watch = object.__new__(GpuWatch)
    watch.begin()
    monkeypatch.setattr(watch, "samples", refuse, raising=False)

    assert watch.others(None) is None
    (line,) = facts.remarks()
    assert line.startswith("use of the GPU by other processes could not be read: NVMLError_NotSupported")


def refuse():
    """As in MIG mode."""
    raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_SUPPORTED)
