"""Rounds in turn: round i of a cell lies next to round i of the others, so that their ratios are paired.

What slows the machine for a while slows neighboring rounds alike, so their ratio is free of it. Each cell takes its
first round by itself. After the last cell of a group (a scale on a device, or some of its cases), all of them
take the other rounds turn by turn, there and back: A B C, C B A, A B C, …
"""

from crossover.benchmarks.harness import outcomes, progress
from crossover.benchmarks.harness.rounds import Rounds
from crossover.benchmarks.harness.run import Run
from crossover.benchmarks.machine.cell_errors import CellEndedError, end_of
from crossover.benchmarks.runs.cells import Cell, name_of

FIRST_PAIR = 1
"""The first rounds are no pair: each was taken before the next cell was prepared."""


class InterleavedRounds:
    """The cells that have had their first round and wait for those they are compared with."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.waiting: list[Rounds] = []

    def join(self, rounds: Rounds, shared: tuple[str, ...] = ("device",)) -> None:
        """Add a cell that waits for the others of its group."""
        group = name_of(rounds.cell.group(shared))
        rounds.benchmark.extra_info |= {"in_turn": True, "turn_group": group, "first_pair": FIRST_PAIR}
        self.waiting.append(rounds)

    def is_last(self, cell: Cell, shared: tuple[str, ...] = ("device",)) -> bool:
        """Whether no other cell of the group is to come; `shared` names what the cells of a group have in common."""
        return cell == self.group(cell, shared)[-1]

    def is_alone(self, cell: Cell, shared: tuple[str, ...] = ("device",)) -> bool:
        return self.group(cell, shared) == [cell]

    def group(self, cell: Cell, shared: tuple[str, ...]) -> list[Cell]:
        """Returns the cells that take their rounds in turn with a cell, and the cell itself, in order."""
        return [other for other in self.run.names if other.group(shared) == cell.group(shared)]

    def take(self, cell: Cell, shared: tuple[str, ...] = ("device",)) -> dict[Cell, CellEndedError]:
        """Take all remaining rounds of a cell's group; returns the ends of cells that did not get all of theirs."""
        group = cell.group(shared)
        ends: dict[Cell, CellEndedError] = {}
        while members := [rounds for rounds in self.waiting if rounds.cell.group(shared) == group and rounds.left]:
            turn = 1 + max(len(rounds.times_s) for rounds in members)
            order = members if turn % 2 else members[::-1]
            progress.announce(self.run, turn, group, [rounds.cell for rounds in order], self.remaining_s())
            for rounds in order:
                self.run.begin(rounds.cell)
                if end := end_of(rounds.take_another):
                    outcomes.record_outcome(self.run, rounds.cell, end.outcome)
                    self.waiting.remove(rounds)
                    ends[rounds.cell] = end
            self.run.measuring = None
            self.run.note({rounds.cell: outcomes.outcome_of(rounds) for rounds in order if rounds in self.waiting})
        self.waiting = [rounds for rounds in self.waiting if rounds.cell.group(shared) != group]  # lets go of controls
        return ends

    def remaining_s(self) -> float:
        return sum(rounds.left * rounds.plan.round_s for rounds in self.waiting)

    def interrupt(self) -> None:
        for rounds in self.waiting:
            outcomes.interrupt(rounds)
