"""Which unfinished run is gone on with, and what of it is taken over."""

import json

import pytest

from crossover.benchmarks.runs.cells import Series
from crossover.benchmarks.storage import resume


@pytest.fixture
def run(document, cell):
    """Makes a run as `--resume` finds it: `{"a": 3}` is a cell with three rounds, `{"a": "2 of 3"}` one with two of
    them, `{"a": None}` one that was not reached, and any other text is a status.
    """

    def made(scale, name, state):
        count = int(str(state)[0]) if state and str(state)[0].isdigit() else 0
        rounds = [float(number) for number in range(1, count + 1)] or state or "not reached"
        facts = {"finished": state is not None and " of " not in str(state), "rounds_by_session": [count]}
        return cell(rounds, name=name, benchmark="x", scale=scale, recipe=name, turn_group="x[cpu-1]", **facts)

    def make(cells, **facts):
        return document(
            [made(scale, *each) for scale, each in enumerate(cells.items(), start=1)],
            machine="m",
            facts={"id": "1", "torch": "2.13", "threads": 1},
            options={"rounds": 3, "cell_seconds": 120},
            sessions=[{"started": "2026-01-01T00:00:00+00:00"}],
            **facts,
        )

    return make


@pytest.fixture
def fresh(run):
    return run({"a": None, "b": None})


@pytest.fixture
def saved(tmp_path):
    """Saves a run in the folder that is searched."""

    def save(document, name="unfinished_20260101_000000_7.json"):
        (tmp_path / name).write_text(json.dumps(document))

    return save


def test_an_empty_folder_has_nothing_to_resume(fresh, tmp_path):
    assert resume.find(tmp_path, fresh, []).path is None


@pytest.mark.parametrize("name", ["unfinished_20260101_000000_7.json", "0001_x.json"])
def test_cells_that_had_a_round_or_an_end_are_taken_over(run, saved, tmp_path, name):
    """Be it after a kill or, as Ctrl-C saves it, under a number."""
    saved(run({"a": "too slow", "b": "2 of 3", "c": None}), name)
    found = resume.find(tmp_path, run({"a": None, "b": None, "c": None}), [])

    assert tmp_path / name == found.path
    assert {"a", "b"} == set(found.cells)
    assert found.cells["a"].is_finished
    assert "too slow: " == str(found.cells["a"].end)
    assert not found.cells["b"].is_finished
    assert [1.0, 2.0] == found.cells["b"].times_s
    assert found.cells["b"].end is None


def test_a_finished_run_is_not_resumed(run, fresh, saved, tmp_path):
    saved(run({"a": 3, "b": "too slow"}), "0001_x.json")

    assert resume.find(tmp_path, fresh, []).path is None


def test_a_run_of_which_all_but_the_saving_was_done_is_resumed(run, fresh, saved, tmp_path):
    saved(run({"a": 3, "b": 3}))

    assert resume.find(tmp_path, fresh, []).path


def test_the_newest_that_fits_is_taken(run, fresh, saved, tmp_path):
    saved(run({"a": 3, "b": None}, taken="2026-01-01T00:00:00+00:00"), "unfinished_1_1.json")
    saved(run({"a": 2, "b": None}, taken="2026-01-03T00:00:00+00:00"), "unfinished_2_2.json")
    saved(run({"c": 3, "d": None}, taken="2026-01-04T00:00:00+00:00"), "unfinished_3_3.json")

    assert "unfinished_2_2.json" == resume.find(tmp_path, fresh, []).path.name


def test_the_file_of_a_session_that_still_runs_is_left_alone(run, fresh, saved, tmp_path):
    saved(run({"a": 3, "b": None}))

    assert resume.find(tmp_path, fresh, ["7"]).path is None


def test_broken_files_are_passed_over(fresh, saved, tmp_path):
    (tmp_path / "unfinished_1_1.json").write_text("{")

    assert resume.find(tmp_path, fresh, []).path is None


@pytest.mark.parametrize(
    ("way", "value", "expected"),
    [
        (("machine_info", "crossover", "name"), "n", "the baseline is of m, the run of n"),
        (("machine_info", "crossover", "id"), "2", "are of other hardware"),
        (("machine_info", "crossover", "torch"), "2.14", "torch differs: 2.13 then, 2.14 now"),
        (("machine_info", "crossover", "threads"), 2, "threads differs: 1 then, 2 now"),
        (("machine_info", "crossover", "cpu_quota"), 1.5, "CPU quota differs: None then, 1.5 now"),
        (("crossover", "workload", "epochs"), 1, "epochs differs: 10 in "),
        (("crossover", "options", "rounds"), 5, "--rounds differs: 3 then, 5 now"),
        (("crossover", "options", "cell_seconds"), 0, "--cell-seconds differs: 120.0 then, 0.0 now"),
        (("crossover", "cells", 1, "name"), "z", "1 cells that it has not are asked for now, such as z"),
    ],
)
def test_another_run_is_refused_with_the_reason(run, fresh, saved, tmp_path, way, value, expected):
    saved(run({"a": 3, "b": None}))
    *path, last = way
    holder = fresh
    for key in path:
        holder = holder[key]
    holder[last] = value

    with pytest.raises(resume.CannotResumeError) as error:
        resume.find(tmp_path, fresh, [])
    assert expected in str(error.value)
    assert 1 == len(str(error.value).splitlines())


