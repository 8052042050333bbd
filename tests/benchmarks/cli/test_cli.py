"""The `crossover` command as a user meets it: which runs it takes, errors, exit codes. What it prints: golden/."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from crossover.benchmarks.machine import host


@pytest.fixture
def published(pytestconfig):
    return pytestconfig.rootpath / "docs" / "runs" / "apple-m2-max"


def around(seconds):
    return [seconds * share for share in (0.99, 0.995, 1.0, 1.005, 1.01)]


def refused(run, *expected):
    """Whether a command ended with exit code 2 and one line that says all of that."""
    assert (2, "", 1) == (run.returncode, run.stdout, len(run.stderr.splitlines())), run.stderr
    assert run.stderr.startswith("crossover: ")
    return all(words in run.stderr for words in expected)


def test_the_published_run_gives_its_speedups_and_crossover_back(published):
    """As a process of its own, unlike in all other tests: what a user starts."""
    command = [sys.executable, "-c", "from crossover.benchmarks.cli import main; main()", "table", published]
    run = subprocess.run([*command, "--format", "json"], capture_output=True, text=True, check=False)
    (table,) = json.loads(run.stdout)["tables"]
    (found,) = table["crossovers"]

    assert (0, "") == (run.returncode, run.stderr)
    assert [0.19, 0.24, 0.58, 0.73, 0.94, 1.67, 6.38, 5.84, 5.53] == [
        round(row["speedups"][0]["speedup"], 2) for row in table["rows"]
    ]
    assert 2.59e6 < found["parameters"] < 2.6e6
    assert [2_254_502, 9_009_002] == found["between"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [("", "is empty"), ('{"benchm', "is no JSON, or only a part of one"), ('{"benchmarks": []}', "another project")],
)
def test_a_file_that_is_no_run_is_refused(crossover, tmp_path, content, expected):
    (tmp_path / "x.json").write_text(content)

    assert refused(crossover("table", "x.json"), expected)


def test_an_empty_folder_is_refused(crossover, tmp_path):
    (tmp_path / "empty").mkdir()

    assert refused(crossover("table", "empty"), "empty: no saved run")


def test_the_good_cells_of_a_run_are_shown(crossover, save, cell, medians_s):
    path = save("run.json", [cell([1.0]), cell([-2.0], scale=2), cell([3.0], scale=3)])
    run = crossover("table", path)

    assert [[1.0, 3.0]] == medians_s(path)
    assert (0, 1) == (run.returncode, len(run.stderr.splitlines()))
    assert f"crossover: {path}: 1 of 3 cells left out; test_training[cpu-2]: Expected" in run.stderr


def test_twenty_broken_files_and_two_good_ones_give_two_tables_and_twenty_lines(crossover, save, tmp_path, document):
    good = document({"cpu": {1: [1.0]}})
    for machine in ("one", "two"):
        save(f"{machine}.json", {"cpu": {1: [1.0]}}, machine=machine)
    broken = ["", "{", "[]", "null", "NaN", '{"benchmarks": 1}', "\x00", "[" * 99999, "\x1b[31m", '{"a": 1, "a": 1}']
    broken += [json.dumps(good | {key: value}) for key in ("datetime", "crossover") for value in (1, "x", None, [])]
    (tmp_path / "pipe.json").symlink_to("/dev/zero")
    (tmp_path / "\x1b[31mred\n.json").mkdir()
    for number, content in enumerate(broken):
        (tmp_path / f"broken{number:02}.json").write_text(content)
    run = crossover("table", tmp_path, "--format", "json")

    assert 0 == run.returncode
    assert ["one", "two"] == [table["machine"] for table in json.loads(run.stdout)["tables"]]
    assert 20 == len(run.stderr.splitlines())
    assert all(line.startswith("crossover: ") and line.isprintable() for line in run.stderr.splitlines())


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("unfinished_20260101_000000_{}.json", "(running)"),
        ("unfinished_20260101_000000_999999999.json", "(unfinished)"),
        ("0001_x.json", "(unfinished)"),
    ],
)
def test_a_run_that_goes_on_is_read_as_such(crossover, cell, save, name, title):
    cells = [cell([1.0] * 3), cell("not reached: to come", scale=2, finished=False)]
    path = save(name.format(os.getpid()), cells, taken=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}")

    assert crossover("table", path.name).stdout.splitlines()[0].endswith(title)


def test_a_process_that_began_long_before_the_session_has_its_id_by_chance(crossover, cell, save):
    """The run was killed in a container, where processes are counted anew."""
    now = datetime.now(UTC)
    cells = [cell([1.0] * 3), cell("not reached: to come", scale=2, finished=False)]
    marks = []
    for start in (now, now + timedelta(hours=1)):
        sessions = [{"started": f"{start:%FT%T}+00:00"}]
        name, taken = f"unfinished_20260101_000000_{os.getpid()}.json", f"{now + timedelta(hours=2):%FT%T}"
        title = crossover("table", save(name, cells, taken=taken, sessions=sessions)).stdout.splitlines()[0]
        marks.append(title.split()[-1])

    assert ["(running)", "(unfinished)"] == marks


def test_a_run_taken_on_a_busy_machine_is_marked(crossover, cell, save, tables):
    sessions = [{"started": "2026-01-01T10:00:00+00:00", "busy": True, "other_cores": 0.92, "stolen_cores": 0.1}]
    save("x.json", [cell([1.0] * 3, rounds_by_session=[3])], sessions=sessions)

    assert crossover("table", "x.json").stdout.splitlines()[0].endswith("(busy machine)")
    assert "busy machine: " in tables("x.json")[0]["rows"][0]["cells"][0]["remarks"][0]


@pytest.mark.parametrize("alongside", [False, True])
def test_cells_of_a_resumed_run_say_when_they_were_taken_and_what_disturbed_them(cell, save, tables, alongside):
    sessions = [{"started": f"2026-01-01T1{hour}:00:00+00:00", "alongside": alongside} for hour in (0, 1)]
    counts = {1: [0, 3], 2: [3, 0]}
    save(
        "x.json", [cell([1.0] * 3, scale=scale, rounds_by_session=counts[scale]) for scale in counts], sessions=sessions
    )
    (table,) = tables("x.json")
    first, second = [" ".join(row["cells"][0]["remarks"]) for row in table["rows"]]

    assert "session 2 of 2, begun 2026-01-01 11:00" in first
    assert "session 1 of 2, begun 2026-01-01 10:00" in second
    assert alongside == ("--alongside" in first)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"accelerators": []}, "no GPU found"),
        ({"accelerators": [], "unused_gpu": "a GPU is here, but"}, "a GPU is here, but"),
        ({"accelerators": [{"device": "cuda:0"}]}, "--devices"),
        ({}, "--devices"),
    ],
)
def test_a_table_of_the_cpu_alone_says_why(save, tables, facts, expected):
    save("x.json", {"cpu": {1: [1.0] * 3}}, facts=facts)

    assert expected in tables("x.json")[0]["notes"][0]


@pytest.fixture
def unfinished(save_here, cell):
    """A finished run of this machine, and a newer one of which a cell is to come."""
    return save_here(around(1.0), [cell("not reached: the run ended before it", finished=False)])


def test_an_unfinished_run_is_clearly_one(crossover, unfinished):
    first, second = unfinished

    assert crossover("table").stdout.splitlines()[0].endswith("(unfinished)")
    assert "here: unfinished, 1 of 1" in crossover("machines").stdout
    assert refused(crossover("pin", second), "is unfinished;", "--resume")
    assert refused(crossover("check", first, "--baseline", second), "the baseline: unfinished, 1 of 1")


def test_a_cell_that_is_to_come_is_no_regression(crossover, unfinished):
    first, second = unfinished
    run = crossover("check", second, "--baseline", first, "--format", "json")
    found = json.loads(run.stdout)

    assert (2, "undecided", False) == (run.returncode, found["verdict"], found["lost"][0]["finished"])
    assert "now: unfinished, 1 of 1" in found["remarks"][0]


def test_a_baseline_of_changes_that_were_not_committed_is_remarked(crossover, save_here):
    """But not the run that is judged: it is so while one works."""
    first, _ = save_here(around(1.0), around(1.0), commit={"dirty": True})
    pinned = crossover("pin", first)
    remarks = json.loads(crossover("check", "--max-slowdown", "60%", "--format", "json").stdout)["remarks"]

    assert f"{first}: taken with changes" in pinned.stderr
    assert ["the baseline: taken with changes"] == [line[:32] for line in remarks]


def test_pin_says_which_run_it_took(crossover, save_here, tmp_path):
    *_, newest = save_here(around(1.0), around(1.0))
    run = crossover("pin", "results")

    assert (0, "") == (run.returncode, run.stderr)
    assert (
        f"pinned: {newest.relative_to(tmp_path)} of here, taken 2026-01-02 00:00 UTC, in results/here/baseline.txt\n"
    ) == run.stdout


@pytest.mark.parametrize(
    ("rounds", "facts", "expected"),
    [
        ("failed: x", {}, "no measured training"),
        ("too slow: an hour", {}, "no measured training"),
        (around(1.0), {"source": "published"}, "was not measured by this suite"),
    ],
)
def test_what_cannot_judge_later_runs_becomes_no_baseline(crossover, save_here, tmp_path, rounds, facts, expected):
    (path,) = save_here(rounds, **facts)

    assert refused(crossover("pin", path), f"{path}: ", expected)
    assert not (tmp_path / "results" / "here" / "baseline.txt").exists()


def test_a_run_of_recipes_alone_becomes_no_baseline(crossover, save_here, cell):
    (path,) = save_here([cell(around(1.0), benchmark="recipes")])

    assert refused(crossover("pin", path), "no measured training")


@pytest.mark.parametrize("command", ["table", "check", "machines"])
def test_without_results_it_says_how_to_make_some_and_where_an_example_is(crossover, tmp_path, command):
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "README.md").touch()

    assert refused(crossover(command), "`make bench`", "`crossover table docs/runs/apple-m2-max`")


@pytest.fixture
def id_here(monkeypatch):
    """Gives this machine another id, or none, as in a container."""
    hardware = host.hardware()  # finding out takes a fifth of a second

    def give(machine_id):
        monkeypatch.setattr(host, "hardware", lambda: hardware | {"id": machine_id})

    give("this one's")
    return give


@pytest.mark.usefixtures("id_here")
@pytest.mark.parametrize("command", ["table", "check"])
@pytest.mark.parametrize("fact", [{"id": "another"}, {"id": None}])
def test_runs_of_other_machines_are_not_taken_for_this_one(crossover, save_here, command, fact):
    """One that came from elsewhere may have the same name, look the same, and not say which machine it is of."""
    save_here(around(1.0), **fact)

    assert refused(crossover(command), "no run of this machine", "name one of results/here")


@pytest.mark.parametrize("saved", ["an earlier container's", None])
def test_where_no_id_lasts_a_machine_is_its_hardware(crossover, medians_s, save_here, id_here, saved):
    """Earlier versions saved an id of each container: such a run is this machine's, and may be its baseline."""
    id_here(None)
    save_here(around(1.0), around(1.01))
    (first,) = save_here(around(1.0), id=saved)  # in the place of the first
    crossover("pin", first)
    checked = crossover("check", "--format", "json")

    assert 0 == checked.returncode, checked.stderr
    assert 1.01 == pytest.approx(json.loads(checked.stdout)["cells"][0]["ratio"])
    assert [[1.01]] == medians_s()


