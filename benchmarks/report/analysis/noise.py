"""How small a change a machine can tell from no change, from runs that differ by chance alone."""

import math
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec

from crossover.benchmarks.report.analysis import stats
from crossover.benchmarks.report.analysis.grouping import grouped
from crossover.benchmarks.runs import comparability, load
from crossover.benchmarks.runs.json_file import decode
from crossover.benchmarks.runs.load import SavedRun

__all__ = [
    "ASSUMED",
    "Floors",
    "History",
    "NoiseFloor",
    "Source",
    "Trial",
    "floors",
    "history_of",
    "is_repeat",
    "shares",
]

ASSUMED_NOISE_FLOOR = 0.35
"""The noise floor of a machine without repeated runs. Measured on a shared server with two cores, where the medians of
two runs of the same code differed by more than 10% in 6 of 20 comparisons, and by 50% at most."""

ASSUMED_CONTROLLED_FLOOR = 0.20
"""The same for times divided by those of the control beside them. Measured on such a server, where the medians of eight
quiet runs spread by a standard deviation of 0.02 to 0.05 in logarithms, and 0.16 to 0.39 without the control: by chance
two runs then differ by less than 15%."""

FEWEST_REPEATS = 3
"""The number of unchanged runs that it takes to estimate a noise floor."""


class Source(StrEnum):
    """Where a noise floor comes from."""

    RUNS = "unchanged runs"
    TRIAL = "crossover noise"
    ASSUMED = "assumed"


@dataclass(frozen=True)
class NoiseFloor:
    """The smallest change that this machine can tell from no change."""

    share: float
    """As a share of the time: 0.1 is 10%."""

    repeats: int = 0
    """The number of runs of the same code behind it; 0 where it is assumed."""

    source: Source = Source.ASSUMED


@dataclass(frozen=True)
class Floors:
    """The noise floors of times as they are, and of times / those of the control beside them."""

    timed: NoiseFloor
    controlled: NoiseFloor


ASSUMED = Floors(NoiseFloor(ASSUMED_NOISE_FLOOR), NoiseFloor(ASSUMED_CONTROLLED_FLOOR))


class Trial(msgspec.Struct):
    """What `crossover noise` found by short runs of the same code, one after the other; saved as `load.NOISE`."""

    taken: datetime
    runs: Annotated[int, msgspec.Meta(gt=0)]
    torch: str | None
    threads: int | None
    timed: Annotated[float, msgspec.Meta(ge=0, le=1e9)]
    """The noise floor of times, as a share."""

    controlled: Annotated[float, msgspec.Meta(ge=0, le=1e9)] | None = None
    """The noise floor of times / those of the control beside them; None where the control did not serve."""


@dataclass(frozen=True)
class History:
    """What is saved in the folder of a machine, by which its changes are judged."""

    runs: list[SavedRun] = field(default_factory=list)
    trial: Trial | None = None

    def without(self, *judged: SavedRun) -> "History":
        """The history without two runs that are judged: a change must not widen its own tolerance."""
        taken = {run.taken for run in judged}
        return History([run for run in self.runs if run.taken not in taken], self.trial)


def history_of(folder: Path | None) -> History:
    """The history in a machine's folder; files that cannot be read are skipped."""
    if not folder or not folder.is_dir():
        return History()
    try:
        runs, _ = load.read_all([folder])
    except load.LoadError:
        runs = []
    try:
        trial = msgspec.convert(decode(folder / load.NOISE), Trial)
    except (load.LoadError, msgspec.ValidationError):
        trial = None
    return History(runs, trial)


def floors(history: History, baseline: SavedRun) -> Floors:
    """Both noise floors of the baseline's machine: from its unchanged runs, else from its trial, else assumed."""
    repeats, trial = repeats_of(history, baseline), history.trial
    known = [(shares(repeats), len(repeats), Source.RUNS)]
    if trial and (trial.torch, trial.threads) == (baseline.machine.torch, baseline.machine.threads):
        known.append(((trial.timed, trial.controlled), trial.runs, Source.TRIAL))

    def best(place: int, assumed: NoiseFloor) -> NoiseFloor:
        found = (NoiseFloor(share, runs, source) for both, runs, source in known if (share := both[place]) is not None)
        return next(found, assumed)

    return Floors(best(0, ASSUMED.timed), best(1, ASSUMED.controlled))


def repeats_of(history: History, baseline: SavedRun) -> list[SavedRun]:
    """The unchanged runs of the commit that has most of them."""
    alike = [run for run in history.runs if is_repeat(run, baseline)]
    return max(grouped(alike, lambda run: run.saved.commit_info.id).values(), key=len, default=[])


def shares(repeats: list[SavedRun]) -> tuple[float | None, float | None]:
    """How much the medians of runs of the same code differ, as shares: of times, and of times / the control's.

    s is the standard deviation of the logarithm of a cell's median between runs, pooled over cells. By chance alone,
    two runs differ by less than t · √2 · s in 95% of cases. None with too few runs.
    """
    if len(repeats) < FEWEST_REPEATS:
        return None, None
    from crossover.benchmarks.runs.frame import CELL, frame_of  # imports pandas, which takes half a second

    rounds = frame_of(*repeats)
    found: list[float | None] = []
    for times, alike in [
        (rounds["seconds"], CELL),
        (rounds["seconds"] / rounds["control_seconds"], [*CELL, "control"]),
    ]:
        medians = times.dropna().groupby([rounds[key] for key in [*alike, "run"]]).median()
        groups = medians.map(math.log).groupby(alike)
        free = int((groups.count() - 1).sum())
        if free < FEWEST_REPEATS - 1:  # the runs share hardly any cell
            found.append(None)
            continue
        deviation = math.sqrt(float((groups.var(ddof=0) * groups.count()).sum()) / free)
        found.append(math.expm1(stats.t_quantile(free) * math.sqrt(2) * deviation))
    timed, controlled = found
    return timed, controlled


def is_repeat(run: SavedRun, baseline: SavedRun) -> bool:
    """Whether, on the same commit, a run's times could differ only by chance from those of the baseline's machine."""
    commit = run.saved.commit_info
    return (
        comparability.other_machine(baseline, run) is None
        and run.saved.crossover.source == "measured"
        and commit.id not in (None, "unversioned", "unknown")
        and not run.is_dirty
        and not comparability.disturbances(run)
        and not comparability.environment_differences(baseline, run)
        and run.saved.crossover.workload == baseline.saved.crossover.workload
        and (run.machine.torch, run.machine.threads) == (baseline.machine.torch, baseline.machine.threads)
    )
