"""The `crossover` command as a user meets it: output, errors, exit codes."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest


@pytest.fixture
def published(pytestconfig):
    return pytestconfig.rootpath / "docs" / "runs" / "apple-m2-max"


def test_the_published_run_gives_its_table_and_crossover_back(published):
    """As a process of its own, unlike in all other tests: what a user starts."""
    command = [sys.executable, "-c", "from crossover.benchmarks.cli import main; main()", "table", published]
    run = subprocess.run(command, capture_output=True, text=True, check=False)

    assert 0 == run.returncode
    assert "" == run.stderr
    assert "mps overtakes cpu at about 2.6 million parameters, between 2,254,502 and 9,009,002" in run.stdout
    speedups = [line.split()[-2] for line in run.stdout.splitlines() if line.endswith(("slower", "x faster"[1:]))]
    speedups = [speedup for speedup in speedups if speedup.endswith("x")]
    assert ["0.19x", "0.24x", "0.58x", "0.73x", "0.94x", "1.67x", "6.38x", "5.84x", "5.53x"] == speedups
    assert "one round: no interval" in run.stdout


@pytest.mark.parametrize("form", ["text", "markdown", "csv", "json"])
def test_every_format_holds_the_crossover_between_its_rows(crossover, published, form):
    lines = crossover("table", published, "--format", form).stdout.splitlines()
    row_5, row_10 = (
        next(i for i, line in enumerate(lines) if size in line.replace(",", "")) for size in ("2254502", "9009002")
    )

    if form == "json":
        assert 2.59e6 < json.loads("\n".join(lines))["tables"][0]["crossovers"][0]["parameters"] < 2.6e6
    else:
        assert row_5 + 2 == row_10
        assert "crossover" in lines[row_5 + 1]


@pytest.mark.parametrize(
    ("content", "expected"),
    [("", "is empty"), ('{"benchm', "is no JSON, or only a part of one"), ('{"benchmarks": []}', "another project")],
)
def test_a_file_that_is_no_run_is_one_line_and_exit_code_2(crossover, tmp_path, content, expected):
    (tmp_path / "x.json").write_text(content)
    run = crossover("table", "x.json")

    assert (2, "") == (run.returncode, run.stdout)
    assert 1 == len(run.stderr.splitlines())
    assert expected in run.stderr


def test_an_empty_folder_is_one_line_and_exit_code_2(crossover, tmp_path):
    (tmp_path / "empty").mkdir()
    run = crossover("table", "empty")

    assert (2, "") == (run.returncode, run.stdout)
    assert "crossover: empty: no saved run in this folder\n" == run.stderr


def test_the_good_files_of_a_folder_are_used(crossover, tmp_path, document):
    (tmp_path / "good.json").write_text(json.dumps(document({"cpu": {1: [1.0]}})))
    (tmp_path / "broken.json").write_text("{")
    run = crossover("table", tmp_path)

    assert 0 == run.returncode
    assert "1.00 s" in run.stdout
    assert 1 == len(run.stderr.splitlines())
    assert "broken.json: is no JSON" in run.stderr


def test_twenty_broken_files_and_two_good_ones_give_two_tables_and_twenty_lines(crossover, tmp_path, document):
    good = document({"cpu": {1: [1.0]}})
    for number, machine in enumerate(("one", "two")):
        (tmp_path / f"good{number}.json").write_text(json.dumps(document({"cpu": {1: [1.0]}}, machine=machine)))
    broken = ["", "{", "[]", "null", "NaN", '{"benchmarks": 1}', "\x00", "[" * 99999, "\x1b[31m", '{"a": 1, "a": 1}']
    broken += [json.dumps(good | {key: value}) for key in ("datetime", "crossover") for value in (1, "x", None, [])]
    (tmp_path / "pipe.json").symlink_to("/dev/zero")
    (tmp_path / "\x1b[31mred\n.json").mkdir()
    for number, content in enumerate(broken):
        (tmp_path / f"broken{number:02}.json").write_text(content)
    run = crossover("table", tmp_path)

    assert 0 == run.returncode
    assert ["Training, 10 epochs, on one", "Training, 10 epochs, on two"] == [
        line for line in run.stdout.splitlines() if line.startswith("Training")
    ]
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
def test_a_run_that_goes_on_is_read_as_such(crossover, document, tmp_path, name, title):
    run = document({"cpu": {1: [1.0] * 3, 2: "not reached: to come"}}, taken=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}")
    run["crossover"]["cells"][1]["finished"] = False
    path = tmp_path / name.format(os.getpid())
    path.write_text(json.dumps(run))
    shown = crossover("table", path.name).stdout

    assert f"Training, 10 epochs, on test-machine {title}" in shown
    assert "cpu, scale 2: not reached: to come" in shown


def test_a_process_that_began_long_before_the_session_has_its_id_by_chance(crossover, document, tmp_path):
    """The run was killed in a container, where processes are counted anew."""
    now = datetime.now(UTC)
    run = document({"cpu": {1: [1.0] * 3, 2: "not reached: to come"}}, taken=f"{now + timedelta(hours=2):%FT%T}")
    run["crossover"]["cells"][1]["finished"] = False
    path = tmp_path / f"unfinished_20260101_000000_{os.getpid()}.json"
    shown = {}
    for start in (now, now + timedelta(hours=1)):
        run["crossover"]["sessions"] = [{"started": f"{start:%FT%T}+00:00"}]
        path.write_text(json.dumps(run))
        shown[start] = crossover("table", path.name).stdout

    assert ["(running)", "(unfinished)"] == [text.splitlines()[0].rpartition(" ")[2] for text in shown.values()]


def test_a_run_taken_on_a_busy_machine_is_marked(crossover, document, tmp_path):
    run = resumed(document({"cpu": {1: [1.0] * 3, 2: [2.0] * 3}}))
    run["crossover"]["sessions"][1] |= {"busy": True, "other_cores": 0.92, "stolen_cores": 0.1}
    (tmp_path / "x.json").write_text(json.dumps(run))
    shown = crossover("table", "x.json").stdout

    assert "Training, 10 epochs, on test-machine (busy machine)" in shown
    assert "cpu, scale 1: busy machine: other processes used 0.9 cores on average, the host 0.1" in shown


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"accelerators": []}, "no speedup: no GPU found; cpu is all there is to measure"),
        ({"accelerators": [], "unused_gpu": "a GPU is here, but"}, "no speedup: a GPU is here, but; cpu is all"),
        ({"accelerators": [{"device": "cuda:0"}]}, "no speedup: cpu was the only device asked for (--devices)"),
        ({}, "no speedup: cpu was the only device asked for (--devices)"),
    ],
)
def test_a_table_of_the_cpu_alone_says_why(crossover, document, tmp_path, facts, expected):
    run = document({"cpu": {1: [1.0] * 3}})
    run["machine_info"]["crossover"] |= facts
    (tmp_path / "x.json").write_text(json.dumps(run))

    assert expected in crossover("table", "x.json").stdout


def resumed(run, *, alongside=False):
    """The same run, but for its first cell measured in a second session."""
    sessions = [{"started": f"2026-01-01T1{hour}:00:00+00:00", "alongside": alongside} for hour in (0, 1)]
    run["crossover"]["sessions"] = sessions
    for number, cell in enumerate(run["crossover"]["cells"]):
        cell["rounds_by_session"] = [3, 0] if number else [0, 3]
    return run


def test_the_table_of_a_resumed_run_says_so_and_when(crossover, tmp_path, document):
    run = resumed(document({"cpu": {1: [1.0] * 3, 2: [2.0] * 3}}))
    (tmp_path / "x.json").write_text(json.dumps(run))
    shown = crossover("table", "x.json").stdout

    assert "cpu, scale 1: resumed run: session 2 of 2, begun 2026-01-01 11:00 UTC" in shown
    assert "cpu, scale 2: resumed run: session 1 of 2, begun 2026-01-01 10:00 UTC" in shown


def test_a_table_says_that_another_session_disturbed_it(crossover, tmp_path, document):
    run = resumed(document({"cpu": {1: [1.0] * 3, 2: [2.0] * 3}}), alongside=True)
    (tmp_path / "x.json").write_text(json.dumps(run))

    assert (
        "another session measured on this machine at the same time (--alongside)" in crossover("table", "x.json").stdout
    )


@pytest.fixture
def unfinished(machine_here):
    """A finished run of this machine, and a newer one of which a cell is to come."""
    first, second = machine_here(around(1.0), "not reached: the run ended before it")
    run = json.loads(second.read_text())
    run["crossover"]["cells"][0]["finished"] = False
    second.write_text(json.dumps(run))
    return first, second


def test_an_unfinished_run_is_clearly_one(crossover, unfinished):
    assert "Training, 10 epochs, on here (unfinished)" in crossover("table").stdout
    assert "here: unfinished, 1 of 1 cells are to come" in crossover("machines").stdout


def test_a_cell_that_is_to_come_is_no_regression(crossover, unfinished):
    first, second = unfinished
    run = crossover("check", second, "--baseline", first)

    assert 2 == run.returncode
    assert "now: unfinished, 1 of 1 cells are to come" in run.stdout


def test_an_unfinished_run_becomes_no_baseline(crossover, unfinished):
    run = crossover("pin", unfinished[1])

    assert 2 == run.returncode
    assert "is unfinished; `pytest benchmarks --resume` goes on with it" in run.stderr


def test_an_unfinished_baseline_is_remarked(crossover, unfinished):
    first, second = unfinished
    run = crossover("check", first, "--baseline", second)

    assert 2 == run.returncode
    assert "; the baseline: unfinished, 1 of 1 cells are to come" in run.stderr


def test_a_baseline_of_changes_that_were_not_committed_is_remarked(crossover, machine_here):
    first, second = machine_here(around(1.0), around(1.0))
    for path in (first, second):
        path.write_text(json.dumps(json.loads(path.read_text()) | {"commit_info": {"dirty": True}}))
    pinned = crossover("pin", first)
    shown = crossover("check", "--max-slowdown", "60%").stdout

    assert f"crossover: {first}: taken with changes that were not committed" in pinned.stderr
    assert "the baseline: taken with changes that were not committed" in shown
    assert "now: taken with changes" not in shown  # as it is while one works


def test_pin_says_which_run_it_took(crossover, machine_here, tmp_path):
    *_, newest = machine_here(around(1.0), around(1.0))
    run = crossover("pin", "results")

    assert (0, "") == (run.returncode, run.stderr)
    assert (
        f"pinned: {newest.relative_to(tmp_path)} of here, taken 2026-01-02 00:00 UTC, in results/here/baseline.txt\n"
    ) == run.stdout


@pytest.mark.parametrize("rounds", ["failed: x", "too slow: an hour"])
def test_a_run_in_which_no_training_was_measured_becomes_no_baseline(crossover, machine_here, rounds, tmp_path):
    (path,) = machine_here(rounds)
    run = crossover("pin", path)

    assert (2, "") == (run.returncode, run.stdout)
    assert f"crossover: {path}: has no measured training to judge later runs by; name a run that has\n" == run.stderr
    assert not (tmp_path / "results" / "here" / "baseline.txt").exists()


def test_figures_from_elsewhere_become_no_baseline(crossover, machine_here, tmp_path):
    (path,) = machine_here(around(1.0))
    path.write_text(path.read_text().replace('"source": "measured"', '"source": "published"'))

    assert f"crossover: {path}: was not measured by this suite; name a run of this machine\n" == (
        crossover("pin", path).stderr
    )
    assert not (tmp_path / "results" / "here" / "baseline.txt").exists()


def test_a_run_of_recipes_alone_becomes_no_baseline(crossover, two_benchmarks):
    assert "has no measured training" in crossover("pin", two_benchmarks / "0002_recipes.json").stderr


@pytest.mark.parametrize("command", ["table", "check", "machines"])
def test_without_results_it_says_how_to_make_some_and_where_an_example_is(crossover, tmp_path, command):
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "README.md").touch()
    run = crossover(command)

    assert 2 == run.returncode
    assert "make one with `make bench`, or with `pytest benchmarks --benchmark-autosave`" in run.stderr
    assert "`crossover table docs/runs/apple-m2-max` shows an example" in run.stderr
    assert 1 == len(run.stderr.splitlines())


@pytest.fixture
def id_here(monkeypatch):
    """Gives this machine another id, or none, as in a container."""
    from crossover.benchmarks.machine import host

    def give(machine_id):
        monkeypatch.setattr(host, "machine_id", lambda: machine_id)
        host.hardware.cache_clear()

    give("this one's")
    yield give
    host.hardware.cache_clear()


@pytest.mark.usefixtures("id_here")
@pytest.mark.parametrize("command", ["table", "check"])
@pytest.mark.parametrize("fact", [{"id": "another"}, {"id": None}])
def test_runs_of_other_machines_are_not_taken_for_this_one(crossover, machine_here, command, fact):
    """One that came from elsewhere may have the same name, look the same, and not say which machine it is of."""
    machine_here(around(1.0), **fact)
    run = crossover(command)

    assert 2 == run.returncode
    assert "no run of this machine: make one with `make bench`" in run.stderr
    assert "or name one of results/here" in run.stderr


@pytest.mark.parametrize("saved", ["an earlier container's", None])
def test_where_no_id_lasts_a_machine_is_its_hardware(crossover, machine_here, id_here, saved):
    """Earlier versions saved an id of each container: such a run is this machine's, and may be its baseline."""
    id_here(None)
    first, _ = machine_here(around(1.0), around(1.01))
    document = json.loads(first.read_text())
    document["machine_info"]["crossover"]["id"] = saved
    first.write_text(json.dumps(document))
    crossover("pin", first)
    checked = crossover("check")

    assert 0 == checked.returncode, checked.stderr
    assert "1.01x slower" in checked.stdout
    assert "1.01 s" in crossover("table").stdout