def test_where_no_id_lasts_other_hardware_is_another_machine(crossover, save_here, id_here):
    id_here(None)
    save_here(around(1.0), cpu_model="another CPU")

    assert refused(crossover("table"), "no run of this machine")


@pytest.mark.usefixtures("id_here")
def test_a_newer_run_of_another_machine_of_the_same_name_is_passed_over(medians_s, save_here, save):
    save_here(around(1.0))
    facts = {"machine": "here", "taken": "2026-02-01T00:00:00+00:00", "facts": host.hardware() | {"id": None}}
    save("results/here/0002_other.json", {"cpu": {1: [7.0]}}, **facts)

    assert [[7.0]] == medians_s("results")
    assert [[1.0]] == medians_s()


def test_the_newest_run_that_has_training_is_the_default(crossover, medians_s, save_here, cell):
    """A newer one of recipes alone does not hide it."""
    first, *_ = save_here(around(1.0), around(2.0), [cell(around(3.0), benchmark="recipes")])

    assert [[2.0]] == medians_s()
    assert [[3.0]] == medians_s("--benchmark", "recipes")
    assert crossover("check", "--baseline", first).stdout.split()[0].endswith("0002_run.json")


def test_the_newest_run_is_shown_where_none_has_training(medians_s, save_here, cell):
    save_here(*[[cell(around(seconds), benchmark="recipes")] for seconds in (1.0, 3.0)])

    assert [[3.0]] == medians_s()


