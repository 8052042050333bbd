"""The run as it is written after each cell."""

import statistics
from dataclasses import replace
from types import SimpleNamespace

import pytest
from pytest_benchmark import plugin
from pytest_benchmark.stats import Metadata

from crossover.benchmarks.runs.cells import Cell, Outcome, Status
from crossover.benchmarks.storage.document import document
from crossover.benchmarks.storage.earlier_sessions import Earlier
from crossover.model.workloads import MLP


def timed(name, seconds):
    """What pytest-benchmark keeps of a benchmark that had some rounds."""
    of = dict.fromkeys(["group", "param", "params", "cprofile_stats"])
    made = Metadata(SimpleNamespace(name=name, fullname=name, extra_info={}, has_error=False, **of), 1, {})
    made.stats.data = seconds
    return made


@pytest.fixture
def run():
    """A run of two cells with three rounds each."""
    cells = {Cell("training", scale, "cpu"): f"test_training[cpu-{scale}]" for scale in (1, 2)}
    return SimpleNamespace(
        config=SimpleNamespace(hook=plugin),
        names=cells,
        timed=[timed(name, [1.0, 2.0, 3.0]) for name in cells.values()],
        stats={},
        outcomes=dict.fromkeys(cells, Outcome(Status.MEASURED)),
        is_ending=True,
        earlier=Earlier(),
        probes={},
        workload=MLP,
        epochs=1,
        asked={"rounds": 3, "cell_seconds": 120, "command": ""},
        size=lambda cell: MLP.size(cell.scale),
        machine_info={},
        commit_info={},
        session_facts=dict,
    )


def test_figures_follow_the_rounds(run):
    """Also those that come after the figures were first asked for, which pytest-benchmark keeps."""
    document(run)
    run.timed[0].stats.data += [4.0, 5.0]
    benches = document(run)["benchmarks"]

    assert [[1.0, 2.0, 3.0, 4.0, 5.0], [1.0, 2.0, 3.0]] == [bench["stats"]["data"] for bench in benches]
    for bench in benches:
        data = bench["stats"]["data"]
        expected = (len(data), max(data), statistics.mean(data), statistics.median(data))
        assert expected == tuple(bench["stats"][key] for key in ("rounds", "max", "mean", "median"))


def test_cells_have_the_flop_of_a_step(run):
    """The MLP in batches of 10: a layer takes one product forward and two backward, the first one only one backward."""
    forward, first = 20 * (100 * 300 + 300 * 200 + 200 * 2), 20 * 100 * 300

    assert 3 * forward - first == document(run)["crossover"]["cells"][0]["step_flop"]


def test_cells_have_none_where_it_is_not_counted_and_no_size_where_nothing_can_be_built(run):
    sizes = {1: replace(MLP.size(1), counts=None), 2: None}
    run.size = lambda cell: sizes[cell.scale]
    found = document(run)["crossover"]["cells"]

    assert [(90_902, None), (0, None)] == [(cell["parameters"], cell["step_flop"]) for cell in found]


def test_what_is_saved_beside_the_times_is_that_of_the_moment(run):
    document(run)
    run.timed[0].extra_info |= {"in_turn": True}

    assert [{"in_turn": True}, {}] == [bench["extra_info"] for bench in document(run)["benchmarks"]]


def test_cells_of_an_earlier_session_that_are_not_asked_for_stay(run):
    """Their rounds are from the sessions before this one."""
    other = {"name": "test_training[cpu-9]", "scale": 9, "status": "measured", "rounds_by_session": [5]}
    run.earlier = Earlier(sessions=[{}], others=[other])
    found = document(run)["crossover"]["cells"]

    assert [other | {"rounds_by_session": [5, 0]}] == found[2:]


def test_cells_have_their_rounds_by_session(run):
    found = document(run)["crossover"]["cells"]

    assert [(1, "measured", [3]), (2, "measured", [3])] == [
        (cell["scale"], cell["status"], cell["rounds_by_session"]) for cell in found
    ]