def test_where_no_id_lasts_other_hardware_is_another_machine(crossover, machine_here, id_here):
    id_here(None)
    machine_here(around(1.0), cpu_model="another CPU")

    assert "no run of this machine" in crossover("table").stderr


@pytest.mark.usefixtures("id_here")
def test_a_newer_run_of_another_machine_of_the_same_name_is_passed_over(crossover, machine_here, tmp_path):
    machine_here(around(1.0))
    (other,) = machine_here(around(1.0), under="elsewhere", id=None)
    changed = json.loads(other.read_text().replace("1.0", "7.0")) | {"datetime": "2026-02-01T00:00:00+00:00"}
    (tmp_path / "results" / "here" / "0002_other.json").write_text(json.dumps(changed))

    assert "7.00 s" in crossover("table", "results").stdout
    assert "1.00 s" in crossover("table").stdout


def test_help_has_an_example(crossover):
    run = crossover("table", "--help")

    assert 0 == run.returncode
    assert "Example: crossover table" in run.stdout


def test_an_unknown_format_is_a_usage_error(crossover, published):
    run = crossover("table", published, "--format", "xml")

    assert 2 == run.returncode
    assert "--format" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.fixture
def machine_here(tmp_path, document):
    """Saves runs of this very machine under results/here, from the rounds of each."""
    from crossover.benchmarks.machine import host

    def save(*runs, name="here", under="results", **facts):
        folder = tmp_path / under / name
        folder.mkdir(parents=True)
        paths = []
        for number, rounds in enumerate(runs, start=1):
            made = document({"cpu": {1: rounds}}, machine=name, taken=f"2026-01-0{number}T00:00:00+00:00")
            made["machine_info"]["crossover"] |= host.hardware() | facts
            paths.append(folder / f"000{number}_run.json")
            paths[-1].write_text(json.dumps(made))
        return paths

    return save


