"""`measure` and `measure_in_turn`, called by benchmarks, take a cell from its plan through its rounds to its status."""

from typing import Protocol

from pytest_benchmark.fixture import BenchmarkFixture

from crossover.benchmarks.harness import outcomes, progress
from crossover.benchmarks.harness.interleaving import InterleavedRounds
from crossover.benchmarks.harness.planning import Plan
from crossover.benchmarks.harness.rounds import Rounds
from crossover.benchmarks.harness.run import Run
from crossover.benchmarks.harness.timed_protocol import Timed
from crossover.benchmarks.runs.cells import Cell

__all__ = ["Measure", "MeasureInTurn", "measure", "measure_in_turn"]


class Measure(Protocol):
    """The fixture `measure`, as a benchmark calls it."""

    def __call__(self, cell: Cell, timed: Timed) -> None:
        """Measure the cell, or leave it out with a reason."""


class MeasureInTurn(Protocol):
    """The fixture `measure_in_turn`, as a benchmark calls it."""

    def __call__(self, cell: Cell, timed: Timed, shared: tuple[str, ...] = ("device",)) -> None:
        """Measure the cell in turn with those of its scale that are alike in what `shared` names.

        That is the device, or parts of the case.
        """


def measure(cell: Cell, timed: Timed, benchmark: BenchmarkFixture, run: Run, plan_type: type[Plan] = Plan) -> None:
    """Time all rounds of a cell; skip or fail the test where its status is not `measured`."""
    rounds = Rounds(cell, timed, benchmark, run, plan_type)

    def take_all() -> None:
        rounds.make_plan()
        if benchmark.disabled:
            rounds.try_once()
            return
        progress.start(run, cell, rounds.plan.round_s, rounds.plan.rounds)
        rounds.begin()
        while rounds.left:
            run.note({cell: outcomes.outcome_of(rounds)})
            progress.go_on(run, cell, len(rounds.times_s) + 1, rounds.plan.rounds, rounds.left * rounds.plan.round_s)
            rounds.take_another()

    try:
        end = outcomes.end_of_cell(rounds, take_all)
        outcomes.record_end(rounds, end)
    except KeyboardInterrupt:
        outcomes.interrupt(rounds)
        raise
    outcomes.end_test(cell, {cell: end} if end else {})


def measure_in_turn(
    cell: Cell,
    timed: Timed,
    shared: tuple[str, ...] = ("device",),
    *,
    benchmark: BenchmarkFixture,
    run: Run,
    turns: InterleavedRounds,
) -> None:
    """Time the first round of a cell, and after the last cell of its group the other rounds of all of them in turn.

    Skips or fails the test where a status is not `measured`.
    """
    if turns.is_alone(cell, shared):
        measure(cell, timed, benchmark, run)
        return
    rounds = Rounds(cell, timed, benchmark, run)

    def take_one() -> None:
        rounds.make_plan()
        if benchmark.disabled:
            rounds.try_once()
            return
        progress.start(run, cell, rounds.plan.round_s, rounds.plan.rounds, waiting_s=turns.remaining_s())
        rounds.begin()

    try:
        end = outcomes.end_of_cell(rounds, take_one)
        if not (end or benchmark.disabled or rounds.is_over):
            turns.join(rounds, shared)
        outcomes.record_end(rounds, end)
        ends = turns.take(cell, shared) if turns.is_last(cell, shared) else {}
    except KeyboardInterrupt:
        outcomes.interrupt(rounds)
        turns.interrupt()
        raise
    outcomes.end_test(cell, ends | ({cell: end} if end else {}))
