import pytest

from crossover.benchmarks.harness import round_notes
from crossover.benchmarks.harness.round_notes import RoundNotes
from crossover.benchmarks.machine.contention import Contention

BUSY, QUIET = Contention(0.9, 0.1), Contention(0.1, 0.0)
ASLEEP, SHORT = Contention(0.0, 0.0, slept_s=3600.0), Contention(0.0, 0.0, is_told=False)


class Clockwork:
    """A control that takes one second more each time."""

    scale = steps = 1

    def __init__(self):
        self.taken_s = 0.0

    def seconds(self):
        self.taken_s += 1.0
        return self.taken_s

    def identity(self):
        return {"version": 1, "hash": "a", "scale": 1, "steps": 1}


@pytest.fixture
def noted(monkeypatch):
    """What is noted beside rounds of which others disturbed some, with a control or without."""

    def make(*found, control=None, gpu=None):
        made = RoundNotes(None)
        made.control, made.gpu = control, gpu
        for each in found:
            monkeypatch.setattr(round_notes.Contention, "between", lambda *_, each=each: each)
            made.begin()
            made.end()
        return made

    return make


def test_each_round_has_a_control_before_and_after_it(noted):
    figures = noted(QUIET, QUIET, control=Clockwork()).figures()

    assert {"version": 1, "hash": "a", "scale": 1, "steps": 1, "seconds": [[1, 2], [3, 4]]} == figures["control"]


def test_each_round_tells_what_others_used_and_whether_that_disturbed_it(noted):
    made = noted(QUIET, BUSY)

    assert {"other_cores": [0.1, 0.9], "stolen_cores": [0.0, 0.1], "disturbed": [False, True]} == made.figures()
    assert made.was_disturbed


class MadeUpGpu:
    """A GPU of which others use a given share, round by round."""

    def __init__(self, *shares):
        self.shares = iter(shares)

    def begin(self):
        """Nothing to do."""

    def others(self, root):
        return next(self.shares)


def test_what_others_use_of_the_gpu_disturbs_its_rounds_and_is_saved(noted):
    made = noted(QUIET, QUIET, QUIET, gpu=MadeUpGpu(0.0, 0.4, None))
    resumed = RoundNotes(None)
    resumed.gpu = made.gpu
    resumed.go_on(made.figures(), 3)

    assert [False, True, False] == made.figures()["disturbed"]
    assert [0.0, 0.4, None] == made.figures()["other_gpu"] == resumed.figures()["other_gpu"]


def test_of_a_short_round_nothing_is_known(noted):
    assert {"other_cores": [None], "stolen_cores": [None], "disturbed": [False]} == noted(SHORT).figures()


def test_a_round_during_which_the_machine_slept_stays_disturbed_when_the_cell_is_resumed(noted):
    resumed = RoundNotes(None)
    resumed.go_on(noted(ASLEEP).figures(), 1)

    assert [True] == resumed.figures()["disturbed"]


def test_what_cannot_be_read_is_unknown_and_disturbs_nothing(monkeypatch):
    monkeypatch.setattr(round_notes.facts, "read", lambda name, how, otherwise=None: otherwise)
    made = RoundNotes(None)
    made.begin()
    made.end()

    assert {"other_cores": [None], "stolen_cores": [None], "disturbed": [False]} == made.figures()
    assert not made.was_disturbed


def test_a_round_that_was_taken_again_has_the_notes_of_the_second_time(noted):
    made = noted(QUIET, BUSY, QUIET, control=Clockwork())
    made.replace()

    assert [False, False] == made.figures()["disturbed"]
    assert [[1, 2], [5, 6]] == made.control_s


def test_notes_of_a_round_that_failed_are_forgotten(noted):
    made = noted(QUIET, BUSY, control=Clockwork())
    made.keep(1)

    assert [False] == made.figures()["disturbed"]
    assert [[1, 2]] == made.control_s


def test_a_resumed_cell_goes_on_with_its_notes(noted):
    saved = noted(BUSY, QUIET, control=Clockwork()).figures()
    resumed = RoundNotes(None)
    resumed.control = Clockwork()
    resumed.go_on(saved, 1)

    assert {"other_cores": [0.9], "stolen_cores": [0.1], "disturbed": [True]}.items() <= resumed.figures().items()
    assert [[1, 2]] == resumed.control_s


def test_a_resumed_cell_does_not_mix_controls(noted):
    """With other code, or in a run that had none, its control cannot serve: it has too few times."""
    saved = noted(QUIET, control=Clockwork()).figures()
    saved["control"]["hash"] = "b"
    resumed = RoundNotes(None)
    resumed.control = Clockwork()
    for figures in (saved, {}):
        resumed.go_on(figures, 1)

        assert [] == resumed.control_s
        assert 1 == len(resumed.found)
