from functools import partial

import msgspec
import pytest

from crossover.benchmarks.report.analysis import noise
from crossover.benchmarks.runs import comparability, load, session_marks
from crossover.benchmarks.runs.schema import Session
from crossover.model.workloads import MLP


@pytest.fixture
def run(document):
    def make(machine="m", workload=None, source="measured", **facts):
        made = document({"cpu": {1: [1.0]}}, machine=machine, source=source, facts=facts)
        made["crossover"]["workload"] |= {"test_samples": 200, "seed": 123, "learning_rate": "0.5 / scale"}
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
        (
            {"test_samples": 1, "seed": 2},
            "test samples differs: 200 in m.json, 1 in m.json; seed differs: 123 in m.json, 2 in m.json",
        ),
        ({"network": "Linear(1, 2)"}, "m.json trained another network than m.json"),
    ],
)
def test_another_workload_is_refused(run, workload, expected):
    assert expected == "; ".join(comparability.refusals(run(), run(workload=workload)))


def test_another_learning_rate_is_refused_where_a_run_is_judged_alone(run):
    before, now = run(), run(workload={"learning_rate": "1 / scale"})

    assert [] == comparability.refusals(before, now)
    assert "learning rate differs: 0.5 / scale in m.json, 1 / scale in m.json" == comparability.obstacle(before, now)


def test_what_an_earlier_run_does_not_tell_of_its_workload_is_not_compared(run):
    assert [] == comparability.refusals(run(workload={"seed": None}), run(workload={"seed": 2}))


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ({"torch": "2.11"}, {"torch": "2.13"}, ["torch differs: 2.11 on the baseline, 2.13 on now"]),
        ({"threads": 2}, {"threads": 4}, ["threads differs: 2 on the baseline, 4 on now"]),
        ({"power": "mains"}, {"power": "battery"}, ["power differs: mains on the baseline, battery on now"]),
        (
            {"matmul_precision": "highest", "deterministic": False},
            {"matmul_precision": "high", "deterministic": True},
            [
                "precision of float32 products differs: highest on the baseline, high on now",
                "use of deterministic algorithms differs: False on the baseline, True on now",
            ],
        ),
        ({"power": None}, {"power": "battery"}, []),
    ],
)
def test_other_circumstances_are_remarked(run, before, now, expected):
    assert expected == comparability.remarks(run(**before), run(**now))


def test_a_run_says_of_itself_what_makes_it_hard_to_compare(run):
    expected = ["a is published, not measured by this suite", "a ran on battery"]

    assert expected == comparability.own_remarks(run("a", source="published", power="battery"))


def test_a_run_that_does_not_name_its_network_trained_the_one_of_this_version(run):
    assert [] == comparability.refusals(run(), run(workload={"network": MLP.structure}))


@pytest.mark.parametrize(
    "facts",
    [{"commit": {"dirty": True}}, {"sessions": [{"started": "2026-01-01T00:00:00+00:00", "dirty": True}]}],
)
def test_a_baseline_of_which_the_code_is_lost_is_remarked_and_a_run_that_is_judged_is_not(document, facts):
    dirty, clean = (load.parse(document({"cpu": {1: [1.0]}}, **each), "x") for each in (facts, {}))

    expected = ["the baseline: taken with changes that were not committed, so its code cannot be had again"]
    assert expected == comparability.remarks(dirty, clean)
    assert [] == comparability.remarks(clean, dirty)


def sessions(*variables):
    return {"sessions": [{"started": f"2026-01-0{day}T00:00:00Z"} | each for day, each in enumerate(variables, 1)]}


def run_under(document, *variables):
    made = document({"cpu": {1: [1.0]}})
    made["crossover"] |= sessions(*variables)
    return load.parse(made, "x")


def test_variables_that_may_change_the_times_are_remarked_where_they_differ(document):
    before = run_under(document, {"environment": {"OMP_NUM_THREADS": "1", "CXX": "g++"}})
    now = run_under(document, {"environment": {"OMP_NUM_THREADS": "1", "CXX": "clang++", "LD_PRELOAD": "x.so"}})

    expected = ["CXX differs: g++ on the baseline, clang++ on now"]
    expected += ["LD_PRELOAD differs: not set on the baseline, x.so on now"]
    assert expected == comparability.remarks(before, now)
    assert [] == comparability.remarks(now, now)


