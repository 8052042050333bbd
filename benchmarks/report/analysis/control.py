"""Judge a cell by the control beside its rounds: where that got slower too, the machine did, not the code."""

from collections.abc import Hashable
from dataclasses import dataclass

from crossover.benchmarks.report.analysis.result import Result
from crossover.benchmarks.runs.schema import MLP

__all__ = ["Control", "against", "are_same", "controls_of"]


@dataclass(frozen=True)
class Control:
    """The control beside the rounds of a cell."""

    identity: tuple[Hashable, ...]
    """What must be the same in two runs for their controls to compare, but for torch, which the runs must share."""

    seconds: list[float]


def controls_of(found: list[Result]) -> dict[Result, Control]:
    """The control of each result: its own, or that of the article's loop that took its rounds in turn with it.

    The control is an MLP in its usual batches. Whether it gets slower by the same factor as another network, or as
    other batches, is not known.
    """
    own = {result: result for result in found if result.control_s and is_alike(result)}
    by_turn = {(each.run, group): each for each in own if (group := each.details.turn_group)}
    for result in found:
        neighbour = by_turn.get((result.run, result.details.turn_group or ""))
        if result not in own and neighbour and 0 < len(result.rounds_s) <= len(neighbour.control_s):
            own[result] = neighbour
    return {
        result: Control(
            (control.version, control.hash, control.scale, control.steps),
            source.control_s[: len(result.rounds_s)],
        )
        for result, source in own.items()
        if (control := source.details.control)
    }


def is_alike(result: Result) -> bool:
    return result.workload == MLP and not result.has_other_batch


def are_same(one: Result, other: Result, controls: dict[Result, Control]) -> bool:
    """Whether two cells had the same control, run by the same torch."""
    known = {one, other} <= set(controls) and one.torch == other.torch
    return known and controls[one].identity == controls[other].identity


def against(rounds_s: list[float], control_s: list[float]) -> list[float]:
    return [round_s / beside_s for round_s, beside_s in zip(rounds_s, control_s, strict=True)]
