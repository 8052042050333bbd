import json
import math
import os

import pytest

from crossover.benchmarks.runs import load

TRAINING = {"cpu": {1: [0.5]}}


@pytest.fixture
def saved(document, tmp_path):
    """Saves a run as a file, from what `document` takes."""

    def save(name, cells=TRAINING, **facts):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(document(cells, **facts)))
        return path

    return save


def test_a_run_is_read_from_a_file(saved):
    path = saved("0001.json")
    run = load.read(path)

    assert (str(path), "test-machine", ["training"]) == (run.label, run.machine.name, run.benchmarks)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "is empty"),
        ("  \n", "is empty"),
        ('{"benchmarks": [', "is no JSON, or only a part of one"),
        ("[]", "is no saved run of pytest-benchmark"),
        ("3", "is no saved run of pytest-benchmark"),
        ('{"name": "x"}', "is no saved run of pytest-benchmark"),
        ('{"benchmarks": []}', "holds benchmarks of another project"),
        ('{"benchmarks": [], "crossover": {"schema": 2}}', "has schema 2, this version reads 1"),
        ('{"benchmarks": [], "crossover": {}}', "has schema None"),
        ('{"benchmarks": [], "crossover": {"schema": 1}}', "missing required field"),
        ('{"benchmarks": NaN}', "is no JSON"),
        ('{"x": "\ud800"}', "is no JSON"),
        ("[" * 200_000, "is no JSON"),
        ('{"x": "\\ud800"}', "is no JSON"),
        ('{"x": ' + "9" * 5000 + "}", "is no JSON"),
        ('{"benchmarks": [], "benchmarks": []}', "key 'benchmarks' stands twice in one object"),
        ('{"crossover": {"schema": 1, "schema": 1}}', "key 'schema' stands twice in one object"),
    ],
)
def test_a_file_that_is_no_run_is_refused_in_one_line(tmp_path, content, expected):
    path = tmp_path / "x.json"
    path.write_bytes(content.encode("utf8", "surrogatepass"))

    with pytest.raises(load.LoadError) as error:
        load.read(path)
    assert str(error.value).startswith(f"{path}: ")
    assert expected in str(error.value)
    assert 1 == len(str(error.value).splitlines())


@pytest.mark.parametrize(
    "rounds", [[], [0.0], [-1.0], [1e999], [math.nan], [1e-300], [1e300], [10**400], ["1"], [None]]
)
def test_times_that_cannot_be_are_refused(run, rounds):
    with pytest.raises(load.LoadError, match=r"stats\.data"):
        run({"cpu": {1: rounds}})


def broken(document, name="test_training[cpu-2]"):
    """Breaks what belongs to the second of three cells, in each way there is."""
    cell = next(cell for cell in document["crossover"]["cells"] if cell["name"] == name)
    bench = next(bench for bench in document["benchmarks"] if bench["name"] == name)
    yield bench["stats"], "data", [-1.0]
    yield bench["stats"], "data", []
    yield bench, "stats", None
    yield bench, "name", "another"
    yield bench, "extra_info", {"calls": 0}
    yield cell, "scale", 0
    yield cell, "name", None
    yield cell, "case", {"rate": 0.5}
    yield cell, "reason", "x" * 1001
    yield document["benchmarks"], slice(3, 3), [bench]
    yield document["crossover"]["cells"], 1, "no cell at all"
    yield document["crossover"]["cells"], slice(3, 3), [cell]


@pytest.mark.parametrize("way", range(12))
def test_a_cell_that_cannot_be_read_is_left_out_with_a_remark_and_the_others_stay(document, way):
    run = document({"cpu": {1: [0.5], 2: [0.9], 3: [1.4]}})
    holder, key, value = list(broken(run))[way]
    holder[key] = value
    found = load.parse(run, "x.json")

    assert [1, 3] == [cell.scale for cell in found.saved.crossover.cells]
    assert [[0.5], [1.4]] == [bench.stats.data for bench in found.saved.benchmarks]
    assert found.remark.startswith(("x.json: 1 of 3 cells left out; ", "x.json: 2 of 4 cells left out; "))
    assert 1 == len(found.remark.splitlines())


def test_times_of_a_cell_that_was_not_measured_need_not_be_right(document):
    run = document({"cpu": {1: [0.5], 2: [0.9]}})
    run["crossover"]["cells"][1]["status"] = "diverged"
    run["benchmarks"][1]["stats"] = None
    run["benchmarks"].append("of another test")
    found = load.parse(run, "x.json")

    assert "" == found.remark
    assert [1, 2] == [cell.scale for cell in found.saved.crossover.cells]


def test_a_run_of_which_no_cell_can_be_read_is_refused(run):
    with pytest.raises(load.LoadError, match=r"x\.json: no cell of it can be read; test_training\[cpu-1\]: Expected"):
        run({"cpu": {1: [-1.0], 2: [-1.0]}}, "x.json")


