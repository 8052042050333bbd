"""Rounds in turn, with cells that take no time and a clock that shows what it is told."""

from unittest.mock import Mock

import pytest

from crossover.benchmarks.harness import interleaving, rounds
from crossover.benchmarks.harness.budget import Budget
from crossover.benchmarks.harness.forecast import Forecast
from crossover.benchmarks.machine.errors import CellEndedError
from crossover.benchmarks.runs.cells import Cell, Status


class Run:
    """As much of a run as turns need: what was asked for, and what is told."""

    def __init__(self, cells, cell_seconds=0):
        self.names = dict.fromkeys(cells)
        self.too_slow = {}
        self.forecast = Forecast(Budget(cell_seconds, rounds=5))
        self.outcomes = {}
        self.announced = []
        self.log = []
        self.options = type("Options", (), {"budget": Budget(cell_seconds, rounds=5)})

    def announce(self, turn, group, cells, waiting_s):
        self.announced.append((turn, "".join(cell.recipe for cell in cells), waiting_s))

    def parameters(self, cell):
        return 1000 * cell.scale

    def earlier_cell(self, cell):
        return None

    def finish(self, cell, outcome):
        self.note({cell: outcome})

    def note(self, outcomes):
        """What is written to the disk: all that the log has so far is over by then."""
        self.outcomes |= outcomes
        self.log.append("write")


class Benchmark:
    """As much of pytest-benchmark's fixture as a round needs."""

    def __init__(self, timer):
        self.extra_info = {}
        self.has_error = self.disabled = False
        self.stats = type("Metadata", (), {})()
        self.stats.stats = type("Stats", (), {"data": []})()
        self.stats.update = self.stats.stats.data.append
        self.stats.options = {"timer": timer, "disable_gc": False}


class FakeRounds(rounds.Rounds):
    """Rounds that write down whose they are, all as long as the first; `fault` is raised in a round of a number."""

    def __init__(self, cell, run, log, first_s=1.0, fault=(0, None)):
        super().__init__(cell, None, Benchmark(None), run)
        self.log, self.fault = log, fault
        self.round_length_s = first_s
        self.times_s.append(first_s)
        self.replan()

    def take_another(self):
        number, error = self.fault
        if len(self.times_s) + 1 == number:
            raise error
        self.times_s.append(self.round_length_s)
        self.log.append(f"{self.cell.recipe}{len(self.times_s)}")
        self.replan()


@pytest.fixture
def group():
    """Makes the turns of recipes A, B and C, each after its first round; a name takes what `FakeRounds` takes."""

    def make(cell_seconds=0, **recipes):
        cells = {name: Cell("recipes", 1, "cpu", name) for name in "ABC"}
        run, log = Run(cells.values(), cell_seconds), []
        waiting = interleaving.Turns(run)
        for name, cell in cells.items():
            waiting.join(FakeRounds(cell, run, log, **recipes.get(name, {})))
        return waiting, run, log

    return make


CELL = Cell("recipes", 1, "cpu")


def test_turns_go_there_and_back(group):
    """The first turn, A B C, is over when they begin."""
    waiting, run, log = group()
    ends = waiting.take(CELL)

    assert {} == ends
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
    waiting.interrupt()

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
    b.interrupt()
    waiting.interrupt()

    assert {
        "A": (Status.MEASURED, "", True),
        "B": (Status.DIVERGED, "no", True),
        "C": (Status.MEASURED, "interrupted after 4 rounds", False),
    } == {cell.recipe: (outcome.status, outcome.reason, outcome.finished) for cell, outcome in run.outcomes.items()}


def test_a_cell_that_pytest_benchmark_will_not_save_is_not_told_to_be_measured(group):
    waiting, run, _ = group()
    waiting.waiting[0].benchmark.has_error = True
    waiting.waiting[0].interrupt()

    assert {} == run.outcomes


def test_a_group_is_a_scale_on_a_device():
    cells = [Cell("recipes", 1, device, recipe) for device in ("cpu", "mps") for recipe in "AB"]
    waiting = interleaving.Turns(Run(cells))

    assert [False, True, False, True] == [waiting.is_last(cell) for cell in cells]


def test_a_group_may_be_a_part_of_the_cases():
    """Rounds of a dataset are taken in turn with those of the same dataset alone."""
    cells = [
        Cell("loading", 1, "cpu", case=(("dataset", name), ("workers", count)))
        for name in ("memory", "waiting")
        for count in (0, 2)
    ]
    run, log = Run(cells), []
    waiting = interleaving.Turns(run)
    for cell in cells:
        waiting.join(FakeRounds(cell, run, log))
    waiting.take(cells[1], within=("dataset",))

    assert [False, True, False, True] == [waiting.is_last(cell, within=("dataset",)) for cell in cells]
    assert [5, 5, 1, 1] == [len(rounds.times_s) for rounds in waiting.waiting]


