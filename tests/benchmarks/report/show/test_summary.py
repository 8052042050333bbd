"""What is said at the end of a run of the one that it is compared with."""

from crossover.benchmarks.report.show.summary import judgement
from crossover.benchmarks.runs import load


def test_a_name_from_elsewhere_cannot_control_a_terminal(document, tmp_path):
    run = load.parse(document({"cpu": {1: [1.0]}}), "x")
    hostile = document({"cpu": {1: [1.0]}}, machine="\x1b]0;x\x07")
    said = judgement(run, hostile, tmp_path, 80, color=False)

    assert said.startswith("no verdict: ")
    assert "\x1b" not in said


def test_a_compared_run_that_cannot_be_read_is_said(document, tmp_path):
    run = load.parse(document({"cpu": {1: [1.0]}}), "x")

    assert judgement(run, {}, tmp_path, 80, color=False).startswith("no verdict: the compared run: ")


def test_a_compared_run_says_when_it_was_taken_and_what_makes_it_doubtful(document, tmp_path):
    run = load.parse(document({"cpu": {1: [1.0], 2: [2.0]}}), "x")
    compared = document({"cpu": {1: [1.0], 2: "failed: the run ended before it"}}) | {"commit_info": {"dirty": True}}
    compared["crossover"]["cells"][1]["finished"] = False
    lines = judgement(run, compared, tmp_path, 200, color=False).splitlines()

    assert "This run against that of 2026-01-01 00:00 UTC, with its noise" == lines[0]
    assert "the baseline: unfinished, 1 of 2 cells are to come" in lines
    assert "the baseline: taken with changes that were not committed, so its code cannot be had again" in lines


def test_without_a_cell_in_common_it_says_that_the_compared_run_is_unfinished(document, tmp_path):
    run = load.parse(document({"cpu": {1: [1.0]}}), "x")
    compared = document({"cpu": {1: "failed: the run ended before it"}})
    compared["crossover"]["cells"][0]["finished"] = False

    assert "no verdict: no cell was measured in both runs; the baseline: unfinished, 1 of 1 cells are to come" == (
        judgement(run, compared, tmp_path, 80, color=False)
    )
