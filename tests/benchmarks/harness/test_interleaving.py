"""Rounds in turn, with cells that take no time and a clock that shows what it is told."""

import pytest

from crossover.benchmarks.harness import interleaving, outcomes, progress
from crossover.benchmarks.harness.rounds import Rounds
from crossover.benchmarks.machine.cell_errors import CellEndedError
from crossover.benchmarks.runs.cells import Cell, Status


class FakeRounds(Rounds):
    """Rounds that write down whose they are, all as long as the first; `fault` is raised in a round of a number."""

    def __init__(self, cell, run, benchmark, log, first_s=1.0, fault=(0, None)):
        super().__init__(cell, None, benchmark, run)
        self.log, self.fault = log, fault
        self.round_length_s = first_s
        self.times_s.append(first_s)
        self.plan.renew(self.times_s)

    def take_another(self):
        number, error = self.fault
        if len(self.times_s) + 1 == number:
            raise error
        self.times_s.append(self.round_length_s)
        self.log.append(f"{self.cell.recipe}{len(self.times_s)}")
        self.plan.renew(self.times_s)


@pytest.fixture
def group(monkeypatch, run_of, benchmark_of):
    """Makes the turns of recipes A, B and C, each after its first round; a name takes what `FakeRounds` takes."""

    def announce(run, turn, group, cells, waiting_s):
        run.announced.append((turn, "".join(cell.recipe for cell in cells), waiting_s))

    monkeypatch.setattr(progress, "announce", announce)
    monkeypatch.setattr(progress, "show", lambda run, cell, text: None)

    def make(cell_seconds=0, **recipes):
        cells = {name: Cell("recipes", 1, "cpu", name) for name in "ABC"}
        run, log = run_of(cells.values(), cell_seconds), []
        waiting = interleaving.InterleavedRounds(run)
        for name, cell in cells.items():
            waiting.join(FakeRounds(cell, run, benchmark_of(None), log, **recipes.get(name, {})))
        return waiting, run, log

    return make


CELL = Cell("recipes", 1, "cpu")


def test_turns_go_there_and_back(group):
    """The first turn, A B C, is over when they begin."""
    waiting, run, log = group()
    ends = waiting.take(CELL)

    assert {} == ends
    assert run.measuring is None
    assert "C2 B2 A2 A3 B3 C3 C4 B4 A4 A5 B5 C5" == " ".join(log)
    assert [(2, "CBA", 12.0), (3, "ABC", 9.0), (4, "CBA", 6.0), (5, "ABC", 3.0)] == run.announced


def test_the_run_is_written_to_the_disk_after_each_turn(group):
    waiting, run, log = group()
    run.log = log
    waiting.take(CELL)

    assert "C2 B2 A2 write A3 B3 C3 write C4 B4 A4 write A5 B5 C5 write" == " ".join(log)
    assert {(Status.MEASURED, True)} == {(outcome.status, outcome.finished) for outcome in run.outcomes.values()}


def test_turns_go_on_where_an_earlier_session_left_them(group):
    waiting, run, log = group()
    for rounds_ in waiting.waiting:
        rounds_.times_s.extend([1.0, 1.0])
    waiting.take(CELL)

    assert "C4 B4 A4 A5 B5 C5" == " ".join(log)
    assert [4, 5] == [turn for turn, _, _ in run.announced]


def test_a_cell_of_which_fewer_rounds_fit_drops_out(group):
    """Three rounds of 40 s fit two minutes; what the first round took counts, not what was predicted."""
    waiting, _, log = group(cell_seconds=120, B={"first_s": 40.0})
    waiting.take(CELL)

    assert "C2 B2 A2 A3 B3 C3 C4 A4 A5 C5" == " ".join(log)


