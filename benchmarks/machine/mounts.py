"""What is mounted where, as this process sees it."""

import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["PROCESS", "Mount", "mounts"]

PROCESS = Path("/proc/self")


@dataclass(frozen=True)
class Mount:
    """A mounted file system: the folder of it that is seen, and the place where it is seen."""

    root: str
    point: str
    kind: str
    options: tuple[str, ...]
    """The options of the file system, such as the controllers of a control group."""


def mounts(process: Path = PROCESS) -> list[Mount]:
    """Returns the mounts of a process (proc_pid_mountinfo(5)); empty where the system has no such file."""
    file = process / "mountinfo"
    return [parse(line) for line in file.read_text().splitlines()] if file.exists() else []


def parse(line: str) -> Mount:
    """`36 35 98:0 /folder /mnt rw shared:1 - ext4 /dev/root rw,errors=continue`"""
    before, _, after = line.partition(" - ")
    root, point = (unescaped(word) for word in before.split(" ")[3:5])
    kind, _, options = after.split(" ")[:3]
    return Mount(root, point, kind, tuple(options.split(",")))


def unescaped(word: str) -> str:
    r"""A path as it is: blanks and the like are written as octal numbers, such as `\040`."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), word)
