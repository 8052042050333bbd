"""Makes of what was found and measured what readers of saved runs take: nothing is saved that they would refuse."""

import math
from typing import Any

import msgspec

from crossover.benchmarks.runs.schema import Commit, ExtraInfo, Machine, Options, Probe, SavedCell, Session, fits

__all__ = ["fitting", "readable"]

DEEPEST = 20
"""How deep objects may lie in each other; deeper ones, and those that hold themselves, become text."""

LENGTHS = (10_000, 1_000)
"""The lengths that readers allow texts to have, the longest first."""

MOST_CALL_TIMES = 100_000
"""The most times of single calls in all of a run, some 3 MB. They are shared out evenly among its benchmarks."""


def readable(document: dict[str, Any]) -> dict[str, Any]:
    """Returns a run without facts that readers refuse. What must be there is right already: names, scales and times."""
    made: dict[str, Any] = plain(document)
    made["machine_info"]["crossover"] = fitting(Machine, made["machine_info"].get("crossover", {}))
    made["commit_info"] = fitting(Commit, made["commit_info"])
    for bench in made["benchmarks"]:
        bench["extra_info"] = fitting(ExtraInfo, bench["extra_info"])
    share_out([bench["extra_info"] for bench in made["benchmarks"] if bench["extra_info"].get("call_times_s")])
    stamp = made["crossover"]
    stamp["options"] = fitting(Options, stamp["options"])
    stamp["sessions"] = [fitting(Session, session) for session in stamp["sessions"]]
    stamp["probe"] = {device: probe for device, probe in stamp["probe"].items() if fits(probe, Probe)}
    stamp["cells"] = [fitting(SavedCell, cell) for cell in stamp["cells"]]
    return made


def plain(value: Any, depth: int = 0) -> Any:
    """Returns a value as JSON can hold it and every reader takes it.

    Numbers that are none or beyond 64 bits become None, halves of surrogate pairs are written out as in Python, and
    anything unknown becomes the text that pytest-benchmark writes for it.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, str):
        return value.encode("utf8", "backslashreplace").decode()
    if isinstance(value, int):
        return int(value) if abs(value) < 2**63 else None
    if depth < DEEPEST and isinstance(value, list | tuple):
        return [plain(held, depth + 1) for held in value]
    if depth < DEEPEST and isinstance(value, dict):
        return {plain(str(key)): plain(held, depth + 1) for key, held in value.items()}
    return plain(f"UNSERIALIZABLE[{value!r}]")


def fitting(kind: type[msgspec.Struct], facts: dict[str, Any]) -> dict[str, Any]:
    """Returns facts of which a text that is too long is cut, and what cannot be right is left out."""
    if fits(facts, kind):
        return facts
    types = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
    kept = {}
    for name, value in facts.items():
        shorter = [value[:length] for length in LENGTHS] if isinstance(value, str) else []
        if found := [each for each in (value, *shorter) if fits(each, types.get(name, Any))]:
            kept[name] = found[0]
    return kept


def share_out(infos: list[dict[str, Any]]) -> None:
    """Keep as many times of single calls as all of a run may have, the same number of each benchmark."""
    for info in infos:
        info["call_times_s"] = info["call_times_s"][: MOST_CALL_TIMES // len(infos)]
