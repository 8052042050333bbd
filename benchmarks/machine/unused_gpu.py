"""A GPU in this machine that this PyTorch cannot use: which one, why, and what to install."""

import os
import platform
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import torch

__all__ = ["unused_gpu"]

INSTALL = "https://pytorch.org/get-started/locally"

PCI_VENDORS = {"0x10de": "NVIDIA", "0x1002": "AMD", "0x8086": "Intel"}

PCI_CLASSES = ("0x03", "0x12")
"""Display controllers and processing accelerators (PCI Code and ID Assignment, base classes 03h and 12h)."""

HIDING_VARIABLES = {
    "NVIDIA": ("CUDA_VISIBLE_DEVICES",),
    "AMD": ("HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES"),
    "Intel": ("ZE_AFFINITY_MASK", "ONEAPI_DEVICE_SELECTOR"),
}


def unused_gpu(pci: Path = Path("/sys/bus/pci/devices"), driver: Path = Path("/proc/driver/nvidia/gpus")) -> str | None:
    """Why torch finds no accelerator although this machine has a GPU, and what to do; None where no GPU is seen.

    Call it only where torch has found no accelerator. On Linux the PCI bus tells the GPU's maker.
    """
    if sys.platform == "darwin":
        return apple_reason() if platform.machine() == "arm64" else None
    makers = pci_makers(pci)
    name = nvidia_name(driver) if "NVIDIA" in makers or not makers else None
    maker = "NVIDIA" if name else next((known for known in PCI_VENDORS.values() if known in makers), None)
    if not maker:
        return None
    gpu = name or f"an {maker} GPU"
    hiding = [variable for variable in HIDING_VARIABLES[maker] if variable in os.environ]
    if hiding and is_built_for(maker):
        return f"{gpu} is in this machine, but {hiding[0]}={os.environ[hiding[0]]!r} may hide it from PyTorch"
    return f"{gpu} is in this machine, but {reason(maker)}"


def pci_makers(folder: Path) -> set[str]:
    """The makers of the GPUs on the PCI bus, without makers whose GPUs cannot train."""
    found = set()
    for device in folder.glob("*"):
        with suppress(OSError):
            if (device / "class").read_text().startswith(PCI_CLASSES):
                found.add(PCI_VENDORS.get((device / "vendor").read_text().strip(), ""))
    return found - {""}


def nvidia_name(driver: Path) -> str | None:
    """The name that NVIDIA's driver gives the first GPU; None without a driver or without its answer."""
    for information in sorted(driver.glob("*/information")):
        with suppress(OSError):
            for line in information.read_text().splitlines():
                if line.startswith("Model:"):
                    return line.partition(":")[2].strip()
    if not (command := shutil.which("nvidia-smi")):
        return None
    with suppress(OSError, subprocess.SubprocessError):
        query = [command, "--query-gpu=name", "--format=csv,noheader"]
        answer = subprocess.run(query, capture_output=True, text=True, errors="replace", timeout=10, check=True)
        lines = answer.stdout.splitlines()
        return next((line.strip() for line in lines if line.strip()), None)
    return None


def is_built_for(maker: str) -> bool:
    """Whether this PyTorch has code for the GPUs of a maker."""
    built = {
        "NVIDIA": torch.version.cuda is not None,
        "AMD": torch.version.hip is not None,
        "Intel": getattr(torch.version, "xpu", None) is not None,
    }
    return built[maker]


def reason(maker: str) -> str:
    """Why torch does not use the GPU of a maker, and what to do."""
    build = {"NVIDIA": "CUDA", "AMD": "ROCm", "Intel": "XPU"}[maker]
    needed = {"NVIDIA": "a driver (nvidia-smi tells)", "AMD": "a GPU that ROCm supports", "Intel": "Intel Arc or newer"}
    if is_built_for(maker):
        return f"PyTorch {torch.__version__} cannot use it: its {build} build needs {needed[maker]}"
    kind = "is a CPU build" if not any(map(is_built_for, HIDING_VARIABLES)) else "is built for another maker"
    return f"PyTorch {torch.__version__} {kind}: install the one with {build} from {INSTALL}"


def apple_reason() -> str:
    if torch.backends.mps.is_built():
        return "an Apple GPU is in this machine, but MPS needs macOS 14 or newer"
    built = f"PyTorch {torch.__version__} is built without MPS: install one with it from {INSTALL}"
    return f"an Apple GPU is in this machine, but {built}"
