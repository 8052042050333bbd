import json
import math
import os

import pytest

from crossover.benchmarks.report.analysis import regression
from crossover.benchmarks.report.show import check_sheet
from crossover.benchmarks.report.show.tables import answers
from crossover.benchmarks.runs import load


def saved(folder, name, document):
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def test_a_frame_has_a_row_for_every_cell_that_was_asked_for(frame):
    cells = frame({"cpu": {1: [0.5, 0.6], 2: "too slow: two hours"}})

    assert [[0.5, 0.6], []] == cells["rounds_s"].tolist()
    assert ["measured", "too slow"] == cells["status"].tolist()
    assert ["", "two hours"] == cells["reason"].tolist()
    assert [1000, 2000] == cells["parameters"].tolist()


def test_a_run_is_read_from_a_file(tmp_path, document):
    run = load.read(saved(tmp_path, "0001.json", document({"cpu": {1: [0.5]}})))

    assert "test-machine" == run.machine.name


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
def test_times_that_cannot_be_are_refused(document, rounds):
    broken = document({"cpu": {1: [0.5]}})
    broken["benchmarks"][0]["stats"]["data"] = rounds

    with pytest.raises(load.LoadError):
        load.parse(broken, "x")


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
    yield cell, "benchmark", "loading"
    yield cell, "reason", "x" * 1001
    yield document["benchmarks"], slice(3, 3), [bench]
    yield document["crossover"]["cells"], 1, "no cell at all"
    yield document["crossover"]["cells"], slice(3, 3), [cell]


@pytest.mark.parametrize("way", range(13))
def test_a_cell_that_cannot_be_read_is_left_out_with_a_remark_and_the_others_stay(document, way):
    run = document({"cpu": {1: [0.5], 2: [0.9], 3: [1.4]}})
    holder, key, value = list(broken(run))[way]
    holder[key] = value
    found = load.parse(run, "x.json")

    assert [1, 3] == load.frame_of(found)["scale"].tolist()
    assert [[0.5], [1.4]] == load.frame_of(found)["rounds_s"].tolist()
    assert found.remark.startswith(("x.json: 1 of 3 cells left out; ", "x.json: 2 of 4 cells left out; "))
    assert 1 == len(found.remark.splitlines())


def test_times_of_a_cell_that_was_not_measured_need_not_be_right(document):
    run = document({"cpu": {1: [0.5], 2: [0.9]}})
    run["crossover"]["cells"][1]["status"] = "diverged"
    run["benchmarks"][1]["stats"] = None
    run["benchmarks"].append("of another test")
    found = load.parse(run, "x.json")

    assert "" == found.remark
    assert [1, 2] == load.frame_of(found)["scale"].tolist()


def test_a_run_of_which_no_cell_can_be_read_is_refused(document):
    run = document({"cpu": {1: [0.5], 2: [0.9]}})
    for bench in run["benchmarks"]:
        bench["stats"]["data"] = [-1.0]

    with pytest.raises(load.LoadError, match=r"x\.json: no cell of it can be read; test_training\[cpu-1\]: Expected"):
        load.parse(run, "x.json")


def test_what_is_left_out_is_remarked_beside_files_that_are_no_run(tmp_path, document):
    run = document({"cpu": {1: [0.5], 2: [0.9]}})
    run["benchmarks"][1]["stats"]["data"] = [0.0]
    saved(tmp_path, "0001.json", run)
    saved(tmp_path, "0002.json", "{")
    _, remarks = load.read_all([tmp_path])

    assert ["0002.json", "0001.json"] == [line.partition(": ")[0].rpartition("/")[2] for line in remarks]


def test_a_cell_that_stands_twice_is_refused(document):
    twice = document({"cpu": {1: [0.5]}})
    twice["crossover"]["cells"] *= 2

    with pytest.raises(load.LoadError, match="stands twice"):
        load.parse(twice, "x")


@pytest.fixture
def with_cases(document):
    """A run of a cell in several cases, each with the same rounds."""

    def make(*cases):
        run = document({"cpu": {1: [1.0, 1.1, 1.2]}})
        (cell,) = run["crossover"]["cells"]
        run["crossover"]["cells"] = [cell | {"benchmark": "other", "case": case} for case in cases]
        return run

    return make


