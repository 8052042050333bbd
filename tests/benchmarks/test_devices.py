"""The decisions about devices, on machines that are made up by replacing torch's availability checks."""

import sys
from types import SimpleNamespace

import psutil
import pytest
import torch

from benchmarks import devices


@pytest.fixture
def machine_with(monkeypatch):
    """A machine with so many accelerators of a type, or with none."""

    def make(type_, count=1):
        monkeypatch.setattr(torch.accelerator, "is_available", lambda: count > 0)
        monkeypatch.setattr(torch.accelerator, "device_count", lambda: count)
        monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda: torch.device(type_) if count else None)

    return make


@pytest.mark.parametrize(
    ("type_", "count", "expected"),
    [
        ("cuda", 0, ["cpu", "mps"]),
        ("mps", 1, ["cpu", "mps"]),
        ("cuda", 2, ["cpu", "mps", "cuda"]),
        ("xpu", 1, ["cpu", "mps", "xpu"]),
    ],
)
def test_the_usual_devices_always_hold_mps(machine_with, type_, count, expected):
    machine_with(type_, count)

    assert expected == devices.default_devices()


def test_an_index_is_checked_against_what_is_here(machine_with):
    machine_with("cuda", 2)

    assert "cuda:1" == devices.check_device("cuda:1")
    with pytest.raises(devices.UnknownDeviceError, match="'cuda:2' is not here; this machine has cpu, cuda:0, cuda:1"):
        devices.check_device("cuda:2")
    with pytest.raises(devices.UnknownDeviceError, match="'xpu:0' is not here"):
        devices.check_device("xpu:0")


def test_a_type_torch_reports_is_known_without_being_listed(machine_with):
    machine_with("hpu")

    assert "hpu" == devices.check_device("hpu")


def test_the_cpu_is_never_missing(machine_with):
    machine_with("cuda", 0)

    assert devices.missing_reason("cpu") is None


def test_a_missing_device_has_a_reason(machine_with):
    machine_with("cuda", 0)

    assert "finds no CUDA device here" in devices.missing_reason("cuda")


def test_mps_that_was_built_but_cannot_run_says_what_it_needs(machine_with, monkeypatch):
    machine_with("mps", 0)
    monkeypatch.setattr(torch.backends.mps, "is_built", lambda: True)

    assert "MPS needs macOS 14 or newer and an Apple GPU" == devices.missing_reason("mps")


def test_a_device_that_is_here_is_not_missing(machine_with):
    machine_with("cuda")

    assert devices.missing_reason("cuda:0") is None


def test_waiting_reaches_the_device_that_was_named(monkeypatch):
    waited = []
    monkeypatch.setattr(torch.accelerator, "synchronize", waited.append)
    devices.synchronize("cpu")
    devices.synchronize("cuda:1")

    assert [torch.device("cuda:1")] == waited


def test_free_memory_of_a_cuda_device_is_the_driver_s(monkeypatch):
    module = SimpleNamespace(mem_get_info=lambda device: (5, 8) if device.index == 1 else (0, 0))
    monkeypatch.setattr(torch, "get_device_module", lambda device: module)

    assert 5 == devices.free_bytes("cuda:1")


def test_free_memory_of_a_device_that_does_not_tell_is_what_torch_has_not_taken(monkeypatch):
    def refuse(device):
        raise RuntimeError("not supported")

    module = SimpleNamespace(
        mem_get_info=refuse,
        get_device_properties=lambda device: SimpleNamespace(total_memory=8),
        memory_allocated=lambda device: 3,
    )
    monkeypatch.setattr(torch, "get_device_module", lambda device: module)

    assert 5 == devices.free_bytes("xpu:0")


@pytest.mark.parametrize("name", ["cuda:00", "cuda:+1", "cuda:²", "cuda:", "cuda:0:0"])
def test_an_index_is_a_plain_number(machine_with, name):
    machine_with("cuda", 2)

    with pytest.raises(devices.UnknownDeviceError):
        devices.check_device(name)


def test_free_memory_of_mps_is_no_more_than_the_system_s(monkeypatch):
    monkeypatch.setattr(torch.mps, "recommended_max_memory", lambda: 10**15)
    monkeypatch.setattr(torch.mps, "driver_allocated_memory", lambda: 0)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(available=7))

    assert 7 == devices.free_bytes("mps")


def test_a_container_s_limit_bounds_the_cpu_s_memory(tmp_path):
    (tmp_path / "memory.max").write_text("1000\n")
    (tmp_path / "memory.current").write_text("300\n")

    assert 700 == devices.control_group_free_bytes(tmp_path)


def test_without_a_limit_there_is_no_bound(tmp_path):
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("300\n")

    assert sys.maxsize == devices.control_group_free_bytes(tmp_path)
    assert sys.maxsize == devices.control_group_free_bytes(tmp_path / "no control group")


def test_peak_memory_sees_what_was_given_back():
    """100 MB that were in use for a moment, after 300 MB that were in use before the count began."""
    torch.ones(75_000_000)
    peak = devices.PeakMemory("cpu")
    torch.ones(25_000_000)
    size = peak.bytes()

    if not devices.reset_resident_peak():
        assert size is None or size >= 0
    else:
        assert 90e6 < size < 150e6


def test_an_earlier_peak_that_stands_is_not_reported(monkeypatch):
    monkeypatch.setattr(devices, "reset_resident_peak", lambda: False)
    monkeypatch.setattr(devices, "resident_peak_bytes", lambda: 10**12)

    assert devices.PeakMemory("cpu").bytes() is None
