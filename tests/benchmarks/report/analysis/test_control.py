"""A change is judged by the control beside each round, where both runs have the same one and it serves.

What is said of it, and that it finds slower code on a slower machine: golden/controlled.
"""

import pytest

from crossover.benchmarks.report.analysis.noise import History
from crossover.benchmarks.report.analysis.regression import judge_run
from crossover.benchmarks.report.analysis.verdict import Verdict

ROUNDS = [1.0, 1.02, 0.99, 1.01, 1.0]


def beside(rounds, share=0.1, **changes):
    """The control of a machine that is as fast during it as during the round that it stands beside."""
    return {"seconds": [[share * round_s, share * round_s * 1.01] for round_s in rounds]} | changes


def times(factor):
    return [factor * round_s for round_s in ROUNDS]


def controlled(factor=1.0, control=1.0):
    """A cell that takes some times as long, beside a control that takes some times as long."""
    return {"rounds": times(factor), "control": beside(times(control))}


DISTURBED = {"disturbed": [True] * 5, "other_cores": [0.9] * 5}


@pytest.fixture
def judged(cell, run):
    """The judgement of one cell by another, which is undisturbed beside a control."""

    def make(now, max_slowdown=0.10, **facts):
        runs = run([cell(**controlled())], "before"), run([cell(**now)], "now", **facts)
        (found,) = judge_run(*runs, History(), max_slowdown).judgements
        return found

    return make


def test_a_slower_machine_is_not_taken_for_slower_code(judged):
    found = judged(controlled(2, 2), max_slowdown=0.3)

    assert Verdict.UNCHANGED is found.verdict
    assert found.change.value == pytest.approx(1)
    assert found.timed.value == found.control.value == pytest.approx(2)


@pytest.mark.parametrize(
    "control",
    [None, beside(ROUNDS[:3]), beside(ROUNDS, hash="b"), beside(ROUNDS, version=2), beside(ROUNDS, scale=2)],
    ids=["missing", "cut short", "other code", "other version", "other scale"],
)
def test_without_the_same_control_times_are_judged_as_they_are(judged, control):
    found = judged({"rounds": times(2)} | ({"control": control} if control else {}))

    assert not found.is_controlled
    assert found.change.value == pytest.approx(2)


def test_with_another_torch_the_control_is_other_code_too(judged):
    assert not judged(controlled(), facts={"torch": "3.0"}).is_controlled


def test_a_control_that_adds_noise_does_not_serve(judged):
    """Round / control spreads by more than a twentieth, and by more than twice as much as the rounds."""
    assert not judged({"rounds": ROUNDS, "control": [0.1, 0.15, 0.2, 0.1, 0.3]}).is_controlled


def test_disturbed_rounds_are_judged_by_their_control(judged):
    assert Verdict.UNCHANGED is judged(controlled(5, 5) | DISTURBED, max_slowdown=0.3).verdict


def test_recipes_are_judged_by_the_control_of_the_article_in_their_turn(run):
    def of(factor, label):
        recipes = {"article": controlled(factor, factor), "fused": times(factor / 2)}
        turn = {"in_turn": True, "turn_group": "recipes[cpu-1]"}
        return run(recipes, label, by="recipe", each={"benchmark": "recipes", **turn})

    found = judge_run(of(1, "before"), of(3, "now"), History(), 0.3)

    assert {("article", "unchanged"), ("fused", "unchanged")} == {
        (each.result.recipe, each.verdict) for each in found.judgements
    }


def test_the_control_judges_no_other_workload(run):
    """It is an MLP; how much slower a busy machine makes another network is not known."""
    workload = {"version": 1, "epochs": 10, "batch_size": 10, "samples": 1000, "name": "lstm"}
    before, now = (
        run({"cpu": controlled(factor, factor)}, label, by="device", workload=workload)
        for label, factor in (("before", 1), ("now", 2))
    )

    assert Verdict.REGRESSION is judge_run(before, now, History(), 0.10).verdict
