"""What a run says of each of its cells, and what follows from the rounds of a cell alone."""

import math
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec

from crossover.benchmarks.report.analysis import stats
from crossover.benchmarks.report.analysis.stats import UNKNOWN, Estimate, LogEstimate
from crossover.benchmarks.runs import units
from crossover.benchmarks.runs.cells import Status
from crossover.benchmarks.runs.load import plain
from crossover.benchmarks.runs.roofline import least_times_s
from crossover.benchmarks.runs.schema import ExtraInfo

__all__ = ["KEYS", "MOST_SHARE", "Limit", "Result"]

KEYS = ("run", "machine", "benchmark", "scale", "batch_size", "device", "other_threads", "recipe")
"""What tells one cell from another, besides the parts of its case."""

MOST_SHARE = 1.05
"""The probe takes the fastest of several repetitions, which vary by a few percent. If a cell is faster than its limit
by more than that, the probe was disturbed."""

TOO_FAST = "faster than the probe found possible: the probe was disturbed"


@dataclass(frozen=True)
class Limit:
    """The least time that a device allows for a cell's round, by the run's own probe."""

    bound: str = ""
    """What sets it: `arithmetic`, `memory` or `launch`; "" where unknown."""

    least_s: float = math.nan
    share: float = math.nan
    """Least time / median time, where 1 is as fast as the device can be."""


@dataclass(frozen=True, eq=False)
class Result:
    """One cell that was asked for. All its text is plain: it can be shown anywhere."""

    run: str
    machine: str
    torch: str | None
    source: str
    workload: str
    epochs: int
    benchmark: str
    scale: int
    parameters: int
    """0 where the network could not be built."""

    step_flop: int
    """The FLOP of one step of training; 0 where they are unknown."""

    is_step_flop_derived: bool
    """Whether the run did not save them, and they follow from those of a round."""

    batch_size: int
    usual_batch_size: int
    """That of the workload, in which cells are measured unless others are asked for."""

    samples: int | None
    """How many there are to learn from in an epoch; None where the run does not say."""

    device: str
    threads: int | None
    """The number of the CPU's threads that was asked for; None for torch's own."""

    usual_threads: int | None
    """Torch's own number on the machine; None where the run does not say."""

    recipe: str
    case: dict[str, str | int]
    """Named parts in which a benchmark's cells differ besides scale, device and recipe."""

    status: str
    reason: str
    rounds_s: list[float]
    """Seconds of each round; empty for a cell that was not measured."""

    details: ExtraInfo
    probe: dict[str, Any] | None
    """What the device can do at most; None where the run does not say."""

    is_finished: bool
    """False for a cell with which a resumed run goes on."""

    is_running: bool
    marks: list[str]
    """Remarks on the sessions that took the rounds."""

    was_busy: bool
    """Whether others used the machine in a session that took any of the rounds."""

    no_gpu: str
    """Why the machine has no GPU that can be used; "" where it has one."""

    @property
    def is_measured(self) -> bool:
        return self.status == Status.MEASURED

    @property
    def has_other_batch(self) -> bool:
        """Whether its batch size is another than the workload's own."""
        return self.batch_size != self.usual_batch_size

    @property
    def other_threads(self) -> int | None:
        """The number of threads, where another than torch's own was asked for: cells with torch's own are all alike."""
        return self.threads if self.threads != self.usual_threads else None

    @property
    def place(self) -> str:
        """The device, with the number of threads that was asked for."""
        return f"{self.device} with {units.threads(self.threads)}" if self.threads else self.device

    @property
    def case_name(self) -> str:
        """The values of the case as in the names of cells, such as `memory-2`."""
        return "-".join(map(str, self.case.values()))

    @property
    def variant(self) -> str:
        """What sets the cell apart within its scale and device: its case, or its recipe if it has none."""
        return self.case_name or self.recipe

    @cached_property
    def time(self) -> LogEstimate:
        """The median time of a round in seconds; unknown for a cell that was not measured."""
        return stats.median(self.rounds_s) if self.rounds_s else UNKNOWN

    @property
    def samples_per_s(self) -> Estimate:
        """The samples trained on in a second of a round, which includes the tests after its epochs."""
        return self.time.inverse(self.epochs * self.samples) if self.samples else UNKNOWN

    @cached_property
    def limit(self) -> Limit:
        """The longest of the least times that the device allows: unknown without a probe, or without work counted."""
        work = self.details.work
        if not self.probe or not work or not self.is_measured:
            return Limit()
        times_s = least_times_s(msgspec.to_builtins(work), self.probe, self.parameters)
        bound = max(times_s, key=lambda name: times_s[name])
        return Limit(bound, times_s[bound], times_s[bound] / self.time.value)

    @property
    def disturbed_rounds(self) -> int:
        """How many rounds others disturbed, as far as that was noted round by round."""
        return sum(self.details.disturbed[: len(self.rounds_s)])

    @property
    def is_busy(self) -> bool:
        """Whether others used the machine during the rounds: as noted for each of them, or else for the session."""
        return self.disturbed_rounds > 0 if self.details.disturbed else self.was_busy

    @cached_property
    def control_s(self) -> list[float]:
        """The seconds of the control beside each round, the mean of before and after; empty where there was none."""
        control = self.details.control
        if not control or not self.rounds_s or len(control.seconds) != len(self.rounds_s):
            return []
        return [statistics.fmean(pair) for pair in control.seconds]

    @cached_property
    def remarks(self) -> list[str]:
        """Reasons not to trust the time, a line each."""
        is_too_fast = self.limit.share > MOST_SHARE
        lines = [*self.marks, *map(plain, self.details.remarks), *self.disturbances(), *stats.remarks(self.rounds_s)]
        return [*lines, *([TOO_FAST] if is_too_fast else [])]

    def disturbances(self) -> Iterator[str]:
        """What others did to the rounds, a line each."""
        if count := self.disturbed_rounds:
            most = max((cores for cores in self.details.other_cores if cores is not None), default=0.0)
            share = max((share for share in self.details.other_gpu if share is not None), default=0.0)
            used = f"up to {most:.1f} cores" + (f" and {share:.0%} of the GPU" if share > 0 else "")
            yield f"{count} of {len(self.rounds_s)} rounds disturbed: other processes used {used}"
        if count := self.details.retaken:
            yield f"{count} round{'s' * (count > 1)} taken again after others had disturbed the machine"

    @property
    def start_method(self) -> str:
        return plain(self.details.start_method or "")