def test_cells_may_differ_in_their_case_alone(with_cases):
    cases = [{"dataset": "memory", "workers": count} for count in (0, 2)]
    cells = load.frame_of(load.parse(with_cases(*cases), "x"))

    assert cases == cells["case"].tolist()
    assert ["memory-0", "memory-2"] == cells["case_name"].tolist()


@pytest.mark.parametrize("case", [{"workers": True}, {"workers": -1}, {"workers": [2]}, {"workers": 1.5}, ["workers"]])
def test_a_case_holds_texts_and_whole_numbers_alone(with_cases, case):
    with pytest.raises(load.LoadError):
        load.parse(with_cases(case), "x")


@pytest.mark.parametrize(
    ("of", "case", "expected"),
    [
        ("loading", {"dataset": "memory", "workers": 0, "loader": "samples"}, "missing required field `use`"),
        ("loading", {"dataset": "memory", "workers": 0, "loader": "samples", "use": "sale"}, "'sale'"),
        ("loading", {"dataset": "memory", "workers": "0", "loader": "samples", "use": "alone"}, "got `str`"),
        ("inference", {}, "missing required field `task`"),
        ("distributed", {"strategy": "ddp", "scaling": "strong", "nodes": 1}, "missing required field `world_size`"),
        ("distributed", {"strategy": "ddp", "scaling": "strong", "world_size": 0, "nodes": 1}, "Expected `int` >= 1"),
    ],
)
def test_a_case_that_its_table_cannot_be_made_of_is_refused(with_cases, of, case, expected):
    broken = with_cases(case)
    broken["crossover"]["cells"][0]["benchmark"] = of

    with pytest.raises(load.LoadError, match=f"the case of this cell of {of}: .*{expected}"):
        load.parse(broken, "x")


def test_a_case_that_stands_twice_is_refused(with_cases):
    with pytest.raises(load.LoadError, match="stands twice"):
        load.parse(with_cases({"workers": 2}, {"workers": 2}), "x")


def test_cases_are_judged_and_shown_one_by_one(with_cases):
    """A benchmark without a table of its own has one for each case; a check pairs each case with itself."""
    cells = load.frame_of(load.parse(with_cases({"workers": 0}, {"workers": 2}), "x"))
    found = regression.check(cells, cells.iloc[::-1], regression.NoiseFloor(0.01, 3), 0.1)
    sheet = check_sheet.sheet(regression.Check(found, [], regression.NoiseFloor(0.01, 3), 0.1), [], "x against x")

    assert ["Other, 0, 10 epochs, on test-machine", "Other, 2, 10 epochs, on test-machine"] == [
        answer.sheet.title for answer in answers(cells)
    ]
    assert [("2", 1.0), ("0", 1.0)] == [(each.case, each.ratio) for each in found]
    assert ["benchmark", "scale", "device", "recipe", "case", "change", "verdict"] == sheet.header


@pytest.mark.parametrize("epochs", [-1, 10**12, 2**70, 1.5, "10", None])
def test_numbers_that_no_workload_has_are_refused(document, epochs):
    broken = document({"cpu": {1: [0.5]}})
    broken["crossover"]["workload"]["epochs"] = epochs

    with pytest.raises(load.LoadError, match="epochs"):
        load.parse(broken, "x")


def test_a_benchmark_that_stands_twice_is_refused(document):
    twice = document({"cpu": {1: [0.5]}})
    twice["benchmarks"] *= 2

    with pytest.raises(load.LoadError, match="its times stand twice"):
        load.parse(twice, "x")


def test_a_file_larger_than_any_run_is_refused_unread(tmp_path):
    """Of 500 MB, which take no room on the disk."""
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


def test_a_link_in_a_folder_is_not_followed(tmp_path, document):
    good = saved(tmp_path / "a", "0001.json", document({"cpu": {1: [0.5]}}))
    (tmp_path / "a" / "link.json").symlink_to(good)
    (tmp_path / "a" / "dangling.json").symlink_to("nowhere")
    runs, refused = load.read_all([tmp_path])

    assert 1 == len(runs)
    assert ["is a link; what it leads to can be named itself"] * 2 == [line.split(": ")[1] for line in refused]
    assert load.read(tmp_path / "a" / "link.json").saved == runs[0].saved


