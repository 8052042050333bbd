"""Takes a cell through its rounds to its status, by itself or in turn with others."""

from collections.abc import Callable
from typing import Protocol

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from crossover.benchmarks.harness.interleaving import Turns
from crossover.benchmarks.harness.rounds import Rounds, Timed
from crossover.benchmarks.harness.run import Run
from crossover.benchmarks.machine.errors import CellEndedError, end_of
from crossover.benchmarks.runs.cells import LEFT_OUT, Cell

__all__ = ["Measure", "MeasureInTurn", "measure", "measure_in_turn"]


class Measure(Protocol):
    """The fixture `measure`, as a benchmark calls it."""

    def __call__(self, cell: Cell, timed: Timed) -> None:
        """Measure the cell, or leave it out with a reason."""


class MeasureInTurn(Protocol):
    """The fixture `measure_in_turn`, as a benchmark calls it."""

    def __call__(self, cell: Cell, timed: Timed, within: tuple[str, ...] = ()) -> None:
        """Measure the cell in turn with those of its scale and device that share the case parts in `within`."""


def measure(cell: Cell, timed: Timed, benchmark: BenchmarkFixture, run: Run, kind: type[Rounds] = Rounds) -> None:
    """Time all rounds of a cell; skip or fail the test where its status is not `measured`."""
    rounds = kind(cell, timed, benchmark, run)

    def take_all() -> None:
        rounds.plan()
        if benchmark.disabled:
            rounds.try_once()
            return
        run.start(cell, rounds.round_s, rounds.planned)
        rounds.begin()
        while rounds.left:
            run.note({cell: rounds.outcome()})
            run.go_on(cell, len(rounds.times_s) + 1, rounds.planned, rounds.left * rounds.round_s)
            rounds.take_another()

    try:
        end = end_of_cell(rounds, take_all)
        account(rounds, end)
    except KeyboardInterrupt:
        rounds.interrupt()
        raise
    conclude(cell, {cell: end} if end else {})


def measure_in_turn(
    cell: Cell, timed: Timed, within: tuple[str, ...] = (), *, benchmark: BenchmarkFixture, run: Run, turns: Turns
) -> None:
    """Time the first round of a cell, and after the last cell of its group the other rounds of all of them in turn.

    Skips or fails the test where a status is not `measured`.
    """
    rounds = Rounds(cell, timed, benchmark, run)

    def take_one() -> None:
        rounds.plan()
        if benchmark.disabled:
            rounds.try_once()
            return
        run.start(cell, rounds.round_s, rounds.planned, waiting_s=turns.remaining_s())
        rounds.begin()

    try:
        end = end_of_cell(rounds, take_one)
        if not (end or benchmark.disabled or rounds.is_over):
            turns.join(rounds, within)
        account(rounds, end)
        ends = turns.take(cell, within) if turns.is_last(cell, within) else {}
    except KeyboardInterrupt:
        rounds.interrupt()
        turns.interrupt()
        raise
    conclude(cell, ends | ({cell: end} if end else {}))


def end_of_cell(rounds: Rounds, step: Callable[[], None]) -> CellEndedError | None:
    """Returns how a cell ended in an earlier session, or how measuring it by `step` ends it; None if it goes on."""
    if rounds.earlier and rounds.is_over:
        rounds.take_over(rounds.earlier)
        return rounds.earlier.end
    return end_of(step)


def account(rounds: Rounds, end: CellEndedError | None) -> None:
    """Record the outcome of a cell; where benchmarks are disabled, count it as tried instead."""
    if rounds.benchmark.disabled:
        rounds.run.tried += not end
    else:
        rounds.run.finish(rounds.cell, end.outcome if end else rounds.outcome())


def conclude(cell: Cell, ends: dict[Cell, CellEndedError]) -> None:
    """Fail the test of a cell where it, or another whose rounds it took, went wrong; skip it where it was left out."""
    faults = {other: end for other, end in ends.items() if end.outcome.status not in LEFT_OUT}
    if cell in faults and (cause := faults[cell].__cause__):
        raise cause
    if faults:
        pytest.fail("\n".join(f"{other}: {end}" for other, end in faults.items()), pytrace=False)
    if cell in ends:
        pytest.skip(str(ends[cell]))