def test_what_is_left_out_is_remarked_beside_files_that_are_no_run(tmp_path, saved):
    saved("0001.json", {"cpu": {1: [0.5], 2: [0.0]}})
    (tmp_path / "0002.json").write_text("{")
    _, remarks = load.read_all([tmp_path])

    assert ["0002.json", "0001.json"] == [line.partition(": ")[0].rpartition("/")[2] for line in remarks]


@pytest.mark.parametrize("epochs", [-1, 10**12, 2**70, 1.5, "10", None])
def test_numbers_that_no_workload_has_are_refused(run, epochs):
    with pytest.raises(load.LoadError, match="epochs"):
        run(TRAINING, workload={"version": 1, "epochs": epochs, "batch_size": 10, "samples": 1000})


@pytest.mark.parametrize("case", [{"workers": True}, {"workers": -1}, {"workers": [2]}, {"workers": 1.5}, ["workers"]])
def test_a_case_holds_texts_and_whole_numbers_alone(document, case):
    broken = document(TRAINING)
    broken["crossover"]["cells"][0]["case"] = case

    with pytest.raises(load.LoadError, match="case"):
        load.parse(broken, "x")


def test_cells_may_differ_in_their_case_alone(run, cell):
    cases = [{"dataset": "memory", "workers": count} for count in (0, 2)]

    assert cases == [each.case for each in run([cell([0.5], case=case) for case in cases]).saved.crossover.cells]
    twice = run([cell([0.5], case=case) for case in [*cases, cases[0]]])
    assert [cases[1]] == [each.case for each in twice.saved.crossover.cells]
    assert "2 of 3 cells left out" in twice.remark


@pytest.mark.parametrize(
    ("cells", "benchmarks", "expected"),
    [(2, 1, "stands twice"), (1, 2, "its times stand twice"), (1, 0, "is marked as measured, but has no times")],
)
def test_each_cell_and_its_times_stand_in_a_run_once(document, cells, benchmarks, expected):
    broken = document(TRAINING)
    broken["crossover"]["cells"] *= cells
    broken["benchmarks"] *= benchmarks

    with pytest.raises(load.LoadError, match=expected):
        load.parse(broken, "x")


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ("yesterday", "Invalid isoformat"),
        ("9999-12-31T23:59:59-09:30", "date value out of range"),
        ("0001-01-01T00:00:00+09:30", "date value out of range"),
    ],
)
def test_a_date_that_is_none_or_out_of_all_calendars_is_refused(run, taken, expected):
    with pytest.raises(load.LoadError, match=expected):
        run(TRAINING, taken=taken)


def test_a_file_larger_than_any_run_is_refused_unread(tmp_path):
    """A file of 500 MB, which takes no room on the disk."""
    path = tmp_path / "x.json"
    path.touch()
    os.truncate(path, 500 * 10**6)

    with pytest.raises(load.LoadError, match=r"x\.json: is larger than 16 MB, and no run is"):
        load.read(path)


def test_what_is_no_plain_file_is_refused_and_not_waited_for(tmp_path):
    (tmp_path / "folder.json").mkdir()
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "device.json").symlink_to("/dev/zero")

    for name in ("folder", "pipe", "device"):
        with pytest.raises(load.LoadError, match=rf"{name}\.json: is no plain file"):
            load.read(tmp_path / f"{name}.json")


def test_a_link_in_a_folder_is_not_followed(tmp_path, saved):
    link = tmp_path / "a" / "link.json"
    link.parent.mkdir()
    link.symlink_to(saved("a/0001.json"))
    (tmp_path / "a" / "dangling.json").symlink_to("nowhere")
    runs, refused = load.read_all([tmp_path])

    assert 1 == len(runs)
    assert ["is a link; what it leads to can be named itself"] * 2 == [line.split(": ")[1] for line in refused]
    assert load.read(link).saved == runs[0].saved


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(load.LoadError, match=r"nowhere\.json: cannot be read: No such file"):
        load.read(tmp_path / "nowhere.json")


def test_a_folder_gives_its_good_files_oldest_first_and_a_line_for_each_bad_one(tmp_path, saved):
    """A date without a zone is one in UTC."""
    saved("a/1.json", machine="newest", taken="2026-01-02T00:00:00")
    saved("b/1.json", machine="older")
    saved("b/2.json", machine="oldest", taken="2026-01-01T00:30:00+01:00")
    (tmp_path / "b" / "3.json").write_text("{")
    runs, (refused,) = load.read_all([tmp_path])

    assert ["oldest", "older", "newest"] == [run.machine.name for run in runs]
    assert "3.json: is no JSON" in refused


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(load.LoadError, match="no saved run in this folder"):
        load.read_all([tmp_path])


def test_the_newest_run_of_each_machine(run):
    runs = [run(TRAINING, label, machine=machine) for label, machine in [("old", "a"), ("other", "b"), ("new", "a")]]

    assert {"new", "other"} == {each.label for each in load.newest_of_each(runs)}
