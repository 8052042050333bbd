"""What a run that is gone on with says of the cells during which it was killed."""

from types import SimpleNamespace

import pytest

from crossover.benchmarks.harness.session_start import after_kills
from crossover.benchmarks.runs.cells import Cell, Outcome, Status
from crossover.benchmarks.storage.earlier_sessions import Earlier, EarlierCell


@pytest.fixture
def lines():
    """What is said of a run of three cells, of which the first is done, and was killed while some were measured."""

    def say(*measuring, skip_killed=False):
        names = {Cell("training", scale, "cpu"): f"test_training[cpu-{scale}]" for scale in (1, 2, 3)}
        run = SimpleNamespace(names=names, options=SimpleNamespace(skip_killed=skip_killed))
        done = EarlierCell(Outcome(Status.MEASURED), [1], {"stats": {"data": [1.0]}}, usable=1)
        sessions = [{"measuring": scale and f"test_training[cpu-{scale}]"} for scale in measuring]
        earlier = Earlier(sessions=sessions, cells={"test_training[cpu-1]": done})
        said = after_kills(run, earlier)
        return said, [scale for scale in (1, 2, 3) if earlier.is_over(f"test_training[cpu-{scale}]")]

    return say


KILLED = "the run was killed while training[cpu-2] was being measured"
TWICE = "the run was killed twice while training[cpu-2] was being measured"


def test_a_run_that_was_not_killed_has_nothing_to_say(lines):
    assert ([], [1]) == lines(None, None)


def test_a_cell_that_was_done_after_all_is_not_told_of(lines):
    assert ([], [1]) == lines(1, None, skip_killed=True)


def test_the_cell_is_measured_again_after_the_first_kill(lines):
    assert ([f"{KILLED}, and begins with it again: --skip-killed leaves it out"], [1]) == lines(2)


def test_one_that_others_come_before_is_not_called_the_first(lines):
    said, _ = lines(3)

    assert said[0].endswith("training[cpu-3] was being measured, and measures it again: --skip-killed leaves it out")


@pytest.mark.parametrize(
    ("measuring", "skip_killed", "expected"),
    [((2,), True, KILLED), ((2, 2), False, TWICE), ((2, None, 2), True, TWICE)],
)
def test_it_is_left_out_where_that_is_asked_for_and_after_the_second_kill(lines, measuring, skip_killed, expected):
    assert ([f"{expected}: it is left out"], [1, 2]) == lines(*measuring, skip_killed=skip_killed)
