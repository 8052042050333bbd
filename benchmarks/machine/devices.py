"""Which devices exist, what they are called, and how to wait for them."""

import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from crossover.benchmarks.machine import facts
from crossover.benchmarks.machine.memory import total_bytes

__all__ = [
    "UnknownDeviceError",
    "accelerators",
    "check_device",
    "default_devices",
    "device_name",
    "missing_reason",
    "noting_fallbacks",
    "synchronize",
]

KNOWN_TYPES = ("cpu", "mps", "cuda", "xpu")


class UnknownDeviceError(ValueError):
    """A device asked for by name cannot be on this machine; the message lists those that can."""


def accelerator_type() -> str | None:
    """The type of this machine's accelerator as torch reports it, or None."""
    if not torch.accelerator.is_available():
        return None
    current = torch.accelerator.current_accelerator()
    return current.type if current else None


def default_devices() -> list[str]:
    """The CPU and this machine's accelerator; on macOS also MPS, whether or not it can be used."""
    usual = ["cpu", *["mps"] * (sys.platform == "darwin"), accelerator_type()]
    return list(dict.fromkeys(filter(None, usual)))


def check_device(device: str) -> str:
    """The device in torch's spelling, if it is one that can be asked for.

    A type that this machine lacks may be asked for, with or without an index: its cells are skipped with the reason.
    Raises UnknownDeviceError for an unknown type, a malformed index, and an index beyond this machine's devices.
    """
    device = device.lower()
    here = accelerator_type()
    type_, colon, index = device.partition(":")
    if type_ not in {*KNOWN_TYPES, here} or (colon and not re.fullmatch(r"0|[1-9]\d{0,3}", index)):
        raise UnknownDeviceError(f"{device!r} is no device; it takes auto or a list of {known_types()}, such as cuda:1")
    count = torch.accelerator.device_count() if type_ == here else 0
    if colon and type_ in ("cpu", here) and int(index) >= count:
        names = ["cpu", *(f"{here}:{number}" for number in range(torch.accelerator.device_count() if here else 0))]
        raise UnknownDeviceError(f"{device!r} is not here; this machine has {', '.join(names)}")
    return device


def known_types() -> str:
    return ", ".join(dict.fromkeys([*KNOWN_TYPES, *filter(None, [accelerator_type()])]))


def missing_reason(device: str) -> str | None:
    """Why a device cannot be used here, or None where it can."""
    type_ = torch.device(device).type
    if type_ in ("cpu", accelerator_type()):
        return None
    if type_ == "mps" and torch.backends.mps.is_built():
        return "MPS needs macOS 14 or newer and an Apple GPU"
    return f"this PyTorch ({torch.__version__}) finds no {type_.upper()} device here"


def synchronize(device: str) -> None:
    """Wait until a device has finished all its work. The CPU always has."""
    type_ = torch.device(device).type
    if type_ == "mps":
        torch.mps.synchronize()  # torch.accelerator's did not wait for MPS in its first versions
    elif type_ != "cpu":
        torch.accelerator.synchronize(torch.device(device))


@contextmanager
def noting_fallbacks(noted: list[str]) -> Iterator[None]:
    """Note each operator that torch runs on the CPU because MPS lacks it, as PYTORCH_ENABLE_MPS_FALLBACK lets it."""
    before = torch.is_warn_always_enabled()
    torch.set_warn_always(True)  # torch says it once a process, if at all
    try:
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            yield
    finally:
        torch.set_warn_always(before)
        for each in heard:
            if match := re.search(r"operator '(\S+)' .* will fall back to run on the CPU", str(each.message)):
                noted.append(match[1])
            else:
                warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)


def device_name(device: str, cpu_model: str | None) -> str | None:
    """The name that a device's maker gave it, None where it cannot be read; the CPU and MPS are called `cpu_model`."""
    type_ = torch.device(device).type
    if type_ in ("cpu", "mps"):
        return cpu_model

    def read() -> str:
        return str(torch.get_device_module(type_).get_device_name(torch.device(device)))

    name: str | None = facts.read(f"name of {device}", read)
    return name


def accelerators(cpu_model: str | None) -> list[dict[str, Any]]:
    """Each accelerator of this machine with its name and its memory in GiB; MPS has the name of its chip."""
    here = accelerator_type()
    names = [f"{here}:{index}" for index in range(torch.accelerator.device_count())] if here else []
    return [{"device": name, "name": device_name(name, cpu_model), "memory_gib": memory_gib(name)} for name in names]


def memory_gib(device: str) -> int | None:
    size: int | None = facts.read(f"memory of {device}", lambda: round(total_bytes(device) / 2**30))
    return size
