"""How a user's workload is named: `FILE`, `FILE:NAME` or `module:NAME`. Imports no torch."""

from pathlib import Path

__all__ = ["parted", "short"]


def parted(name: str) -> tuple[str, str]:
    """A file or module, and the name in it; a colon before anything but a name belongs to a path."""
    place, colon, of = name.rpartition(":")
    return (place, of) if colon and of.isidentifier() else (name, "")


def short(name: str) -> str:
    """The name that tables show: without the folder of the file."""
    place, of = parted(name)
    file = Path(place).name if place.endswith(".py") else place
    return f"{file}:{of}" if of else file