@pytest.mark.parametrize("folder", ["results", "results/here"])
def test_of_a_folder_too_the_newest_run_with_training_is_judged_and_pinned(crossover, save_here, cell, folder):
    first, *_ = save_here(around(1.0), around(2.0), [cell(around(3.0), benchmark="recipes")])

    assert "0002_run.json against" in crossover("check", folder, "--baseline", first).stdout
    assert "against results/here/0002_run.json" in crossover("check", first, "--baseline", folder).stdout
    assert "0002_run.json of here" in crossover("pin", folder).stdout


def test_check_judges_the_newest_run_by_the_pinned_one(crossover, save_here, tmp_path):
    first, *_ = save_here(around(1.0), around(1.0), around(3.0))
    pinned = crossover("pin", first)
    run = crossover("check", "--format", "json")
    found = json.loads(run.stdout)

    assert "0001_run.json\n" == (tmp_path / "results" / "here" / "baseline.txt").read_text()
    assert (0, 1) == (pinned.returncode, run.returncode)
    assert ("regression", pytest.approx(3.0)) == (found["verdict"], found["cells"][0]["ratio"])


@pytest.fixture
def shared(crossover, save_here):
    """Runs that lie outside results/: the first is pinned, and the last is slower than its four repeats."""
    seconds = (1.0, 1.01, 0.99, 1.0, 3.0)
    first, *_ = save_here(*map(around, seconds), under="shared", commit={"id": "a"})
    assert 0 == crossover("pin", first.relative_to(first.parents[2])).returncode


