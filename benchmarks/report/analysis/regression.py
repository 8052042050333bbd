"""Did training get slower? A run is judged by a baseline of the same machine and workload."""

import math
from dataclasses import dataclass

from crossover.benchmarks.report.analysis import noise
from crossover.benchmarks.report.analysis.compare import RUN, Ratio, Row, compare, slowdown
from crossover.benchmarks.report.analysis.control import Control, against, are_same, controls_of
from crossover.benchmarks.report.analysis.noise import Floors, History
from crossover.benchmarks.report.analysis.result import Result
from crossover.benchmarks.report.analysis.run_results import results
from crossover.benchmarks.report.analysis.stats import UNKNOWN, Estimate
from crossover.benchmarks.report.analysis.verdict import Verdict, judge, overall
from crossover.benchmarks.runs import comparability
from crossover.benchmarks.runs.load import SavedRun, plain

__all__ = ["CannotJudgeError", "Check", "Judgement", "judge_run", "judgements"]


class CannotJudgeError(Exception):
    """Two runs cannot be compared; the message says why, in one line."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Judgement(Row):
    """A cell that both runs measured: what the judged run says of it."""

    change: Estimate
    """What the verdict rests on. Its time / its time in the baseline; with a control, both divided by the control's."""

    timed: Estimate
    """Its time / its time in the baseline: above 1 it is slower than there."""

    control: Estimate
    """The same of the control; unknown where no control serves."""

    verdict: Verdict
    is_disturbed: bool
    """Whether it is undecided because others used the machine in either run, and no control tells what they did."""

    @property
    def is_controlled(self) -> bool:
        return self.control.is_known

    @property
    def half_width(self) -> float:
        """Half the width of the interval, in logarithms; NaN without one."""
        return math.log(self.change.high / self.change.low) / 2 if self.change.has_interval else math.nan


def judgements(both: list[Result], baseline: str, floors: Floors, max_slowdown: float) -> list[Judgement]:
    """Judge each cell that was measured in two runs, from the results of both; `baseline` is the label of one."""
    controls = controls_of(both)
    return [judgement(each, controls, floors, max_slowdown) for each in compare(both, RUN, baseline).values()]


def judgement(ratio: Ratio, controls: dict[Result, Control], floors: Floors, max_slowdown: float) -> Judgement:
    """Judge one cell, by the controls beside its rounds where they serve."""
    before, now = ratio.baseline, ratio.contender
    change = timed = slowdown(before.rounds_s, now.rounds_s, floors.timed.share)
    control = UNKNOWN
    is_busy = before.is_busy or now.is_busy
    if are_same(before, now, controls):
        one_s, other_s = controls[before].seconds, controls[now].seconds
        one, other = against(before.rounds_s, one_s), against(now.rounds_s, other_s)
        controlled = slowdown(one, other, floors.controlled.share)
        if is_busy or controlled.error < timed.error:  # else it adds more noise than it takes away
            change, control = controlled, slowdown(one_s, other_s, floors.timed.share)
    verdict = judge(change.low, change.high, max_slowdown)
    if is_busy and not control.is_known:
        verdict = Verdict.UNDECIDED
    is_disturbed = is_busy and verdict is Verdict.UNDECIDED
    return Judgement(
        now, ratio, change=change, timed=timed, control=control, verdict=verdict, is_disturbed=is_disturbed
    )


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
    floors: Floors
    max_slowdown: float
    remarks: list[str]
    """What a reader must know of the two runs."""

    @property
    def verdict(self) -> Verdict:
        """A cell that fails now is a regression; a cell that did not run leaves the whole undecided."""
        of_lost = [Verdict.REGRESSION if is_fault(each) else Verdict.UNDECIDED for each in self.lost]
        return overall([*(each.verdict for each in self.judgements), *of_lost])


def judge_run(baseline: SavedRun, contender: SavedRun, history: History, max_slowdown: float) -> Check:
    """Judge a run by a baseline; the history of their machine gives the noise floors.

    Raises CannotJudgeError if the two may not be compared, or if no cell was measured in both.
    """
    if reason := comparability.obstacle(baseline, contender):
        raise CannotJudgeError(reason)
    known = comparability.remarks(baseline, contender)
    floors = noise.floors(history.without(baseline, contender), baseline)
    both = results([baseline, contender])
    found, lost = judgements(both, baseline.label, floors, max_slowdown), lost_cells(both, baseline.label)
    if not found and not lost:
        nothing = f"no cell was measured both in {baseline.label} and in {contender.label}"
        raise CannotJudgeError("; ".join([nothing, *known]))
    return Check(found, lost, floors, max_slowdown, list(map(plain, known)))
