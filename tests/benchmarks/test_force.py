"""Runs that are treated badly: killed at any moment, alone on a full disk. What was measured must stand."""

import json
import random
import re
import signal
import subprocess
import sys

import pytest

CELLS = ["benchmarks/test_training.py", "benchmarks/test_recipes.py", "--scales", "1-3", "--devices", "cpu",
         "--recipes", "article,resident", "--epochs", "1", "--rounds", "3", "--benchmark-autosave"]  # fmt: skip

STEP = re.compile(r"^(?:\[ *(\d+)/9\] (\S+)|\S+, turn \d)", re.MULTILINE)
"""What is shown before each cell and each turn: by then all before it stands on the disk. There are 15."""


def kill(process, step, delay_s, how):
    """Kill a run some time after a step of it; returns the names of the cells that had been over by then."""
    shown = ""
    while len(STEP.findall(shown)) < step and (character := process.stdout.read(1)):
        shown += character
    try:
        process.wait(delay_s)
    except subprocess.TimeoutExpired:
        process.send_signal(how)
    process.communicate(timeout=120)
    names = [name for _, name in STEP.findall(shown) if name]
    return names if STEP.findall(shown)[-1][1] == "" else names[:-1]


def only_run(results):
    """The one run that stands in a folder, as JSON."""
    (path,) = results.rglob("*.json")
    return json.loads(path.read_text())


def rounds_of(run):
    return {bench["name"].removeprefix("test_"): bench["stats"]["data"] for bench in run["benchmarks"]}


def check_kill_and_resume(start_pytest, run_pytest, results, seed, crossover):
    chance = random.Random(seed)
    how = signal.SIGKILL if seed % 2 else signal.SIGINT
    over = kill(start_pytest(*CELLS), chance.randint(2, 15), chance.uniform(0, 0.3), how)
    before = rounds_of(only_run(results))
    measuring = only_run(results)["crossover"]["sessions"][0]["measuring"]
    assert set(over) <= set(before)
    assert measuring is None or how is signal.SIGKILL

    resumed = run_pytest(*CELLS, "--resume")
    assert 0 == resumed.returncode, resumed.stdout + resumed.stderr
    cell = measuring and measuring.removeprefix("test_")
    assert bool(measuring) == (f"the run was killed while {cell} was being measured" in resumed.stdout)
    run = only_run(results)
    after = rounds_of(run)
    assert [(3, True, "measured")] * 9 == [
        (sum(cell["rounds_by_session"]), cell["finished"], cell["status"]) for cell in run["crossover"]["cells"]
    ]
    assert 9 == len(after) == len(run["benchmarks"])
    for name, rounds_s in before.items():
        kept = min(len(rounds_s), run_in_first(run, name))
        assert rounds_s[:kept] == after[name][:kept]
        assert kept >= len(rounds_s) - ("recipes" in name), "more than the turn in progress was lost"
    assert [1, 2, 3] == [row["scale"] for row in crossover(results, "training")["rows"]]
    recipes = [(cell["scale"], cell["recipe"]) for cell in crossover(results, "recipes")["cells"]]
    assert [(scale, recipe) for scale in (1, 2, 3) for recipe in ("article", "resident")] == recipes


def run_in_first(run, name):
    """How many rounds of a cell the first session took."""
    (cell,) = (cell for cell in run["crossover"]["cells"] if cell["name"] == f"test_{name}")
    return cell["rounds_by_session"][0]


@pytest.fixture
def crossover_table(pytestconfig):
    """What `crossover table` says of a benchmark in a folder."""

    def table(folder, benchmark):
        code = "from crossover.benchmarks.cli import main; main()"
        command = [sys.executable, "-c", code, "table", folder, "--benchmark", benchmark, "--format", "json"]
        shown = subprocess.run(command, capture_output=True, check=True, cwd=pytestconfig.rootpath).stdout
        (only,) = json.loads(shown)["tables"]
        return only

    return table


@pytest.mark.force
@pytest.mark.parametrize("seed", range(20))
def test_a_run_that_is_killed_at_any_moment_is_resumed(start_pytest, run_pytest, tmp_path, seed, crossover_table):
    check_kill_and_resume(start_pytest, run_pytest, tmp_path / "results", seed, crossover_table)