def around(seconds):
    return [seconds * share for share in (0.99, 0.995, 1.0, 1.005, 1.01)]


def test_the_newest_run_of_this_machine_is_the_default(crossover, machine_here):
    machine_here(around(1.0), around(3.0))

    assert "3.00 s" in crossover("table").stdout


def without_training(path):
    """Makes a run one of recipes alone."""
    content = path.read_text().replace('"training"', '"recipes"')
    path.write_text(content.replace("test_training[cpu-1]", "test_recipes[cpu-1-article]"))


def test_a_newer_run_without_training_does_not_hide_one_with_it(crossover, machine_here):
    first, _, third = machine_here(around(1.0), around(2.0), around(3.0))
    without_training(third)

    assert "2.00 s" in crossover("table").stdout
    assert "3.00 s" in crossover("table", "--benchmark", "recipes").stdout
    assert "0002_run.json against" in crossover("check", "--baseline", first).stdout


@pytest.mark.parametrize("folder", ["results", "results/here"])
def test_of_a_folder_too_the_newest_run_with_training_is_judged_and_pinned(crossover, machine_here, folder):
    first, _, third = machine_here(around(1.0), around(2.0), around(3.0))
    without_training(third)

    assert "0002_run.json against" in crossover("check", folder, "--baseline", first).stdout
    assert "against results/here/0002_run.json" in crossover("check", first, "--baseline", folder).stdout
    assert "0002_run.json of here" in crossover("pin", folder).stdout


