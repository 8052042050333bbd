"""Which devices exist, what they are called, and waiting for them."""

import re
import sys
from typing import Any

import torch

from crossover.benchmarks.machine.memory import total_bytes

KNOWN_TYPES = ("cpu", "mps", "cuda", "xpu")


class UnknownDeviceError(ValueError):
    """A device that was asked for by name cannot be here; the message says which can."""


def accelerator_type() -> str | None:
    """The type of this machine's accelerator as torch reports it, or None."""
    if not torch.accelerator.is_available():
        return None
    current = torch.accelerator.current_accelerator()
    return current.type if current else None


def default_devices() -> list[str]:
    """The CPU and the accelerator that is here; on macOS also MPS, whether it can be used or not."""
    usual = ["cpu", *["mps"] * (sys.platform == "darwin"), accelerator_type()]
    return list(dict.fromkeys(filter(None, usual)))


def check_device(device: str) -> str:
    """The device in torch's spelling, if it is one that can be asked for.

    A type that is missing here may be asked for, with an index or without: its cells are skipped with the reason. An
    index beyond the devices that are here raises UnknownDeviceError, and so does a type that torch does not know.
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
    """Wait until a device has done all that it was given. The CPU is always done."""
    type_ = torch.device(device).type
    if type_ == "mps":
        torch.mps.synchronize()  # torch.accelerator's did not wait for MPS in its first versions
    elif type_ != "cpu":
        torch.accelerator.synchronize(torch.device(device))


def device_name(device: str, cpu_model: str) -> str:
    """What a device is called by its maker."""
    type_ = torch.device(device).type
    if type_ in ("cpu", "mps"):
        return cpu_model
    return str(torch.get_device_module(type_).get_device_name(torch.device(device)))


def accelerators(cpu_model: str) -> list[dict[str, Any]]:
    """Each accelerator of this machine with its name and memory; MPS goes by the name of the chip it is part of."""
    here = accelerator_type()
    names = [f"{here}:{index}" for index in range(torch.accelerator.device_count())] if here else []
    return [
        {"device": name, "name": device_name(name, cpu_model), "memory_gib": round(total_bytes(name) / 2**30)}
        for name in names
    ]
