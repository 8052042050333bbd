"""Did training get slower? A run is judged by a baseline of the same machine and workload."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crossover.benchmarks.report.analysis import stats
from crossover.benchmarks.report.analysis.verdict import Verdict, judge, overall
from crossover.benchmarks.runs import comparability, load
from crossover.benchmarks.runs.cells import Status
from crossover.benchmarks.runs.load import SavedRun

__all__ = [
    "ASSUMED_NOISE_FLOOR",
    "Check",
    "Judgement",
    "Lost",
    "NoiseFloor",
    "check",
    "compare",
    "is_repeat",
    "noise_floor",
]

ASSUMED_NOISE_FLOOR = 0.35
"""The noise floor of a machine without repeated runs. Measured on a shared server with two cores, where the medians of
two runs of the same code differed by more than 10% in 6 of 20 comparisons, and by 50% at most."""

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
class Judgement:
    """The ratio of a cell's times with its 95% interval and verdict; above 1 the run is slower than the baseline."""

    benchmark: str
    scale: int
    device: str
    recipe: str
    case: str
    ratio: float
    low: float
    high: float
    verdict: Verdict


KEYS = ["benchmark", "scale", "device", "recipe", "case_name"]


def check(baseline: pd.DataFrame, contender: pd.DataFrame, floor: NoiseFloor, max_slowdown: float) -> list[Judgement]:
    """Judge each cell that was measured in both runs, given as `load.frame_of` gives them.

    The interval of a ratio comes from the rounds of both runs and from the noise floor, because all rounds of a run
    share its luck. The noise floor adds a normal error to the logarithm, 95% of which lies within the floor.
    """
    sides = [
        stats.with_medians(frame[frame["status"] == Status.MEASURED]).set_index(KEYS) for frame in (baseline, contender)
    ]
    generator = np.random.default_rng(0)
    judgements = []
    for key in sides[1].index.intersection(sides[0].index):
        before, now = (side.loc[key] for side in sides)
        low = high = math.nan
        if before["log_draws"] is not None and now["log_draws"] is not None:
            noise = generator.normal(0, math.log1p(floor.share) / 1.96, stats.DRAWS)
            low, high = stats.interval(generator.permutation(now["log_draws"]) - before["log_draws"] + noise)
        ratio = now["median_s"] / before["median_s"]
        benchmark, scale, device, recipe, case = key
        verdict = judge(low, high, max_slowdown)
        judgements.append(Judgement(benchmark, scale, device, recipe, case, ratio, low, high, verdict))
    return judgements


LOST_BY_FAULT = {"diverged", "out of memory", "failed"}
"""Statuses that the run itself brought about; cells with any other status did not run."""


@dataclass(frozen=True)
class Lost:
    """A cell that the baseline measured and the run, though asked for it, did not."""

    benchmark: str
    scale: int
    device: str
    recipe: str
    case: str
    status: str
    reason: str
    finished: bool

    @property
    def is_fault(self) -> bool:
        return self.status in LOST_BY_FAULT and self.finished


def lost(baseline: pd.DataFrame, contender: pd.DataFrame) -> list[Lost]:
    """The cells that the baseline measured and the run did not: no slowdown, but no pass either."""
    measured = set(baseline[baseline["status"] == Status.MEASURED][KEYS].itertuples(index=False, name=None))
    unmeasured = contender[contender["status"] != Status.MEASURED]
    rows = unmeasured[[*KEYS, "status", "reason", "finished"]].itertuples(index=False, name=None)
    return [Lost(*row) for row in rows if row[: len(KEYS)] in measured]


@dataclass(frozen=True)
class Check:
    """The judgement of a run by a baseline."""

    judgements: list[Judgement]
    lost: list[Lost]
    floor: NoiseFloor
    max_slowdown: float

    @property
    def verdict(self) -> Verdict:
        """A cell that fails now is a regression; a cell that did not run leaves the whole undecided."""
        of_lost = [Verdict.REGRESSION if each.is_fault else Verdict.UNDECIDED for each in self.lost]
        return overall([*(each.verdict for each in self.judgements), *of_lost])


def compare(baseline: SavedRun, contender: SavedRun, saved: list[SavedRun], max_slowdown: float) -> Check:
    """Judge a run by a baseline with which it may be compared. The `saved` runs give the noise floor.

    The two runs themselves are left out of the noise floor: a change must not widen its own tolerance.
    """
    floor = noise_floor([run for run in saved if run.taken not in (baseline.taken, contender.taken)], baseline)
    frames = load.frame_of(baseline), load.frame_of(contender)
    return Check(check(*frames, floor, max_slowdown), lost(*frames), floor, max_slowdown)


def noise_floor(runs: list[SavedRun], baseline: SavedRun) -> NoiseFloor:
    """How much the medians of unchanged runs differ on the baseline's machine, as a share of the time.

    Runs are unchanged if they have the same clean commit, workload, torch and threads; those of the commit with the
    most runs count. s is the standard deviation of the logarithm of a cell's median between runs, pooled over cells. By
    chance alone, two runs differ by less than t · √2 · s in 95% of cases. With too few runs the floor is
    `ASSUMED_NOISE_FLOOR`.
    """
    commits = [run.saved.commit_info.id for run in runs if is_repeat(run, baseline)]
    best = max(set(commits), key=commits.count, default=None)
    repeats = [run for run in runs if is_repeat(run, baseline) and run.saved.commit_info.id == best]
    if len(repeats) < FEWEST_REPEATS:
        return NoiseFloor(ASSUMED_NOISE_FLOOR, 0)
    cells = stats.with_medians(load.frame_of(*repeats))
    cells = cells[cells["status"] == Status.MEASURED]
    groups = np.log(cells["median_s"]).groupby([cells[key] for key in KEYS])
    free = int((groups.count() - 1).sum())
    if free < FEWEST_REPEATS - 1:  # the runs share hardly any cell
        return NoiseFloor(ASSUMED_NOISE_FLOOR, 0)
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
