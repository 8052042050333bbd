"""How small a change a machine can tell from no change, from runs that differ by chance alone."""

import math
from dataclasses import dataclass

from crossover.benchmarks.report.analysis import stats
from crossover.benchmarks.runs import comparability
from crossover.benchmarks.runs.load import SavedRun

__all__ = [
    "ASSUMED_CONTROLLED_FLOOR",
    "ASSUMED_NOISE_FLOOR",
    "Floors",
    "NoiseFloor",
    "floors",
    "is_repeat",
    "noise_floor",
]

ASSUMED_NOISE_FLOOR = 0.35
"""The noise floor of a machine without repeated runs. Measured on a shared server with two cores, where the medians of
two runs of the same code differed by more than 10% in 6 of 20 comparisons, and by 50% at most."""

ASSUMED_CONTROLLED_FLOOR = 0.20
"""The same for times divided by those of the control beside them."""

FEWEST_REPEATS = 3
"""The number of unchanged runs that it takes to estimate a noise floor."""


@dataclass(frozen=True)
class NoiseFloor:
    """The smallest change that this machine can tell from no change."""

    share: float
    """As a share of the time: 0.1 is 10%."""

    repeats: int
    """The number of unchanged runs behind it; 0 where it is assumed."""


@dataclass(frozen=True)
class Floors:
    """The noise floors of times as they are, and of times / those of the control beside them."""

    timed: NoiseFloor
    controlled: NoiseFloor


def floors(runs: list[SavedRun], baseline: SavedRun) -> Floors:
    """Both noise floors of the baseline's machine, from its unchanged runs."""
    return Floors(noise_floor(runs, baseline), noise_floor(runs, baseline, controlled=True))


def noise_floor(runs: list[SavedRun], baseline: SavedRun, *, controlled: bool = False) -> NoiseFloor:
    """How much the medians of unchanged runs differ on the baseline's machine, as a share of the time.

    Runs are unchanged if they have the same clean commit, workload, torch and threads; those of the commit with the
    most runs count. s is the standard deviation of the logarithm of a cell's median between runs, pooled over cells. By
    chance alone, two runs differ by less than t · √2 · s in 95% of cases. With too few runs the floor is assumed. With
    `controlled`, it is that of times / those of the control beside them.
    """
    commits = [run.saved.commit_info.id for run in runs if is_repeat(run, baseline)]
    best = max(set(commits), key=commits.count, default=None)
    repeats = [run for run in runs if is_repeat(run, baseline) and run.saved.commit_info.id == best]
    assumed = NoiseFloor(ASSUMED_CONTROLLED_FLOOR if controlled else ASSUMED_NOISE_FLOOR, 0)
    if len(repeats) < FEWEST_REPEATS:
        return assumed
    from crossover.benchmarks.runs.frame import CELL, frame_of  # imports pandas, which takes half a second

    rounds = frame_of(*repeats)
    times = rounds["seconds"] / rounds["control_seconds"] if controlled else rounds["seconds"]
    alike = [*CELL, "control"] if controlled else CELL
    medians = times.dropna().groupby([rounds[key] for key in [*alike, "run"]]).median()
    groups = medians.map(math.log).groupby(alike)
    free = int((groups.count() - 1).sum())
    if free < FEWEST_REPEATS - 1:  # the runs share hardly any cell
        return assumed
    deviation = math.sqrt(float((groups.var(ddof=0) * groups.count()).sum()) / free)
    factor = 1.96 * stats.small_sample_factor(free + 1)
    return NoiseFloor(math.expm1(factor * math.sqrt(2) * deviation), len(repeats))


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