def test_a_run_of_which_a_cell_cannot_be_read_is_refused_with_the_reason(run, fresh, saved, tmp_path):
    """Its rounds would be lost without a word, or its file would end the session."""
    unreadable = run({"a": 3, "b": None})
    unreadable["benchmarks"][0]["stats"]["data"] = [-1.0]
    saved(unreadable)

    with pytest.raises(
        resume.CannotResumeError, match=r"_7\.json: 1 of 2 cells left out; a: Expected `float` >= 1e-09"
    ):
        resume.find(tmp_path, fresh, [])


def test_times_that_cannot_be_read_are_not_taken_over_where_nothing_was_measured(run, fresh, saved, tmp_path):
    diverged = run({"a": "diverged", "b": None})
    diverged["benchmarks"] = [{"name": "a", "stats": None}, "of another test"]
    saved(diverged)
    found = resume.find(tmp_path, fresh, [])

    assert found.cells["a"].is_finished
    assert [] == found.cells["a"].times_s


def test_a_part_of_the_cells_may_be_asked_for_and_the_others_stay(run, saved, tmp_path):
    saved(run({"a": 3, "b": None, "c": None}))
    found = resume.find(tmp_path, run({"a": None, "b": None}), [])

    assert ["c"] == [cell["name"] for cell in found.others]
    assert {"a"} == set(found.cells)


def test_who_asks_for_more_cells_is_told_the_whole_command(run, saved, tmp_path):
    document = run({"a": 3, "b": None})
    document["crossover"]["options"]["command"] = "pytest benchmarks --scales 1,2"
    saved(document)

    with pytest.raises(resume.CannotResumeError, match=r"the whole command: pytest benchmarks --scales 1,2 --resume$"):
        resume.find(tmp_path, run({"a": None, "z": None}), [])


def test_a_series_that_was_too_slow_stays_so_from_its_smallest_scale_on(run, saved, tmp_path):
    """Whether that scale is asked for again or not."""
    document = run({"a": "too slow", "b": "too slow", "c": "failed", "d": None})
    for cell in document["crossover"]["cells"]:
        cell |= {"recipe": "article", "case": {"count": cell["scale"] // 4}, "reason": f"reason {cell['scale']}"}
    saved(document)
    found = resume.find(tmp_path, run({"b": None, "d": None}), [])

    assert {Series("x", "cpu", "article", (("count", 0),)): (1, "reason 1")} == found.too_slow


@pytest.fixture
def kept(run, saved, tmp_path):
    """How many rounds of each cell are taken over, of cells that take turns."""

    def keep(states):
        saved(run(states))
        found = resume.find(tmp_path, run(dict.fromkeys(states)), [])
        resume.keep_full_turns(states, found)
        return {name: (len(cell.times_s), cell.is_finished) for name, cell in found.cells.items()}

    return keep


def test_a_turn_that_was_interrupted_is_taken_again_by_all(kept):
    """One cell has had its third round already; the others would have theirs in another session."""
    expected = {"a": (2, False), "b": (2, False), "c": (2, False)}
    assert expected == kept({"a": "2 of 3", "b": "2 of 3", "c": 3})


def test_a_cell_that_dropped_out_of_the_turns_stays_out(kept):
    assert {"a": (2, False), "b": (1, True)} == kept({"a": "2 of 3", "b": 1})


def test_rounds_are_told_apart_by_session(run, fresh, saved, tmp_path):
    document = run({"a": "5 of 6", "b": None})
    document["crossover"]["cells"][0]["rounds_by_session"] = [2, 0, 3]
    saved(document)
    cell = resume.find(tmp_path, fresh, []).cells["a"]
    cell.usable = 3

    assert [2, 0, 1] == cell.usable_by_session()


def test_a_run_of_an_earlier_container_is_resumed(run, fresh, saved, tmp_path):
    """Which had an id of its own."""
    saved(run({"a": 3, "b": None}))
    fresh["machine_info"]["crossover"]["id"] = None

    assert resume.find(tmp_path, fresh, []).path


@pytest.fixture
def killed(run, saved, tmp_path):
    """What is found of a run of one session for each cell that was being measured when it was killed."""

    def find(states, *measuring):
        document = run(states)
        (session,) = document["crossover"]["sessions"]
        document["crossover"]["sessions"] = [session | {"measuring": name} for name in measuring]
        saved(document)
        return resume.find(tmp_path, run(dict.fromkeys(states)), [])

    return find


def test_kills_are_counted_by_cell(killed):
    found = killed({"a": 3, "b": None}, "a", None, "b", "b")

    assert {"a": 1, "b": 2} == resume.kills(found)
    assert found.is_over("a")
    assert not found.is_over("b")


def test_a_cell_that_is_left_out_keeps_the_rounds_it_has(killed):
    found = killed({"a": "2 of 3", "b": None}, "a")
    for name in ("a", "b"):
        resume.leave_out(found, name, "killed")

    assert found.is_over("a")
    assert found.is_over("b")
    assert ("measured", "killed", None) == (found.cells["a"].outcome.status, found.cells["a"].outcome.reason,
                                            found.cells["a"].end)  # fmt: skip
    assert [1.0, 2.0] == found.cells["a"].times_s
    assert "not reached: killed" == str(found.cells["b"].end)
    assert [[2], [0]] == [found.cells[name].usable_by_session() for name in ("a", "b")]


def test_a_cell_that_is_left_out_of_its_turns_stays_out(killed):
    """It had begun the third turn, which the others take again without it."""
    found = killed({"a": 3, "b": "2 of 3"}, "b", "a")
    resume.keep_full_turns(["a", "b"], found)
    resume.leave_out(found, "a", "killed")

    assert [1.0, 2.0] == found.cells["a"].times_s
    assert found.is_over("a")
    assert not found.is_over("b")
