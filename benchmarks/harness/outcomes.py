"""What becomes of a cell and of its test: measured, ended for a reason, or interrupted."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from crossover.benchmarks.harness import progress
from crossover.benchmarks.harness.rounds import Rounds
from crossover.benchmarks.harness.run import Run
from crossover.benchmarks.machine.cell_errors import CellEndedError, end_of
from crossover.benchmarks.runs.cells import LEFT_OUT, SKIPPED, Cell, Outcome, Status

__all__ = ["end_of_cell", "end_test", "interrupt", "outcome_of", "record_end", "record_outcome"]


def outcome_of(rounds: Rounds) -> Outcome:
    """Returns the outcome of a cell that nothing has ended: measured, and finished if no planned round is left."""
    if rounds.earlier and rounds.is_over:
        return rounds.earlier.outcome
    if not rounds.left:
        return Outcome(Status.MEASURED)
    return Outcome(Status.MEASURED, f"{len(rounds.times_s)} of {rounds.plan.rounds} rounds so far", finished=False)


def end_of_cell(rounds: Rounds, step: Callable[[], None]) -> CellEndedError | None:
    """Returns how a cell ended in an earlier session, or how measuring it by `step` ends it; None if it goes on."""
    if rounds.earlier and rounds.is_over:
        rounds.take_over(rounds.earlier)
        return rounds.earlier.end
    rounds.run.begin(rounds.cell)
    return end_of(step)


def record_end(rounds: Rounds, end: CellEndedError | None) -> None:
    """Record the outcome of a cell; where benchmarks are disabled, count it as tried instead."""
    if rounds.benchmark.disabled:
        rounds.run.tried += not end
    else:
        record_outcome(rounds.run, rounds.cell, end.outcome if end else outcome_of(rounds))


def record_outcome(run: Run, cell: Cell, outcome: Outcome) -> None:
    """Record the outcome of a cell, and say so where it was not measured."""
    run.measuring = None
    if outcome.status is not Status.MEASURED:
        progress.show(run, cell, f"{outcome.status}: {outcome.reason}")
    if outcome.status in LEFT_OUT:
        run.forecast.without_rounds.add(cell.series)
    run.note({cell: outcome})


def interrupt(rounds: Rounds) -> None:
    """Account for a cell that does not get all its rounds; without any it counts as not reached.

    An outcome that ended it before stands. It is not being measured any more: nobody has killed it.
    """
    rounds.run.rest()
    known = rounds.run.outcomes.get(rounds.cell)
    has_ended = rounds.benchmark.has_error or (known is not None and known.finished)
    if rounds.times_s and not has_ended:
        count = len(rounds.times_s)
        words = f"interrupted after {count} round{'s' if count > 1 else ''}" if rounds.left else ""
        record_outcome(rounds.run, rounds.cell, replace(outcome_of(rounds), reason=words))


def end_test(cell: Cell, ends: dict[Cell, CellEndedError]) -> None:
    """Fail the test of a cell where it, or another whose rounds it took, went wrong; skip it where it was left out."""
    faults = {other: end for other, end in ends.items() if end.outcome.status not in SKIPPED}
    if cell in faults and (cause := faults[cell].__cause__):
        raise cause
    if faults:
        pytest.fail("\n".join(f"{other}: {end}" for other, end in faults.items()), pytrace=False)
    if cell in ends:
        pytest.skip(str(ends[cell]))