def test_of_an_earlier_run_no_variables_are_known(document):
    assert [] == comparability.remarks(run_under(document, {}), run_under(document, {"environment": {"CXX": "g++"}}))


def test_runs_under_other_variables_do_not_tell_how_much_unchanged_runs_differ(document):
    def repeat(variables):
        run = run_under(document, {"environment": variables})
        run.saved.commit_info.id = "5c395ba"
        return run

    baseline = repeat({"OMP_WAIT_POLICY": "ACTIVE"})
    assert noise.is_repeat(repeat({"OMP_WAIT_POLICY": "ACTIVE"}), baseline)
    assert not noise.is_repeat(repeat({}), baseline)


def test_the_sessions_of_a_run_may_have_had_other_variables():
    one, other = {"environment": {}}, {"environment": {"OMP_WAIT_POLICY": "ACTIVE"}}
    parse = partial(msgspec.convert, type=list[Session])

    (words,) = session_marks.marks(parse(sessions(one, other)["sessions"]), [1, 0])
    assert words.endswith(", of another environment than the rest")
    (words,) = session_marks.marks(parse(sessions(other, other, {})["sessions"]), [1, 0, 0])
    assert "another" not in words


H100 = {"device": "cuda:0", "name": "H100", "memory_gib": 79}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"id": "a"}, {"id": "a"}, True),
        ({"id": "a"}, {"id": "b"}, False),
        ({"id": "a"}, {"id": None}, True),
        ({"cores": 2}, {"cores": 4}, False),
        ({"memory_gib": 16}, {"memory_gib": 15}, True),
        ({"memory_gib": 16}, {"memory_gib": 14}, False),
        ({"accelerators": []}, {"accelerators": [H100]}, False),
        ({"accelerators": [H100]}, {"accelerators": [H100, H100]}, False),
        ({"accelerators": [H100]}, {"accelerators": [H100 | {"memory_gib": 80}]}, True),
        ({"accelerators": [H100]}, {"accelerators": [H100 | {"memory_gib": "much"}]}, False),
        ({"accelerators": [H100]}, {"accelerators": [H100 | {"name": None}]}, True),
        ({"accelerators": [H100]}, {"accelerators": [H100 | {"name": "A100"}]}, False),
    ],
)
def test_a_machine_is_its_hardware_and_its_id_where_both_are_known(run, one, other, expected):
    assert expected is (comparability.other_machine(run(**one), run(**other)) is None)


def test_what_could_not_be_read_of_a_machine_is_remarked(document):
    made = document({"cpu": {1: [1.0]}}, machine="m")
    unread = {"power source": "FileNotFoundError: no such file"}
    sessions = [{"started": "2026-01-01T00:00:00+00:00", "unread": unread}] * 2
    made["crossover"] |= {"sessions": sessions}

    expected = "m: power source could not be read: FileNotFoundError: no such file"
    assert 1 == comparability.own_remarks(load.parse(made, "x")).count(expected)


def test_another_cpu_quota_is_remarked(run):
    expected = ["CPU quota differs: 2.0 on the baseline, 1.5 on now"]

    assert expected == comparability.remarks(run(cpu_quota=2.0), run(cpu_quota=1.5))


def test_versions_of_a_users_workload_are_told_apart(run):
    before, now, other = (
        run(workload={"name": "mine.py", "hash": "1"}),
        run(workload={"name": "mine.py", "hash": "2"}),
        run(workload={"name": "mine.py:other", "hash": "1"}),
    )

    assert [] == comparability.refusals(before, before)
    assert "mine.py is another version" in comparability.refusals(before, now)[0]
    assert ["m.json trained mine.py:other, m.json mine.py"] == comparability.refusals(before, other)
    assert "mine.py" in str(comparability.obstacle(run(), now))
