"""A project of a few lines whose sides answer at once, in a git repository of its own."""

import json
import subprocess
from pathlib import Path

import psutil
import pytest

import crossover
from crossover.benchmarks.machine.environment import bound_to_a_repository

SIDE = {
    "hello": {"protocol": 1, "workload": {"VERSION": 1, "SAMPLES": 1000}, "torch": "2.13", "threads": 1},
    "prepare": {"parameters": 90_902, "learning_rate": 0.5, "turn_s": 0.1},
    "turn": {"seconds": 1.0, "loss": 0.7},
    "sleep_s": 0,
    "seed": 1,
    "noise": 0.005,
    "luck": [1.0],
    "room": 1000,
}
"""What a side answers; `luck` is a factor for each pair of processes in turn, and `room` is how many fit the memory."""

FAKE_WORKER = """
import json, os, pathlib, random, sys, time
tree = pathlib.Path(__file__).parents[2]
side = json.loads((tree / "side.json").read_text())
(pathlib.Path(os.environ["SIDES"]) / str(os.getpid())).touch()

def so_far(what):
    with open(os.environ["SIDES"] + "." + what, "ab") as asked:  # of all processes, which are asked one at a time
        asked.write(b".")
        return asked.tell() - 1

print(json.dumps({"tree": str(tree), "devices": ["cpu"]} | side["hello"]), flush=True)
for line in sys.stdin:
    request = json.loads(line)["do"]
    number = so_far(request)
    answer = dict(side[request])
    if request == "prepare" and number >= side["room"]:
        answer = {"left_out": "needs 2 GB, 1 GB free"}
    if "seconds" in answer:
        noise = random.Random(f"{side['seed']} {number}").lognormvariate(0, side["noise"])
        answer["seconds"] *= noise * side["luck"][number // 2 % len(side["luck"])]
        time.sleep(side["sleep_s"])
    print(json.dumps(answer), flush=True)
"""


class Project:
    def __init__(self, folder):
        self.folder = folder
        self.write(".gitignore", "__pycache__/\n")
        self.write("crossover/__init__.py", Path(crossover.__file__).read_text())
        for name in ("benchmarks/__init__.py", "benchmarks/ab/__init__.py"):
            self.write(name, "")
        self.write("benchmarks/ab/worker.py", FAKE_WORKER)
        self.answer()

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)

    def answer(self, **changes):
        """Have the sides of the files as they are now answer with these changes."""
        side = {
            key: value | changes.get(key, {}) if isinstance(value, dict) else changes.get(key, value)
            for key, value in SIDE.items()
        }
        self.write("side.json", json.dumps(side))

    def git(self, *arguments):
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        run = subprocess.run(
            ["git", "-C", str(self.folder), *identity, *arguments], capture_output=True, text=True, check=True
        )
        return run.stdout

    def commit(self):
        self.git("add", "-A")
        self.git("commit", "-qm", "x", "--allow-empty")

    def worktrees(self):
        return len(self.git("worktree", "list").splitlines())


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A committed project, which is also where the test is, and temporary files under it that can be counted."""
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setenv("SIDES", str(tmp_path / "sides"))
    for name in bound_to_a_repository():  # these tests may run in a hook themselves
        monkeypatch.delenv(name, raising=False)
    for name in ("temporary", "sides", "project"):
        (tmp_path / name).mkdir()
    made = Project(tmp_path / "project")
    made.git("init", "-q")
    made.commit()
    monkeypatch.chdir(made.folder)
    return made


def left(folder):
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def nothing_left(project, tmp_path):
    """Whether all that a comparison makes has gone again: worktree, temporary files, and the processes of the sides.

    The gate that all sessions of a machine share stays.
    """

    def check():
        is_clean = project.worktrees() == 1 and left(tmp_path / "temporary") <= {"crossover-sessions"}
        return is_clean and not any(psutil.pid_exists(int(side.name)) for side in (tmp_path / "sides").iterdir())

    return check


@pytest.fixture
def start(begin):
    """Starts `crossover ab` as a user would, with this tree's command and the sides of the current folder."""
    return lambda *arguments: begin("ab", *arguments)
