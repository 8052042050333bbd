"""GPUs that torch cannot use, on machines made up of files, programs and versions of torch."""

import pytest
import torch

from crossover.benchmarks.machine import unused_gpu


@pytest.fixture
def said(monkeypatch, tmp_path):
    """What is said of a machine with devices on its PCI bus, and of what NVIDIA's driver tells."""
    for variables in unused_gpu.HIDING_VARIABLES.values():
        for variable in variables:
            monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(unused_gpu.sys, "platform", "linux")
    monkeypatch.setattr(unused_gpu.shutil, "which", lambda name: None)
    monkeypatch.setattr(torch, "__version__", "2.13.0")

    def say(pci=(), model=None, built=()):
        for name in ("cuda", "hip", "xpu"):
            monkeypatch.setattr(torch.version, name, "1" if name in built else None, raising=False)
        for number, (vendor, class_) in enumerate(pci):
            device = tmp_path / "pci" / str(number)
            device.mkdir(parents=True)
            (device / "vendor").write_text(f"{vendor}\n")
            (device / "class").write_text(f"{class_}\n")
        if model:
            (tmp_path / "driver" / "0").mkdir(parents=True)
            (tmp_path / "driver" / "0" / "information").write_text(f"Model: \t\t {model}\nIRQ: 1\n")
        return unused_gpu.unused_gpu(tmp_path / "pci", tmp_path / "driver")

    return say


NVIDIA, AMD, INTEL, NETWORK = ("0x10de", "0x030200"), ("0x1002", "0x120000"), ("0x8086", "0x030000"), ("0x8086", "0x02")


def test_a_machine_without_a_gpu_has_none_to_name(said):
    assert said([NETWORK]) is None


def test_a_cpu_build_beside_an_nvidia_gpu_says_what_to_install(said):
    expected = (
        "NVIDIA H200 is in this machine, but PyTorch 2.13.0 is a CPU build: install the one with CUDA from https://"
    )

    assert said([NETWORK, NVIDIA], model="NVIDIA H200").startswith(expected)


@pytest.mark.parametrize(
    ("device", "gpu", "build"), [(NVIDIA, "NVIDIA", "CUDA"), (AMD, "AMD", "ROCm"), (INTEL, "Intel", "XPU")]
)
def test_each_maker_has_a_build_of_its_own(said, device, gpu, build):
    expected = f"an {gpu} GPU is in this machine, but PyTorch 2.13.0 is a CPU build: install the one with {build} from"

    assert said([device]).startswith(expected)


def test_a_build_that_cannot_use_its_gpu_says_what_that_needs(said):
    assert "cannot use it: its CUDA build needs a driver (nvidia-smi tells)" in said([NVIDIA], built=["cuda"])


def test_a_variable_that_hides_the_gpu_is_named(said, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")

    assert "but CUDA_VISIBLE_DEVICES='' may hide it" in said([NVIDIA], built=["cuda"])


def test_a_build_for_another_maker_says_so(said):
    assert "is built for another maker: install the one with ROCm" in said([AMD], built=["cuda"])


def test_a_mac_with_an_old_system_says_so(said, monkeypatch):
    monkeypatch.setattr(unused_gpu.sys, "platform", "darwin")
    monkeypatch.setattr(unused_gpu.platform, "machine", lambda: "arm64")
    monkeypatch.setattr(torch.backends.mps, "is_built", lambda: True)

    assert "an Apple GPU is in this machine, but MPS needs macOS 14 or newer" == said()


def test_the_pci_bus_of_this_machine_can_be_read():
    assert unused_gpu.pci_makers(unused_gpu.Path("/sys/bus/pci/devices")) <= {"NVIDIA", "AMD", "Intel"}