def test_dates_with_and_without_a_zone_are_put_in_order(tmp_path, document):
    saved(tmp_path / "a", "1.json", document({"cpu": {1: [0.5]}}, machine="later", taken="2026-01-02T00:00:00"))
    saved(tmp_path / "a", "2.json", document({"cpu": {1: [0.5]}}, machine="earlier"))

    assert ["earlier", "later"] == [run.machine.name for run in load.read_all([tmp_path])[0]]


def test_a_date_that_is_none_is_refused(document):
    with pytest.raises(load.LoadError, match="Invalid isoformat"):
        load.parse(document({"cpu": {1: [0.5]}}, taken="yesterday"), "x")


@pytest.mark.parametrize("taken", ["9999-12-31T23:59:59-09:30", "0001-01-01T00:00:00+09:30"])
def test_a_date_out_of_all_calendars_is_refused(document, taken):
    with pytest.raises(load.LoadError, match="date value out of range"):
        load.parse(document({"cpu": {1: [0.5]}}, taken=taken), "x")


def test_a_measured_cell_without_times_is_refused(document):
    broken = document({"cpu": {1: [0.5]}})
    broken["benchmarks"].clear()

    with pytest.raises(load.LoadError, match="is marked as measured, but has no times"):
        load.parse(broken, "x")


def test_a_diverged_cell_has_no_times_to_compare(document):
    """Its times are in the file, but what ran there was no training."""
    diverged = document({"cpu": {1: [0.5]}})
    diverged["crossover"]["cells"][0]["status"] = "diverged"

    assert [[]] == load.frame_of(load.parse(diverged, "x"))["rounds_s"].tolist()


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(load.LoadError, match=r"nowhere\.json: cannot be read: No such file"):
        load.read(tmp_path / "nowhere.json")


def test_a_folder_gives_its_good_files_and_a_line_for_each_bad_one(tmp_path, document):
    saved(tmp_path / "a", "0001.json", document({"cpu": {1: [0.5]}}, machine="a"))
    saved(tmp_path / "b", "0001.json", document({"cpu": {1: [0.5]}}, machine="b", taken="2025-01-01T00:00:00+00:00"))
    saved(tmp_path / "b", "0002.json", "{")
    runs, refused = load.read_all([tmp_path])

    assert ["b", "a"] == [run.machine.name for run in runs]
    assert 1 == len(refused)
    assert "0002.json: is no JSON" in refused[0]


def test_a_folder_without_a_run_is_refused(tmp_path):
    with pytest.raises(load.LoadError, match="no saved run in this folder"):
        load.read_all([tmp_path])


def test_the_newest_run_of_each_machine(document):
    taken = {"old": "2025-01-01T00:00:00+00:00", "new": "2026-01-01T00:00:00+00:00"}
    runs = [load.parse(document({"cpu": {1: [0.5]}}, machine="a", taken=at), label) for label, at in taken.items()]

    assert ["new"] == [run.label for run in load.newest_of_each_machine(runs)]


def test_text_of_a_file_cannot_control_a_terminal(frame):
    cells = frame({"cpu": {1: "failed: \x1b[31mred\x1b[0m\nnext\u202eline"}}, machine="m\x07")

    assert "�[31mred�[0m�next�line" == cells["reason"].iloc[0]
    assert "m�" == cells["machine"].iloc[0]


def test_the_published_run_has_its_figures(pytestconfig):
    runs, refused = load.read_all([pytestconfig.rootpath / "docs" / "runs" / "apple-m2-max"])
    cells = load.frame_of(runs[0])
    times = {(row["device"], row["scale"]): row["rounds_s"] for row in cells.to_dict("records")}

    assert ["published"] == cells["source"].unique().tolist()
    assert not refused
    assert [[0.5], [0.8], [1.8], [2.4], [3.4], [7.5], [147.9], [337.2], [575.2]] == [
        times["cpu", scale] for scale in (1, 2, 3, 4, 5, 10, 50, 75, 100)
    ]
    assert [[2.6], [3.4], [3.1], [3.3], [3.6], [4.5], [23.2], [57.7], [104.0]] == [
        times["mps", scale] for scale in (1, 2, 3, 4, 5, 10, 50, 75, 100)
    ]
    assert math.isclose(cells["parameters"].max(), 900_090_002)
