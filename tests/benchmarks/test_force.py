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
    assert set(over) <= set(before)

    resumed = run_pytest(*CELLS, "--resume")
    assert 0 == resumed.returncode, resumed.stdout + resumed.stderr
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
        code = "from benchmarks.report.cli import main; main()"
        command = [sys.executable, "-c", code, "table", folder, "--benchmark", benchmark, "--format", "json"]
        shown = subprocess.run(command, capture_output=True, check=True, cwd=pytestconfig.rootpath).stdout
        (only,) = json.loads(shown)["tables"]
        return only

    return table


@pytest.mark.force
@pytest.mark.parametrize("seed", range(20))
def test_a_run_that_is_killed_at_any_moment_is_resumed(start_pytest, run_pytest, tmp_path, seed, crossover_table):
    check_kill_and_resume(start_pytest, run_pytest, tmp_path / "results", seed, crossover_table)


def test_a_run_that_is_killed_is_resumed(start_pytest, run_pytest, tmp_path, crossover_table):
    """One of the kills of `make test-force`: SIGKILL in the middle of taking turns."""
    check_kill_and_resume(start_pytest, run_pytest, tmp_path / "results", 1, crossover_table)