def test_the_newest_run_is_shown_where_none_has_training(crossover, machine_here):
    for path in machine_here(around(1.0), around(3.0)):
        without_training(path)

    assert "3.00 s" in crossover("table").stdout


def test_check_judges_the_newest_run_by_the_pinned_one(crossover, machine_here, tmp_path):
    first, *_ = machine_here(around(1.0), around(1.0), around(3.0))
    pinned = crossover("pin", first)
    run = crossover("check")

    assert 0 == pinned.returncode
    assert "0001_run.json\n" == (tmp_path / "results" / "here" / "baseline.txt").read_text()
    assert 1 == run.returncode
    assert "3.00x slower" in run.stdout
    assert "verdict: regression" in run.stdout


@pytest.fixture
def shared(crossover, machine_here):
    """Runs that lie outside results/: the first is pinned, and the last is slower than its four repeats."""
    first, *_ = machine_here(*[around(seconds) for seconds in (1.0, 1.01, 0.99, 1.0, 3.0)], under="shared")
    for path in first.parent.iterdir():
        path.write_text(path.read_text().replace('"benchmarks":', '"commit_info": {"id": "a"}, "benchmarks":'))
    assert "in shared/here/baseline.txt" in crossover("pin", "shared/here/0001_run.json").stdout


@pytest.mark.usefixtures("shared")
def test_a_run_elsewhere_has_its_baseline_and_noise_in_its_machine_s_folder(crossover, tmp_path):
    run = crossover("check", "shared/here")

    assert not (tmp_path / "results").exists()
    assert 1 == run.returncode, run.stderr
    assert "shared/here/0005_run.json against shared/here/0001_run.json" in run.stdout
    assert "(from 3 unchanged runs of this machine)" in run.stdout


