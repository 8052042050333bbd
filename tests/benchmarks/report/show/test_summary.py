"""What is said at the end of a run of the one that it is compared with."""

import pytest

from crossover.benchmarks.report.show.summary import judgement


@pytest.fixture
def judged(run, document, tmp_path):
    """The lines that judge a run of two scales by a saved one."""

    def said(compared):
        return judgement(run({"cpu": {1: [1.0], 2: [2.0]}}), compared, tmp_path, 200, color=False).splitlines()

    return said


def test_a_name_from_elsewhere_cannot_control_a_terminal(judged, document):
    (line,) = judged(document({"cpu": {1: [1.0]}}, machine="\x1b]0;x\x07"))

    assert line.startswith("no verdict: ")
    assert "\x1b" not in line


def test_a_compared_run_that_cannot_be_read_is_said(judged):
    assert ["no verdict", "the compared run"] == judged({})[0].split(": ")[:2]


def test_a_compared_run_says_when_it_was_taken_and_what_makes_it_doubtful(judged, document, cell):
    cells = [cell([1.0]), cell("failed: x", scale=2, finished=False)]
    lines = judged(document(cells, commit={"dirty": True}))

    assert "2026-01-01 00:00 UTC" in lines[0]
    assert ["unfinished", "taken with changes"] == [
        line.split(": ")[1][:18].split(",")[0] for line in lines if line.startswith("the baseline: ")
    ]


def test_without_a_cell_in_common_it_says_that_the_compared_run_is_unfinished(judged, document, cell):
    (line,) = judged(document([cell("failed: x", finished=False)]))

    assert line.startswith("no verdict: ")
    assert "; the baseline: unfinished" in line
