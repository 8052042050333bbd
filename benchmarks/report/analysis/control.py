"""Judge a cell by the control beside its rounds: where that got slower too, the machine did, not the code."""

from collections.abc import Hashable
from dataclasses import dataclass

from crossover.benchmarks.report.analysis import stats
from crossover.benchmarks.report.analysis.result import Result

__all__ = ["Beside", "against", "controls_of", "serves"]

CONTROL_SPREAD = 0.05
"""A control serves where round / control spreads by less than this share of its median (interquartile range), or at
most by `CONTROL_FACTOR` times the spread of the rounds themselves: else it adds more noise than it takes away."""

CONTROL_FACTOR = 2.0


@dataclass(frozen=True)
class Beside:
    """The control beside the rounds of a cell."""

    identity: tuple[Hashable, ...]
    """What must be the same in two runs for their controls to compare, but for torch, which the runs must share."""

    seconds: list[float]


def controls_of(found: list[Result]) -> dict[Result, Beside]:
    """The control of each result: its own, or that of the article's loop that took its rounds in turn with it."""
    own = {result: result for result in found if result.control_s}
    by_turn = {(each.run, group): each for each in own if (group := each.details.turn_group)}
    for result in found:
        neighbour = by_turn.get((result.run, result.details.turn_group or ""))
        if result not in own and neighbour and 0 < len(result.rounds_s) <= len(neighbour.control_s):
            own[result] = neighbour
    return {
        result: Beside(
            (control.version, control.hash, control.scale, control.steps),
            source.control_s[: len(result.rounds_s)],
        )
        for result, source in own.items()
        if (control := source.details.control)
    }


def serves(one: Result, other: Result, controls: dict[Result, Beside]) -> bool:
    """Whether two cells can be judged by their controls: the same ones, and steadier than what they stand beside."""
    if not {one, other} <= set(controls) or one.torch != other.torch:
        return False
    if controls[one].identity != controls[other].identity:
        return False
    for result in (one, other):
        beside = controls[result]
        spread = stats.relative_spread(against(result.rounds_s, beside.seconds))
        if spread > CONTROL_SPREAD and spread > CONTROL_FACTOR * stats.relative_spread(result.rounds_s):
            return False
    return True


def against(rounds_s: list[float], control_s: list[float]) -> list[float]:
    return [round_s / beside_s for round_s, beside_s in zip(rounds_s, control_s, strict=True)]