@pytest.mark.usefixtures("shared")
def test_the_page_of_runs_elsewhere_judges_them_as_check_does(crossover, tmp_path):
    run = crossover("report", "shared", "-o", "page.html")

    assert 0 == run.returncode, run.stderr
    assert "(from 3 unchanged runs of this machine)" in (tmp_path / "page.html").read_text()


def test_the_folder_of_results_holds_the_baseline_of_a_run_that_lies_in_no_folder_of_its_machine(
    crossover, machine_here, tmp_path
):
    first, second = machine_here(around(1.0), around(3.0))
    crossover("pin", first)
    second.rename(tmp_path / "moved.json")

    assert "3.00x slower" in crossover("check", "moved.json").stdout


def test_a_run_outside_its_machine_s_folder_cannot_be_pinned(crossover, machine_here, tmp_path):
    (run,) = machine_here(around(1.0))
    run.rename(tmp_path / "moved.json")

    assert "only a run under results/here can be pinned" in crossover("pin", "moved.json").stderr


def test_check_passes_an_unchanged_run(crossover, machine_here):
    first, second = machine_here(around(1.0), around(1.0))
    run = crossover("check", second, "--baseline", first, "--max-slowdown", "60%", "--format", "json")

    assert 0 == run.returncode
    assert "unchanged" == json.loads(run.stdout)["verdict"]


@pytest.mark.usefixtures("id_here")
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["check"], "no baseline of here: pin one with `crossover pin RUN`, or name one with --baseline"),
        (["check", "--baseline", "nowhere.json"], "nowhere.json: cannot be read: No such file"),
        (["check", "--max-slowdown", "0%"], "it takes a percentage above 0, such as 10%"),
        (["check", "--max-slowdown", "-5%"], "it takes a percentage above 0"),
        (["check", "--max-slowdown", "fast"], "it takes a percentage above 0"),
        (["check", "--baseline", "results/other"], "the baseline is of other, the run of here"),
        (["machines", "--baseline", "x\x1b[31m"], "--baseline: no run of 'x�[31m'; it takes one of"),
        (["pin", "x.json"], "x.json: cannot be read"),
    ],
)
def test_what_cannot_be_compared_is_one_line_and_exit_code_2(crossover, machine_here, arguments, expected):
    machine_here(around(1.0), name="other", id="other")
    machine_here(around(1.0))
    run = crossover(*arguments)

    assert 2 == run.returncode, run.stdout
    assert expected in run.stderr
    assert "Traceback" not in run.stderr