@pytest.mark.usefixtures("shared")
def test_a_run_elsewhere_has_its_baseline_and_noise_in_its_machine_s_folder(crossover, tmp_path):
    run = crossover("check", "shared/here", "--format", "json")

    assert not (tmp_path / "results").exists()
    assert 1 == run.returncode, run.stderr
    assert 3 == json.loads(run.stdout)["noise_floor"]["repeats"]


@pytest.mark.usefixtures("shared")
def test_the_page_of_runs_elsewhere_judges_them_as_check_does(crossover, tmp_path):
    run = crossover("report", "shared", "-o", "page.html")

    assert 0 == run.returncode, run.stderr
    assert "(from 3 unchanged runs of this machine)" in (tmp_path / "page.html").read_text()


def test_the_folder_of_results_holds_the_baseline_of_a_run_that_lies_in_no_folder_of_its_machine(
    crossover, save_here, tmp_path
):
    first, second = save_here(around(1.0), around(3.0))
    crossover("pin", first)
    second.rename(tmp_path / "moved.json")

    assert 1 == crossover("check", "moved.json").returncode


def test_a_run_outside_its_machine_s_folder_cannot_be_pinned(crossover, save_here, tmp_path):
    (run,) = save_here(around(1.0))
    run.rename(tmp_path / "moved.json")

    assert refused(crossover("pin", "moved.json"), "only a run under results/here")


def test_check_passes_an_unchanged_run(crossover, save_here):
    first, second = save_here(around(1.0), around(1.0))
    run = crossover("check", second, "--baseline", first, "--max-slowdown", "60%", "--format", "json")

    assert (0, "unchanged") == (run.returncode, json.loads(run.stdout)["verdict"])


@pytest.mark.parametrize(
    ("now", "words", "code"),
    [
        (around(1.2), [], 0),
        (around(1.2), ["--fail-on", "undecided"], 3),
        ([9.0], ["--fail-on", "undecided"], 3),
        (around(3.0), ["--fail-on", "undecided"], 1),
        (around(1.0), ["--fail-on", "undecided", "--max-slowdown", "60%"], 0),
    ],
    ids=["not asked for", "undecided", "too few rounds", "a regression", "unchanged"],
)
def test_check_fails_on_what_is_undecided_where_asked(crossover, save_here, now, words, code):
    """With a code of its own: 20% are within the noise that is assumed of a machine."""
    first, second = save_here(around(1.0), now)

    assert code == crossover("check", second, "--baseline", first, *words).returncode


def test_check_always_fails_on_a_regression_and_on_nothing_else_that_has_a_name(crossover, save_here):
    first, second = save_here(around(1.0), around(3.0))
    run = crossover("check", second, "--baseline", first, "--fail-on", "regression")

    assert refused(run, "--fail-on: 'regression' is none of undecided")


@pytest.mark.usefixtures("id_here")
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["check"], "no baseline of here: pin one with `crossover pin RUN`, or name one with --baseline"),
        (["check", "--baseline", "nowhere.json"], "nowhere.json: cannot be read: No such file"),
        (["check", "--max-slowdown", "0%"], "it takes a percentage above 0, such as 10%"),
        (["check", "--max-slowdown", "-5%"], "it takes a percentage above 0"),
        (["check", "--baseline", "results/other"], "the baseline is of other, the run of here"),
        (["machines", "--baseline", "x\x1b[31m"], "--baseline: no run of 'x�[31m'; it takes one of"),
        (["pin", "x.json"], "x.json: cannot be read"),
    ],
)
def test_what_cannot_be_compared_is_refused(crossover, save_here, arguments, expected):
    save_here(around(1.0), name="other", id="other")
    save_here(around(1.0))

    assert refused(crossover(*arguments), expected)


