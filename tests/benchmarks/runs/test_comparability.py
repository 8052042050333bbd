import pytest

from crossover.benchmarks.runs import comparability, load
from crossover.model.network import structure


@pytest.fixture
def run(document):
    def make(machine="m", workload=None, source="measured", **facts):
        made = document({"cpu": {1: [1.0]}}, machine=machine, source=source, facts=facts)
        made["crossover"]["workload"] |= workload or {}
        return load.parse(made, f"{machine}.json")

    return make


def test_runs_of_the_same_workload_and_machine_may_be_compared(run):
    assert [] == comparability.refusals(run(), run())
    assert [] == comparability.remarks(run(), run())


@pytest.mark.parametrize(
    ("workload", "expected"),
    [
        ({"version": 2}, "workload version differs: 1 in m.json, 2 in m.json"),
        ({"epochs": 1}, "epochs differs: 10 in m.json, 1 in m.json"),
        ({"batch_size": 20}, "batch size differs: 10 in m.json, 20 in m.json"),
        ({"samples": 5}, "samples differs: 1000 in m.json, 5 in m.json"),
        ({"network": "Linear(1, 2)"}, "m.json trained another network than m.json"),
    ],
)
def test_another_workload_is_refused(run, workload, expected):
    assert [expected] == comparability.refusals(run(), run(workload=workload))


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ({"torch": "2.11"}, {"torch": "2.13"}, ["torch differs: 2.11 on the baseline, 2.13 on now"]),
        ({"threads": 2}, {"threads": 4}, ["threads differs: 2 on the baseline, 4 on now"]),
        ({"power": "mains"}, {"power": "battery"}, ["power differs: mains on the baseline, battery on now"]),
        ({"power": None}, {"power": "battery"}, []),
    ],
)
def test_other_circumstances_are_remarked(run, before, now, expected):
    assert expected == comparability.remarks(run(**before), run(**now))


def test_a_run_says_of_itself_what_makes_it_hard_to_compare(run):
    expected = ["a is published, not measured by this suite", "a ran on battery"]

    assert expected == comparability.own_remarks(run("a", source="published", power="battery"))


def test_a_run_that_does_not_name_its_network_trained_the_one_of_this_version(run):
    assert [] == comparability.refusals(run(), run(workload={"network": structure()}))


@pytest.mark.parametrize(
    "facts",
    [{"commit": {"dirty": True}}, {"sessions": [{"started": "2026-01-01T00:00:00+00:00", "dirty": True}]}],
)
def test_a_baseline_of_which_the_code_is_lost_is_remarked_and_a_run_that_is_judged_is_not(document, facts):
    dirty, clean = (load.parse(document({"cpu": {1: [1.0]}}, **each), "x") for each in (facts, {}))

    expected = ["the baseline: taken with changes that were not committed, so its code cannot be had again"]
    assert expected == comparability.remarks(dirty, clean)
    assert [] == comparability.remarks(clean, dirty)