def test_a_first_round_that_took_too_long_is_the_only_one(group):
    waiting, _, log = group(cell_seconds=120, B={"first_s": 500.0})
    waiting.take(CELL)

    assert "B" not in " ".join(log)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (CellEndedError(Status.DIVERGED, "no"), Status.DIVERGED),
        (ZeroDivisionError("no"), Status.FAILED),
        (MemoryError("no"), Status.OUT_OF_MEMORY),
    ],
)
def test_a_cell_that_comes_to_grief_ends_and_the_others_go_on(group, error, status):
    waiting, run, log = group(B={"fault": (3, error)})
    ends = waiting.take(CELL)

    assert "C2 B2 A2 A3 C3 C4 A4 A5 C5" == " ".join(log)
    assert {"B": status} == {cell.recipe: end.outcome.status for cell, end in ends.items()}
    statuses = {cell.recipe: outcome.status for cell, outcome in run.outcomes.items()}
    assert {"A": Status.MEASURED, "B": status, "C": Status.MEASURED} == statuses


def test_an_interrupt_leaves_each_cell_the_rounds_it_has(group):
    waiting, run, _ = group(cell_seconds=120, A={"first_s": 500.0}, C={"fault": (3, KeyboardInterrupt())})
    with pytest.raises(KeyboardInterrupt):
        waiting.take(CELL)
    measuring = run.measuring
    waiting.interrupt()

    assert "C" == measuring.recipe
    assert run.measuring is None
    assert {
        "B": ("interrupted after 3 rounds", False),
        "C": ("interrupted after 2 rounds", False),
    } == {cell.recipe: (outcome.reason, outcome.finished) for cell, outcome in run.outcomes.items() if outcome.reason}


def test_an_interrupt_leaves_what_had_ended_a_cell_before(group):
    """B learnt nonsense; A had all its rounds in the turn in which C was interrupted."""
    diverged = CellEndedError(Status.DIVERGED, "no")
    waiting, run, _ = group(B={"fault": (3, diverged)}, C={"fault": (5, KeyboardInterrupt())})
    b = next(rounds for rounds in waiting.waiting if rounds.cell.recipe == "B")
    with pytest.raises(KeyboardInterrupt):
        waiting.take(CELL)
    outcomes.interrupt(b)
    waiting.interrupt()

    assert {
        "A": (Status.MEASURED, "", True),
        "B": (Status.DIVERGED, "no", True),
        "C": (Status.MEASURED, "interrupted after 4 rounds", False),
    } == {cell.recipe: (outcome.status, outcome.reason, outcome.finished) for cell, outcome in run.outcomes.items()}


def test_a_cell_that_pytest_benchmark_will_not_save_is_not_told_to_be_measured(group):
    waiting, run, _ = group()
    waiting.waiting[0].benchmark.has_error = True
    outcomes.interrupt(waiting.waiting[0])

    assert {} == run.outcomes


def test_a_group_is_a_scale_on_a_device(run_of):
    cells = [Cell("recipes", 1, device, recipe) for device in ("cpu", "mps") for recipe in "AB"]
    waiting = interleaving.InterleavedRounds(run_of(cells))

    assert [False, True, False, True] == [waiting.is_last(cell) for cell in cells]


def test_a_group_may_be_a_part_of_the_cases(monkeypatch, run_of, benchmark_of):
    """Rounds of a dataset are taken in turn with those of the same dataset alone."""
    cells = [
        Cell("loading", 1, "cpu", case=(("dataset", name), ("workers", count)))
        for name in ("memory", "waiting")
        for count in (0, 2)
    ]
    monkeypatch.setattr(progress, "announce", lambda *_: None)
    run, log = run_of(cells), []
    waiting = interleaving.InterleavedRounds(run)
    members = [FakeRounds(cell, run, benchmark_of(None), log) for cell in cells]
    for rounds in members:
        waiting.join(rounds)
    waiting.take(cells[1], ("device", "dataset"))

    assert [False, True, False, True] == [waiting.is_last(cell, ("device", "dataset")) for cell in cells]
    assert [5, 5, 1, 1] == [len(rounds.times_s) for rounds in members]
    assert members[2:] == waiting.waiting  # what is done is let go, with all that it holds
