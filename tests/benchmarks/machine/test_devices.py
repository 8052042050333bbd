"""The decisions about devices, on machines that are made up by replacing torch's availability checks."""

import sys
import warnings
from types import SimpleNamespace

import pytest
import torch

from crossover.benchmarks.machine import devices, facts


@pytest.fixture
def machine_with(monkeypatch):
    """A machine with so many accelerators of a type, or with none."""

    def make(type_, count=1):
        monkeypatch.setattr(torch.accelerator, "is_available", lambda: count > 0)
        monkeypatch.setattr(torch.accelerator, "device_count", lambda: count)
        monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda: torch.device(type_) if count else None)

    return make


@pytest.mark.parametrize(
    ("system", "type_", "count", "expected"),
    [
        ("linux", "cuda", 0, ["cpu"]),
        ("linux", "cuda", 2, ["cpu", "cuda"]),
        ("linux", "xpu", 1, ["cpu", "xpu"]),
        ("darwin", "mps", 1, ["cpu", "mps"]),
        ("darwin", "mps", 0, ["cpu", "mps"]),
    ],
)
def test_the_usual_devices_hold_mps_on_macos_alone(machine_with, monkeypatch, system, type_, count, expected):
    monkeypatch.setattr(sys, "platform", system)
    machine_with(type_, count)

    assert expected == devices.default_devices()


def test_an_index_is_checked_against_what_is_here(machine_with):
    machine_with("cuda", 2)

    assert "cuda:1" == devices.check_device("cuda:1")
    with pytest.raises(devices.UnknownDeviceError, match="'cuda:2' is not here; this machine has cpu, cuda:0, cuda:1"):
        devices.check_device("cuda:2")
    with pytest.raises(devices.UnknownDeviceError, match="'cpu:0' is not here"):
        devices.check_device("cpu:0")


@pytest.mark.parametrize("name", ["cuda", "cuda:0", "xpu:1", "mps"])
def test_a_type_that_is_missing_may_be_asked_for_with_an_index_or_without(machine_with, name):
    machine_with("cuda", 0)

    assert name == devices.check_device(name)
    assert "finds no" in devices.missing_reason(name)


def test_names_are_taken_in_any_case(machine_with):
    machine_with("cuda", 2)

    assert "cuda:1" == devices.check_device("CUDA:1")


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


@pytest.mark.parametrize("name", ["cuda:00", "cuda:+1", "cuda:²", "cuda:", "cuda:0:0", "xpu:01"])
def test_an_index_is_a_plain_number(machine_with, name):
    machine_with("cuda", 2)

    with pytest.raises(devices.UnknownDeviceError):
        devices.check_device(name)


def test_an_accelerator_that_does_not_tell_its_name_or_memory_is_listed_without(machine_with, monkeypatch):
    def refuse(_):
        raise RuntimeError("driver error")

    machine_with("cuda", 1)
    module = SimpleNamespace(get_device_name=refuse, get_device_properties=refuse)
    monkeypatch.setattr(torch, "get_device_module", lambda _: module)
    monkeypatch.setattr(facts, "unread", {})

    assert [{"device": "cuda:0", "name": None, "memory_gib": None}] == devices.accelerators("a CPU")
    assert ["name of cuda:0", "memory of cuda:0"] == list(facts.unread)


def test_operators_that_run_on_the_cpu_instead_are_noted_and_other_warnings_go_on():
    noted: list[str] = []
    words = (
        "The operator 'aten::_ctc_loss' is not currently supported on the MPS backend and will fall back to run on the "
        "CPU. This may have performance implications."
    )

    def warn() -> None:
        warnings.warn(words, stacklevel=1)
        warnings.warn("another", stacklevel=1)

    with pytest.warns(UserWarning, match="another"), devices.noting_fallbacks(noted):
        warn()

    assert ["aten::_ctc_loss"] == noted
    assert not torch.is_warn_always_enabled()