SMALL = ["benchmarks/test_training.py", "--scales", "1,2", "--devices", "cpu", "--epochs", "1", "--rounds", "1",
         "--benchmark-autosave"]  # fmt: skip


@pytest.fixture
def small_disk(tmp_path):
    """A disk with room for a run before its first cell, and not for the whole of it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12k", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be made here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="a small disk is made by Linux' tmpfs")
@pytest.mark.runs
def test_a_run_on_a_full_disk_loses_no_cell_and_says_what_happened(
    start_pytest_into, run_pytest_into, small_disk, tmp_path
):
    """It can be resumed, with nothing more to measure, once its file is moved to where there is room."""
    process = start_pytest_into(small_disk, *SMALL, TMPDIR=str(tmp_path))
    shown, _ = process.communicate()

    assert pytest.ExitCode.INTERNAL_ERROR == process.returncode
    assert "the run could not be saved (No space left on device), --resume saves it: it stands in" in shown
    (kept,) = tmp_path.glob("unfinished_*.json")
    assert ["measured"] * 2 == [cell["status"] for cell in json.loads(kept.read_text())["crossover"]["cells"]]
    assert [path.name for path in small_disk.rglob("*.json")] == [kept.name]

    (folder,) = small_disk.iterdir()
    (tmp_path / "results" / folder.name).mkdir(parents=True)
    kept.rename(tmp_path / "results" / folder.name / kept.name)
    resumed = run_pytest_into(tmp_path / "results", *SMALL, "--resume")
    assert 0 == resumed.returncode, resumed.stdout
    assert "2 of 2 cells are done" in resumed.stdout
    run = only_run(tmp_path / "results")
    assert [[1, 0]] * 2 == [cell["rounds_by_session"] for cell in run["crossover"]["cells"]]


@pytest.mark.runs
def test_a_second_session_is_told_and_alongside_marks_both(start_pytest, run_pytest, tmp_path):
    first = start_pytest(*SMALL, "--rounds", "4000", "--machine", "first")
    shown = ""
    while "[1/2]" not in shown:
        shown += first.stdout.read(1)
    told = run_pytest(*SMALL)
    beside = run_pytest(*SMALL, "--alongside", "--machine", "second")
    assert first.poll() is None
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=60)

    assert pytest.ExitCode.USAGE_ERROR == told.returncode
    assert f"process {first.pid} is measuring on this machine" in told.stderr
    assert 0 == beside.returncode, beside.stderr
    runs = [json.loads(path.read_text()) for path in sorted((tmp_path / "results").rglob("*.json"))]
    marks = {run["machine_info"]["crossover"]["name"]: run["crossover"]["sessions"][0]["alongside"] for run in runs}
    assert {"first": True, "second": True} == marks
    assert not list(tmp_path.rglob("crossover-session-*"))


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ["--benchmark-storage=/dev/null/x", "--benchmark-autosave"],
            "the run could not be saved there: Not a directory",
        ),
        (["--resume"], "--resume goes on with a run that is to be saved: add --benchmark-autosave"),
        (["--benchmark-compare"], "--benchmark-compare: no saved run in"),
        (["--benchmark-compare=0007"], "that matches 0007"),
        (["--benchmark-compare-fail=median:10%"], "add --benchmark-compare"),
    ],
)
@pytest.mark.runs
def test_what_would_be_found_out_an_hour_later_is_a_usage_error_at_once(run_pytest, arguments, expected):
    shown = run_pytest("benchmarks/test_training.py", "--scales", "1", "--devices", "cpu", *arguments)

    assert pytest.ExitCode.USAGE_ERROR == shown.returncode
    assert expected in shown.stderr
    assert "Traceback" not in shown.stderr
    assert "[1/1]" not in shown.stdout


@pytest.mark.runs
def test_a_run_that_is_killed_is_resumed(start_pytest, run_pytest, tmp_path, crossover_table):
    """One of the kills of `make test-force`: SIGKILL in the middle of taking turns."""
    check_kill_and_resume(start_pytest, run_pytest, tmp_path / "results", 1, crossover_table)