class Workload:
    """Writes down what is done to it."""

    def __init__(self, log, **parts):
        self.log = log
        self.failure, self.figures = None, {}
        self.__dict__ |= parts

    def __getattr__(self, name):
        return lambda: self.log.append(name)


def rounds_of(workload):
    """A cell before its first round, on a clock that is written down as well."""
    seconds = iter([10.0, 12.5])
    run = Run([])
    run.describe, run.disagreement, run.timed = lambda cell: {}, lambda cell, figures: None, []
    return rounds.Rounds(CELL, workload, Benchmark(lambda: workload.log.append("clock") or next(seconds)), run)


def another_round(log, work):
    """A round after the first one."""
    taken = rounds_of(Workload(log, work=work))
    taken.benchmark.stats.update(1.0)
    taken.take_another()
    return taken


def test_only_the_work_is_on_the_clock():
    log = []
    taken = another_round(log, lambda: log.append("work"))

    assert ["setup", "clock", "work", "clock", "check", "release"] == log
    assert [1.0, 2.5] == taken.times_s


def test_what_fails_in_a_later_round_holds_no_memory():
    log = []
    with pytest.raises(ZeroDivisionError):
        another_round(log, lambda: 1 / 0)

    assert ["setup", "clock", "release"] == log


def test_a_round_that_was_interrupted_before_it_was_looked_at_does_not_count():
    taken = rounds_of(Workload([], check=Mock(side_effect=KeyboardInterrupt)))
    taken.benchmark.stats.update(1.0)
    with pytest.raises(KeyboardInterrupt):
        taken.take_another()

    assert [1.0] == taken.times_s


def test_nor_does_the_first_round_that_pytest_benchmark_takes():
    taken = rounds_of(Workload([], check=Mock(side_effect=KeyboardInterrupt)))

    def pedantic(work, setup, teardown):
        taken.benchmark.stats.update(1.0)
        teardown()

    taken.benchmark.pedantic = pedantic
    with pytest.raises(KeyboardInterrupt):
        taken.take_first()

    assert [] == taken.times_s
    assert taken.benchmark.has_error


class Predicted(Workload):
    """Work whose predictions are given."""

    def __init__(self, *predictions_s):
        super().__init__([], needed_bytes=dict, unavailable=lambda: None, predict=Mock(side_effect=predictions_s))


@pytest.fixture
def planned(monkeypatch):
    """Plans a cell with predictions for its rounds, in a budget of 100 s."""
    monkeypatch.setattr(rounds, "PAUSE_S", 0.0)

    def plan(*predictions_s, run=None, cell=CELL):
        run = run or Run([], cell_seconds=100)
        run.probe = lambda device: None
        made = rounds.Rounds(cell, Predicted(*predictions_s), Benchmark(None), run)
        made.plan()
        return made

    return plan


def test_a_prediction_that_was_disturbed_ends_no_cell(planned):
    """The first two were disturbed; by the third, five rounds fit."""
    made = planned(5000.0, 400.0, 20.0)

    assert 5 == made.planned
    assert 20.0 == made.round_s


def test_one_prediction_is_enough_where_a_round_fits(planned):
    assert 1 == planned(60.0).planned


def test_a_cell_is_too_slow_where_all_predictions_agree(planned):
    with pytest.raises(CellEndedError, match="too slow: about 3 min a round, budget 2 min: --cell-seconds 0 lifts it"):
        planned(5000.0, 400.0, 200.0)


def test_a_larger_model_than_one_that_was_too_slow_is_not_tried(planned):
    run = Run([], cell_seconds=100)
    larger, other = Cell("recipes", 9, "cpu"), Cell("recipes", 9, "cuda")
    with pytest.raises(CellEndedError):
        planned(200.0, 200.0, 200.0, run=run)

    with pytest.raises(CellEndedError, match="too slow: more than scale 1, about 3 min a round, budget"):
        planned(1.0, run=run, cell=larger)
    assert {larger.series} == set(run.too_slow)
    assert larger.series != other.series


@pytest.mark.parametrize(
    ("times_s", "expected"),
    [
        ([20.0], 5),  # as predicted
        ([50.0], 2),  # far from the prediction
        ([120.0], 1),  # more than there was
        ([50.0, 10.0], 3),  # the first was disturbed
        ([20.0, 20.0, 50.0], 3),  # the machine became slower: 10 s are left
        ([10.0] * 5, 5),
    ],
)
def test_rounds_are_planned_anew_by_what_those_before_took(planned, times_s, expected):
    made = planned(20.0)
    made.times_s.extend(times_s)
    made.replan()

    assert expected == made.planned
