"""Did training get slower? A run is judged by a baseline of the same machine and workload."""

import math
from dataclasses import dataclass

import numpy as np

from crossover.benchmarks.report.analysis import stats
from crossover.benchmarks.report.analysis.compare import RUN, Row, compare, slowdown
from crossover.benchmarks.report.analysis.result import Result, results
from crossover.benchmarks.report.analysis.stats import Estimate
from crossover.benchmarks.report.analysis.verdict import Verdict, judge, overall
from crossover.benchmarks.runs import comparability
from crossover.benchmarks.runs.load import SavedRun, plain

__all__ = [
    "ASSUMED_NOISE_FLOOR",
    "CannotJudgeError",
    "Check",
    "Judgement",
    "NoiseFloor",
    "is_repeat",
    "judge_run",
    "judgements",
    "noise_floor",
]

ASSUMED_NOISE_FLOOR = 0.35
"""The noise floor of a machine without repeated runs. Measured on a shared server with two cores, where the medians of
two runs of the same code differed by more than 10% in 6 of 20 comparisons, and by 50% at most."""

FEWEST_REPEATS = 3
"""The number of unchanged runs that it takes to estimate a noise floor."""


class CannotJudgeError(Exception):
    """Two runs cannot be compared; the message says why, in one line."""


@dataclass(frozen=True)
class NoiseFloor:
    """The smallest change that this machine can tell from no change."""

    share: float
    """As a share of the time: 0.1 is 10%."""

    repeats: int
    """The number of unchanged runs behind it; 0 where it is assumed."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Judgement(Row):
    """A cell that both runs measured: what the judged run says of it."""

    change: Estimate
    """Its time / its time in the baseline: above 1 it is slower than there."""

    verdict: Verdict


def judgements(both: list[Result], baseline: str, floor: NoiseFloor, max_slowdown: float) -> list[Judgement]:
    """Judge each cell that was measured in two runs, from the results of both; `baseline` is the label of one."""
    generator = np.random.default_rng(0)
    found = []
    for result, ratio in compare(both, RUN, baseline).items():
        change = slowdown(ratio, floor.share, generator)
        verdict = judge(change.low, change.high, max_slowdown)
        found.append(Judgement(result, ratio, change=change, verdict=verdict))
    return found


LOST_BY_FAULT = {"diverged", "out of memory", "failed"}
"""Statuses that the run itself brought about; cells with any other status did not run."""


def is_fault(lost: Result) -> bool:
    return lost.status in LOST_BY_FAULT and lost.is_finished


def lost_cells(both: list[Result], baseline: str) -> list[Result]:
    """The cells that the baseline measured and the run, though asked for them, did not.

    They are no slowdown, but no pass either.
    """
    measured = {RUN.alike(result) for result in both if result.run == baseline and result.is_measured}
    unmeasured = [result for result in both if result.run != baseline and not result.is_measured]
    return [result for result in unmeasured if RUN.alike(result) in measured]


@dataclass(frozen=True)
class Check:
    """The judgement of a run by a baseline."""

    judgements: list[Judgement]
    lost: list[Result]
    floor: NoiseFloor
    max_slowdown: float
    remarks: list[str]
    """What a reader must know of the two runs."""

    @property
    def verdict(self) -> Verdict:
        """A cell that fails now is a regression; a cell that did not run leaves the whole undecided."""
        of_lost = [Verdict.REGRESSION if is_fault(each) else Verdict.UNDECIDED for each in self.lost]
        return overall([*(each.verdict for each in self.judgements), *of_lost])


def judge_run(baseline: SavedRun, contender: SavedRun, saved: list[SavedRun], max_slowdown: float) -> Check:
    """Judge a run by a baseline. The `saved` runs give the noise floor.

    The two runs themselves are left out of the noise floor: a change must not widen its own tolerance. Raises
    CannotJudgeError if the two may not be compared, or if no cell was measured in both.
    """
    if reason := comparability.obstacle(baseline, contender):
        raise CannotJudgeError(reason)
    known = comparability.remarks(baseline, contender)
    floor = noise_floor([run for run in saved if run.taken not in (baseline.taken, contender.taken)], baseline)
    both = results([baseline, contender])
    found, lost = judgements(both, baseline.label, floor, max_slowdown), lost_cells(both, baseline.label)
    if not found and not lost:
        nothing = f"no cell was measured both in {baseline.label} and in {contender.label}"
        raise CannotJudgeError("; ".join([nothing, *known]))
    return Check(found, lost, floor, max_slowdown, list(map(plain, known)))


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
    from crossover.benchmarks.runs.frame import CELL, frame_of  # imports pandas, which takes half a second

    medians_s = frame_of(*repeats).groupby([*CELL, "run"])["seconds"].median()
    groups = np.log(medians_s).groupby(CELL)
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
