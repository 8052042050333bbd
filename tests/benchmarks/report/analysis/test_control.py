"""A change is judged by the control beside each round, where both runs have the same one and it serves."""

import pytest

from crossover.benchmarks.report.analysis.noise import History
from crossover.benchmarks.report.analysis.regression import judge_run
from crossover.benchmarks.report.analysis.verdict import Verdict
from crossover.benchmarks.report.show import check

ROUNDS = [1.0, 1.02, 0.99, 1.01, 1.0]
CONTROL = {"version": 1, "hash": "a", "scale": 1, "steps": 50}


def beside(rounds, share=0.1, **changes):
    """The control of a machine that is as fast during it as during the round that it stands beside."""
    return CONTROL | {"seconds": [[share * round_s, share * round_s * 1.01] for round_s in rounds]} | changes


def times(factor):
    return [factor * round_s for round_s in ROUNDS]


@pytest.fixture
def judged(cell, run):
    """The judgement of one cell by another, each given as its rounds and what is saved beside them."""

    def make(before, now, facts=None, max_slowdown=0.10):
        runs = [
            run([cell(rounds, **more)], label=label, facts=facts_of)
            for label, (rounds, more), facts_of in (("before", before, None), ("now", now, facts))
        ]
        return judge_run(*runs, History(), max_slowdown)

    return make


def test_a_slower_machine_is_not_taken_for_slower_code(judged):
    found = judged((ROUNDS, {"control": beside(ROUNDS)}), (times(2), {"control": beside(times(2))}), max_slowdown=0.3)
    (each,) = found.judgements

    assert Verdict.UNCHANGED is each.verdict
    assert each.change.value == pytest.approx(1)
    assert each.timed.value == each.control.value == pytest.approx(2)
    assert "cpu, scale 1: 2.00x slower, control 2.00x slower: the machine, or a setting of the whole process" in (
        list(check.explanations(found))
    )


def test_slower_code_is_found_on_a_slower_machine(judged):
    found = judged((ROUNDS, {"control": beside(ROUNDS)}), (times(4), {"control": beside(times(2))}))
    (each,) = found.judgements

    assert Verdict.REGRESSION is each.verdict
    assert (each.change.value, each.timed.value) == (pytest.approx(2), pytest.approx(4))


def test_where_the_control_is_unchanged_it_is_the_code(judged):
    found = judged((ROUNDS, {"control": beside(ROUNDS)}), (times(2), {"control": beside(ROUNDS)}))

    assert "cpu, scale 1: 2.00x slower, control 1.00x: this code" in list(check.explanations(found))


@pytest.mark.parametrize(
    "control",
    [None, beside(ROUNDS[:3]), beside(ROUNDS, hash="b"), beside(ROUNDS, version=2), beside(ROUNDS, scale=2)],
    ids=["missing", "cut short", "other code", "other version", "other scale"],
)
def test_without_the_same_control_times_are_judged_as_they_are(judged, control):
    more = {"control": control} if control else {}
    (each,) = judged((ROUNDS, {"control": beside(ROUNDS)}), (times(2), more)).judgements

    assert not each.is_controlled
    assert each.change.value == pytest.approx(2)


def test_with_another_torch_the_control_is_other_code_too(judged):
    more = {"control": beside(ROUNDS)}
    (each,) = judged((ROUNDS, more), (ROUNDS, more), facts={"torch": "3.0"}).judgements

    assert not each.is_controlled


def test_a_control_that_adds_noise_does_not_serve(judged):
    """Round / control spreads by more than a twentieth, and by more than twice as much as the rounds."""
    noisy = CONTROL | {"seconds": [[share, share] for share in (0.1, 0.15, 0.2, 0.1, 0.3)]}
    (each,) = judged((ROUNDS, {"control": beside(ROUNDS)}), (ROUNDS, {"control": noisy})).judgements

    assert not each.is_controlled


def test_disturbed_rounds_without_a_control_decide_nothing(judged):
    disturbed = {"disturbed": [True] * 5, "other_cores": [0.9] * 5}
    found = judged((ROUNDS, {}), (times(5), disturbed))

    assert Verdict.UNDECIDED is found.verdict
    assert "undecided: disturbed by others, and no control tells how much: cpu, scale 1" in check.explanations(found)


def test_disturbed_rounds_are_judged_by_their_control(judged):
    disturbed = {"disturbed": [True] * 5, "other_cores": [0.9] * 5, "control": beside(times(5))}
    (each,) = judged((ROUNDS, {"control": beside(ROUNDS)}), (times(5), disturbed), max_slowdown=0.3).judgements

    assert Verdict.UNCHANGED is each.verdict


def test_recipes_are_judged_by_the_control_of_the_article_in_their_turn(cell, run):
    def of(factor, label):
        turn = {"benchmark": "recipes", "in_turn": True, "turn_group": "recipes[cpu-1]"}
        article = cell(times(factor), recipe="article", control=beside(times(factor)), **turn)
        return run([article, cell(times(factor / 2), recipe="fused", **turn)], label=label)

    found = judge_run(of(1, "before"), of(3, "now"), History(), 0.3)

    assert {("article", "unchanged"), ("fused", "unchanged")} == {
        (each.result.recipe, each.verdict) for each in found.judgements
    }


def test_a_check_says_the_smallest_slowdown_that_it_finds(judged):
    """Equal rounds leave the assumed noise floor alone: a slowdown beyond 1.1 · 1.35 is found."""
    (line,) = [line for line in check.explanations(judged(([1.0] * 3, {}), ([1.0] * 3, {}))) if "smallest" in line]

    assert line.startswith("the smallest slowdown that this comparison finds: 48%; ")


def test_the_control_judges_no_other_workload(cell, run):
    """It is an MLP; how much slower a busy machine makes another network is not known."""
    workload = {"version": 1, "epochs": 10, "batch_size": 10, "samples": 1000, "name": "lstm"}
    before, now = (
        run([cell(times(factor), control=beside(times(factor)))], label=label, workload=workload)
        for label, factor in (("before", 1.0), ("now", 2.0))
    )

    assert Verdict.REGRESSION is judge_run(before, now, History(), 0.10).verdict
