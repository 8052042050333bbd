"""What is said at the end of a run of the one that it is compared with."""

from benchmarks.report import load
from benchmarks.report.summary import judgement


def test_a_name_from_elsewhere_cannot_control_a_terminal(document, tmp_path):
    run = load.parse(document({"cpu": {1: [1.0]}}), "x")
    hostile = document({"cpu": {1: [1.0]}}, machine="\x1b]0;x\x07")
    said = judgement(run, hostile, tmp_path, 80, color=False)

    assert said.startswith("no verdict: ")
    assert "\x1b" not in said


def test_a_compared_run_that_cannot_be_read_is_said(document, tmp_path):
    run = load.parse(document({"cpu": {1: [1.0]}}), "x")

    assert judgement(run, {}, tmp_path, 80, color=False).startswith("no verdict: the compared run: ")