@pytest.mark.usefixtures("id_here")
@pytest.mark.parametrize(
    ("way", "expected"),
    [
        (("crossover", "workload", "epochs"), "epochs differs: 10 in"),
        (("machine_info", "crossover", "id"), "are of other hardware"),
    ],
)
def test_check_refuses_other_work_and_other_hardware_of_the_same_name(crossover, save_here, way, expected):
    first, second = save_here(around(1.0), around(1.0))
    changed = json.loads(second.read_text())
    part, inner, key = way
    changed[part][inner][key] = 1 if key == "epochs" else "another"
    second.write_text(json.dumps(changed))

    assert refused(crossover("check", second, "--baseline", first), expected)


@pytest.mark.parametrize(("now", "code"), [("failed: x", 1), ("too slow: an hour", 2)])
def test_a_cell_that_was_lost_is_no_silent_pass(crossover, save_here, now, code):
    first, second = save_here(around(1.0), now)
    run = crossover("check", second, "--baseline", first, "--format", "json")
    (lost,) = json.loads(run.stdout)["lost"]

    assert (code, now) == (run.returncode, f"{lost['status']}: {lost['reason']}")


@pytest.mark.parametrize("side", [0, 1])
def test_a_cell_that_cannot_be_read_is_no_silent_pass(crossover, save_here, cell, side):
    other, _ = cell(around(1.0), name="other", scale=2)
    runs = [[cell(around(1.0))], [cell(around(1.0))]]
    runs[side].append((other, None))
    first, second = save_here(*runs)
    run = crossover("check", second, "--baseline", first, "--format", "json")

    assert 2 == run.returncode
    assert [1] == [each["scale"] for each in json.loads(run.stdout)["cells"]]
    assert "1 of 2 cells left out; other: is marked as measured, but has no times" in run.stderr
    assert "not all could be compared: " in run.stderr


def test_a_run_is_not_judged_by_itself(crossover, save_here):
    (only,) = save_here(around(1.0))

    assert refused(crossover("check", only, "--baseline", only), "is its own baseline")


def test_files_that_were_named_are_all_shown(crossover, medians_s, save_here):
    first, second = save_here(around(1.0), around(3.0))

    assert [[1.0], [3.0]] == medians_s(first, second)
    assert refused(crossover("machines", first, second), "more than one run of here")


def test_a_pin_cannot_lead_out_of_its_machine_s_folder(crossover, save_here, tmp_path):
    save_here(around(1.0))
    (tmp_path / "results" / "here" / "baseline.txt").write_text("../other/0001_run.json")

    assert refused(crossover("check"), "names a file outside")


def test_machines_compares_the_newest_runs(crossover, save_here):
    save_here(around(2.0), name="old")
    save_here(around(4.0), around(1.0), name="new")
    found = json.loads(crossover("machines", "--baseline", "old", "--format", "json").stdout)

    assert [("new", pytest.approx(2.0))] == [(mean["machine"], mean["speedup"]) for mean in found["geometric_means"]]


@pytest.fixture
def two_benchmarks(save, cell, tmp_path):
    """A run of training alone, and a newer one of recipes alone, under results/here."""
    save("results/here/0001_training.json", {"cpu": {1: [1.0]}})
    recipes = [cell([3.0], benchmark="recipes")]
    save("results/here/0002_recipes.json", recipes, taken="2026-02-01T00:00:00+00:00")
    return tmp_path / "results" / "here"


def test_the_newest_run_that_has_the_benchmark_is_taken(crossover, medians_s, two_benchmarks):
    machines = json.loads(crossover("machines", "--format", "json").stdout)

    assert [[3.0]] == medians_s(two_benchmarks)
    assert [[1.0]] == medians_s(two_benchmarks, "--benchmark", "training")
    assert [1.0] == [cell["median_s"] for cell in machines["cells"]]


def test_a_run_without_the_benchmark_is_refused_and_says_what_it_has(crossover, two_benchmarks):
    run = crossover("table", two_benchmarks / "0001_training.json", "--benchmark", "recipes")

    assert refused(run, "--benchmark: no recipes in ", "0001_training.json; there is training")