def test_check_refuses_another_workload(crossover, machine_here):
    first, second = machine_here(around(1.0), around(1.0))
    changed = json.loads(second.read_text())
    changed["crossover"]["workload"]["epochs"] = 1
    second.write_text(json.dumps(changed))
    run = crossover("check", second, "--baseline", first)

    assert 2 == run.returncode
    assert "cannot be compared: epochs differs: 10 in" in run.stderr


@pytest.mark.parametrize(("now", "code"), [("failed: x", 1), ("too slow: an hour", 2)])
def test_a_cell_that_was_lost_is_no_silent_pass(crossover, machine_here, now, code):
    first, second = machine_here(around(1.0), now)
    run = crossover("check", second, "--baseline", first)

    assert code == run.returncode
    assert f"cpu, scale 1: measured in the baseline, now {now}" in run.stdout


def test_a_run_is_not_judged_by_itself(crossover, machine_here):
    (only,) = machine_here(around(1.0))
    run = crossover("check", only, "--baseline", only)

    assert 2 == run.returncode
    assert "is its own baseline" in run.stderr


@pytest.mark.usefixtures("id_here")
def test_check_refuses_other_hardware_of_the_same_name(crossover, machine_here):
    first, second = machine_here(around(1.0), around(1.0))
    changed = json.loads(second.read_text())
    changed["machine_info"]["crossover"]["id"] = "another"
    second.write_text(json.dumps(changed))
    run = crossover("check", second, "--baseline", first)

    assert 2 == run.returncode
    assert "both are called here, but are of other hardware" in run.stderr


def test_files_that_were_named_are_all_shown(crossover, machine_here):
    first, second = machine_here(around(1.0), around(3.0))
    shown = crossover("table", first, second).stdout

    assert "1.00 s" in shown
    assert "3.00 s" in shown
    assert "more than one run of here" in crossover("machines", first, second).stderr


def test_a_pin_cannot_lead_out_of_its_machine_s_folder(crossover, machine_here, tmp_path):
    machine_here(around(1.0))
    (tmp_path / "results" / "here" / "baseline.txt").write_text("../other/0001_run.json")
    run = crossover("check")

    assert 2 == run.returncode
    assert "names a file outside" in run.stderr


def test_machines_compares_the_newest_runs(crossover, machine_here):
    machine_here(around(2.0), name="old")
    machine_here(around(4.0), around(1.0), name="new")
    run = crossover("machines", "--baseline", "old")

    assert 0 == run.returncode
    assert "2.00x [" in run.stdout
    assert "geometric mean" in run.stdout


@pytest.fixture
def two_benchmarks(tmp_path, document):
    """A run of training alone, and a newer one of recipes alone, under results/here."""
    folder = tmp_path / "results" / "here"
    folder.mkdir(parents=True)
    recipes = document({"cpu": {1: [3.0]}}, taken="2026-02-01T00:00:00+00:00")
    (folder / "0001_training.json").write_text(json.dumps(document({"cpu": {1: [1.0]}})))
    (folder / "0002_recipes.json").write_text(json.dumps(recipes))
    without_training(folder / "0002_recipes.json")
    return folder


def test_table_takes_the_newest_run_that_has_the_benchmark(crossover, two_benchmarks):
    assert "Recipes, 10 epochs" in crossover("table", two_benchmarks).stdout
    assert "Training, 10 epochs" in crossover("table", two_benchmarks, "--benchmark", "training").stdout


def test_a_run_without_the_benchmark_is_one_line_that_names_the_option(crossover, two_benchmarks):
    run = crossover("table", two_benchmarks / "0001_training.json", "--benchmark", "recipes")

    assert (2, "") == (run.returncode, run.stdout)
    assert run.stderr.startswith("crossover: --benchmark: no recipes in ")
    assert run.stderr.endswith("0001_training.json; there is training\n")


def test_machines_compares_training_and_passes_over_runs_without_it(crossover, two_benchmarks):
    run = crossover("machines")

    assert 0 == run.returncode, run.stderr
    assert "1.00 s" in run.stdout
    assert "3.00 s" not in run.stdout


@pytest.mark.parametrize("command", ["machines", "check", "pin"])
def test_every_command_has_an_example(crossover, command):
    assert f"Example: crossover {command}" in crossover(command, "--help").stdout
