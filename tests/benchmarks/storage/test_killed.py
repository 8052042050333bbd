"""Runs whose process is really killed while a cell is being measured, as the system does when memory runs out."""

import json
import signal
import sys

import pytest

from crossover.benchmarks.runs import load

DEADLY = '''
"""Cells of which that of scale 2 ends the process."""

import os
import signal


class Deadly:
    """Work that takes no time, and at scale 2 kills its process in the round in which it is told to."""

    failure = None

    def __init__(self, cell, deadly_round=1):
        self.cell, self.deadly_round, self.rounds = cell, deadly_round, 0

    def unavailable(self):
        return None

    def needed_bytes(self):
        return {}

    def control(self):
        return None

    def predict(self):
        return 0.001

    def setup(self):
        pass

    def work(self):
        self.rounds += 1
        if self.cell.scale == 2 and self.cell.recipe in ("article", "fused") and self.rounds == self.deadly_round:
            os.kill(os.getpid(), signal.SIGKILL)

    def check(self):
        self.figures = {"first_epoch_loss": 0.7}

    def go_on(self, figures, rounds):
        self.rounds = rounds

    def release(self):
        pass


def test_deadly(measure, cell):
    measure(cell, Deadly(cell))


def test_turns(measure_in_turn, cell, recipe):
    measure_in_turn(cell, Deadly(cell, deadly_round=2))
'''

pytestmark = [pytest.mark.runs, pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX's")]


@pytest.fixture
def measure(run_pytest_into, tmp_path):
    """Measures such cells, and saves into a folder; returns what was printed, and the one run that stands there."""

    def run(*arguments, results=tmp_path / "results"):
        (tmp_path / "test_cells.py").write_text(DEADLY)
        options = ["-p", "conftest", "-c", "pyproject.toml", "--rootdir=.", "--devices", "cpu",
                   "--recipes", "resident,fused", "--rounds", "3", "--benchmark-autosave"]  # fmt: skip
        shown = run_pytest_into(results, tmp_path / "test_cells.py", *options, *arguments)
        (path,) = results.rglob("*.json")
        return shown, path

    return run


def cells(path, benchmark):
    """What became of each cell of a benchmark, by scale and recipe."""
    run = json.loads(path.read_text())
    rounds = {bench["name"]: len(bench["stats"]["data"]) for bench in run["benchmarks"]}
    return {
        (cell["scale"], cell["recipe"]): (cell["status"], rounds.get(cell["name"], 0), cell["finished"], cell["reason"])
        for cell in run["crossover"]["cells"]
        if cell["benchmark"] == benchmark
    }


KILLED = "the run was killed while deadly[cpu-2] was being measured"
TWICE = "the run was killed twice while deadly[cpu-2] was being measured"


def test_a_cell_during_which_a_run_was_killed_is_measured_again_once_and_said(measure):
    killed, path = measure("-k", "deadly", "--scales", "1-3")
    measuring = json.loads(path.read_text())["crossover"]["sessions"][0]["measuring"]
    again, _ = measure("-k", "deadly", "--scales", "1-3", "--resume")
    last, saved = measure("-k", "deadly", "--scales", "1-3", "--resume")

    assert -signal.SIGKILL == killed.returncode == again.returncode
    assert "test_deadly[cpu-2]" == measuring
    assert f"{KILLED}, and begins with it again: --skip-killed leaves it out" in again.stdout
    assert again.stdout.index(KILLED) < again.stdout.index("[2/3]")

    assert 0 == last.returncode, last.stdout
    assert f"{TWICE}: it is left out" in last.stdout
    left_out = ("not reached", 0, True, TWICE)
    assert {1: ("measured", 3, True, ""), 2: left_out, 3: ("measured", 3, True, "")} == {
        scale: cell for (scale, _), cell in cells(saved, "deadly").items()
    }
    assert f"cpu, scale 2: not reached: {TWICE}" in last.stdout
    assert load.read(saved).is_finished


def test_skip_killed_leaves_the_cell_out_and_its_rounds_stay(measure):
    """In a turn of cells that are compared: the others go on without it."""
    killed, path = measure("-k", "turns", "--scales", "2,3")
    before = cells(path, "turns")
    skipped, saved = measure("-k", "turns", "--scales", "2,3", "--resume", "--skip-killed")

    assert -signal.SIGKILL == killed.returncode
    assert ("measured", 1, False) == before[2, "fused"][:3]
    assert 0 == skipped.returncode, skipped.stdout
    words = "the run was killed while turns[cpu-2-fused] was being measured"
    assert f"{words}: it is left out" in skipped.stdout
    expected = {(scale, recipe): ("measured", 3, True, "") for scale in (2, 3) for recipe in ("resident", "fused")}
    assert expected | {(2, "fused"): ("measured", 1, True, words)} == cells(saved, "turns")


def test_skip_killed_without_resume_is_a_usage_error(run_pytest):
    shown = run_pytest("benchmarks/test_training.py", "--skip-killed", "--benchmark-autosave")

    assert pytest.ExitCode.USAGE_ERROR == shown.returncode
    assert "--skip-killed is about the run that --resume goes on with: add --resume" in shown.stderr
