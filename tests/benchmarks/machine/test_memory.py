"""Free and peak memory: of made-up devices, and of this process."""

import sys
from types import SimpleNamespace

import psutil
import pytest
import torch

from crossover.benchmarks.machine import cgroup, facts, memory


def test_free_memory_of_a_cuda_device_is_the_driver_s(monkeypatch):
    module = SimpleNamespace(mem_get_info=lambda device: (5, 8) if device.index == 1 else (0, 0))
    monkeypatch.setattr(torch, "get_device_module", lambda device: module)

    assert 5 == memory.free_bytes("cuda:1")


def test_free_memory_of_a_device_that_does_not_tell_is_what_torch_has_not_taken(monkeypatch):
    def refuse(device):
        raise RuntimeError("not supported")

    module = SimpleNamespace(
        mem_get_info=refuse,
        get_device_properties=lambda device: SimpleNamespace(total_memory=8),
        memory_allocated=lambda device: 3,
    )
    monkeypatch.setattr(torch, "get_device_module", lambda device: module)

    assert 5 == memory.free_bytes("xpu:0")


def test_free_memory_of_mps_is_no_more_than_the_system_s(monkeypatch):
    monkeypatch.setattr(torch.mps, "recommended_max_memory", lambda: 10**15)
    monkeypatch.setattr(torch.mps, "driver_allocated_memory", lambda: 0)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=7))

    assert 7 == memory.free_bytes("mps")


def test_a_limit_of_the_control_group_bounds_the_cpu_s_memory(monkeypatch):
    monkeypatch.setattr(cgroup, "memory_free_bytes", lambda: 850)

    assert 850 == memory.free_bytes("cpu")


def test_peak_memory_sees_what_was_given_back():
    """100 MB that were in use for a moment, after 300 MB that were in use before the count began."""
    torch.ones(75_000_000)
    peak = memory.PeakMemory("cpu")
    torch.ones(25_000_000)
    size = peak.bytes()

    if not memory.reset_resident_peak():
        assert size is None or size >= 0
    else:
        assert 90e6 < size < 150e6


def test_an_earlier_peak_that_stands_is_not_reported(monkeypatch):
    monkeypatch.setattr(memory, "reset_resident_peak", lambda: False)
    monkeypatch.setattr(memory, "resident_peak_bytes", lambda: 10**12)

    assert memory.PeakMemory("cpu").bytes() is None


@pytest.fixture
def unread(monkeypatch):
    monkeypatch.setattr(facts, "unread", {})
    return facts.unread


def refuse(*_):
    raise StopIteration


def test_a_system_that_does_not_tell_its_peak_memory_has_none(monkeypatch, unread):
    """Some sandboxes have a /proc/self/status without that line."""
    monkeypatch.setattr(memory, "resident_peak_bytes", refuse)

    assert memory.PeakMemory("cpu").bytes() is None
    assert {"peak memory"} == set(unread)


def test_where_free_memory_cannot_be_read_nothing_is_too_big(monkeypatch, unread):
    monkeypatch.setattr(psutil, "virtual_memory", refuse)

    assert sys.maxsize == memory.free_bytes("cpu")
    assert {"free memory of cpu"} == set(unread)
