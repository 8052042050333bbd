"""What is noted beside each round, off its clock: the control before and after it, and what others did meanwhile."""

import gc
from dataclasses import replace
from typing import Any, Protocol

from crossover.benchmarks.machine import facts
from crossover.benchmarks.machine.contention import Contention, ProcessorTime
from crossover.benchmarks.machine.gpu_contention import GpuWatch

__all__ = ["Control", "RoundNotes"]


class Control(Protocol):
    """A short piece of work that never changes; `model.control.Control` is one."""

    scale: int
    steps: int

    def seconds(self) -> float:
        """Do the work, and return how many seconds it took."""

    def identity(self) -> dict[str, Any]:
        """What must be the same where times of two controls are compared."""


class RoundNotes:
    """Notes beside the rounds of a cell, one of each for every round that has a time."""

    def __init__(self, launcher: int | None) -> None:
        """`launcher` is the id of the process that started this session's ranks, if one did."""
        self.launcher = launcher
        self.control: Control | None = None
        self.gpu: GpuWatch | None = None
        self.before_s: float | None = None
        self.start: ProcessorTime | None = None
        self.control_s: list[list[float]] = []
        self.found: list[Contention | None] = []
        """How many cores others used; None where that is unknown."""

        self.disturbed: list[bool] = []

    def begin(self) -> None:
        """Note what there is to note just before a round.

        Garbage is collected first: with all that torch has made, that takes a fifth of a second, which would fall into
        whatever is timed when its turn comes.
        """
        gc.collect()
        self.before_s = self.control.seconds() if self.control else None
        self.start = facts.read("use by other processes", lambda: ProcessorTime.now(self.launcher))
        if self.gpu:
            self.gpu.begin()

    def end(self) -> None:
        """Note what there is to note just after a round."""
        now = facts.read("use by other processes", lambda: ProcessorTime.now(self.launcher))
        found = Contention.between(self.start, now) if self.start and now else None
        if found and self.gpu:
            found = replace(found, other_gpu=self.gpu.others(self.launcher))
        self.disturbed.append(found is not None and found.is_busy)
        self.found.append(found if found and found.is_told else None)
        if self.control and self.before_s is not None:
            self.control_s.append([self.before_s, self.control.seconds()])

    @property
    def was_disturbed(self) -> bool:
        """Whether others disturbed the last round."""
        return self.disturbed[-1:] == [True]

    @property
    def is_always_disturbed(self) -> bool:
        """Whether others disturbed every round, after the first was taken again: a third time would be no better."""
        return len(self.disturbed) > 1 and all(self.disturbed)

    def replace(self) -> None:
        """Let what is noted of the last round stand for the round before it, which it replaces."""
        for notes in (self.found, self.disturbed, self.control_s):
            if len(notes) > 1:
                del notes[-2]

    def keep(self, rounds: int) -> None:
        """Forget what is noted of more rounds than there are."""
        del self.found[rounds:], self.disturbed[rounds:], self.control_s[rounds:]

    def go_on(self, figures: dict[str, Any], rounds: int) -> None:
        """Take over what an earlier session noted of each of the first `rounds` rounds."""
        cores, stolen = figures.get("other_cores", []), figures.get("stolen_cores", [])
        on_gpu = figures.get("other_gpu") or [None] * len(cores)
        self.found = [
            None if other is None else Contention(other, host or 0.0, other_gpu=share)
            for other, host, share in zip(cores, stolen, on_gpu, strict=False)
        ][:rounds]
        self.found += [None] * (rounds - len(self.found))
        self.disturbed = figures.get("disturbed", [])[:rounds]
        self.disturbed += [False] * (rounds - len(self.disturbed))
        control = figures.get("control") or {}
        same = self.control and control == self.control.identity() | {"seconds": control.get("seconds")}
        self.control_s = control["seconds"][:rounds] if same else []

    def figures(self) -> dict[str, Any]:
        """What is saved of all rounds."""
        noted: dict[str, Any] = {
            "other_cores": [each and round(each.other_cores, 3) for each in self.found],
            "stolen_cores": [each and round(each.stolen_cores, 3) for each in self.found],
            "disturbed": self.disturbed,
        }
        if self.gpu or any(each and each.other_gpu is not None for each in self.found):
            noted["other_gpu"] = [each and each.other_gpu for each in self.found]
        if self.control:
            noted["control"] = self.control.identity() | {"seconds": self.control_s}
        return noted
