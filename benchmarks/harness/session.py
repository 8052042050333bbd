"""One session of measuring: whether it has the machine to itself, and what is saved of that."""

from datetime import UTC, datetime
from typing import Any

from crossover.benchmarks.machine import environment, facts
from crossover.benchmarks.machine.contention import Contention, ProcessorTime
from crossover.benchmarks.storage.run_lock import RunLock

__all__ = ["Session"]


class Session:
    """The session of this process; `launcher` is the id of the process that started its ranks, if one did."""

    def __init__(self, launcher: int | None = None) -> None:
        self.launcher = launcher
        self.started = datetime.now(UTC)
        self.lock = RunLock()
        self.processor_time: ProcessorTime | None = None
        """The processor time when the first cell began; None before that."""

    def facts(self, commit: dict[str, Any], power: str | None, measuring: str | None) -> dict[str, Any]:
        """Returns what is saved of the session; `measuring` names the benchmark of the cell that is being measured."""
        others = self.contention()
        return {
            "started": self.started.isoformat(timespec="seconds"),
            "commit": None if "error" in commit else commit.get("id"),
            "dirty": commit.get("dirty", False),
            "power": power,
            "alongside": self.lock.is_disturbed,
            "environment": environment.decisive(),
            "measuring": measuring,
            "unread": dict(facts.unread),
        } | others

    def contention(self) -> dict[str, Any]:
        """Returns how many cores others have used since the first cell began; empty before that, or where unknown."""
        now = facts.read("use by other processes", lambda: ProcessorTime.now(self.launcher))
        if not self.processor_time or not now:
            return {}
        found = Contention.between(self.processor_time, now)
        return {
            "other_cores": round(found.other_cores, 3),
            "stolen_cores": round(found.stolen_cores, 3),
            "busy": found.is_busy,
        }
