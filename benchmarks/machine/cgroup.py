"""The limits of the control group that this process is in (cgroups(7)): a container's, a cluster job's, a service's.

Both versions of control groups are read. A limit also binds the groups below it, so the smallest one counts of the
process's own group and of all around it, as far as they can be seen from inside a container.
"""

import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from crossover.benchmarks.machine.mounts import PROCESS, mounts

__all__ = ["cpu_quota", "memory_free_bytes"]

LIMITS = ("memory.max", "memory.high", "memory.limit_in_bytes")
"""The files with a limit in bytes; above `memory.high` a process is not killed but slowed down."""

USED = ("memory.current", "memory.usage_in_bytes")


def memory_free_bytes(process: Path = PROCESS) -> int:
    """Returns how many bytes the limits leave; sys.maxsize without a limit."""
    return max(0, min(map(free_in, groups("memory", process)), default=sys.maxsize))


def free_in(group: Path) -> int:
    """Returns how many bytes the limit of one group leaves; sys.maxsize without a limit.

    The kernel counts cached files as used, but gives up those first that were not read lately: they count as free.
    """
    facts = statistics(group)
    limits = [*(number(group / name) for name in LIMITS), facts.get("hierarchical_memory_limit")]
    limit = min((each for each in limits if each is not None), default=None)
    used = next((each for name in USED if (each := number(group / name)) is not None), None)
    if limit is None or used is None:
        return sys.maxsize
    return limit - used + facts.get("total_inactive_file", facts.get("inactive_file", 0))


def cpu_quota(process: Path = PROCESS) -> float | None:
    """Returns how many cores' worth of time the limits give; None without a limit."""
    return min(filter(None, map(quota_of, groups("cpu", process))), default=None)


def quota_of(group: Path) -> float | None:
    """Returns the quota of one group in cores: version 2 has `150000 100000` in one file, both in microseconds."""
    words = text(group / "cpu.max").split() or [text(group / f"cpu.cfs_{name}_us") for name in ("quota", "period")]
    if not all(word.isdecimal() for word in words):  # "max" or -1: no limit
        return None
    quota, period = map(int, words)
    return round(quota / period, 3)


def groups(controller: str, process: Path) -> Iterator[Path]:
    """Yields the folders of the group that a process is in, and of those around it, by a controller such as `memory`.

    A folder of the other version, and one that cannot be seen from here, holds none of the files.
    """
    file = process / "cgroup"
    paths: dict[str, str] = {}
    for line in file.read_text().splitlines() if file.exists() else ():
        _, controllers, path = line.split(":", 2)
        paths |= dict.fromkeys(controllers.split(","), path)  # version 2 names no controllers
    for mount in mounts(process):
        name = "" if mount.kind == "cgroup2" else controller if controller in mount.options else None
        if mount.kind in ("cgroup", "cgroup2") and name in paths:
            inner = within(PurePosixPath(paths[name]), mount.root)
            yield from (Path(mount.point) / each for each in (inner, *inner.parents))


def within(path: PurePosixPath, root: str) -> PurePosixPath:
    """Returns where a group lies in a mount that shows `root`; the mount's own folder where it lies elsewhere.

    A container may see only its own group, at the mount's own folder, under the path that it has on the host.
    """
    is_seen = path.is_relative_to(root) and ".." not in path.parts
    return path.relative_to(root) if is_seen else PurePosixPath()


def statistics(group: Path) -> dict[str, int]:
    pairs = [line.split() for line in text(group / "memory.stat").splitlines()]
    return {name: int(value) for name, value in pairs}


def number(file: Path) -> int | None:
    content = text(file)
    return int(content) if content.isdecimal() else None


def text(file: Path) -> str:
    """Returns what a file holds; empty where it cannot be read."""
    try:
        return file.read_text().strip()
    except OSError:
        return ""
