"""A tree of a few files whose sides answer at once, with times that a test makes up."""

import json
from pathlib import Path

import pytest

import crossover as package
from crossover.benchmarks.machine.contention import Contention

QUIET, BUSY = Contention(0.0, 0.0), Contention(1.0, 0.0)

FAKE_WORKER = """
import json, math, os, pathlib, random, sys, time
tree = pathlib.Path(__file__).parents[2]
made = json.loads((tree / "made.json").read_text())
threads = int(os.environ.get("OMP_NUM_THREADS", made["threads"]))
(tree / "sides" / str(os.getpid())).touch()
noise = random.Random(f"{made['seed']} {len(list((tree / 'sides').iterdir()))} {threads}")
turns = 0

def seconds_at(parameters, known):
    "Between the known times straight in logarithms, beyond them as at the nearest."
    for (one, one_s), (other, other_s) in zip(known, known[1:]):
        if parameters <= other:
            share = max(0.0, math.log(parameters / one) / math.log(other / one))
            return math.exp(math.log(one_s) * (1 - share) + math.log(other_s) * share)
    return known[-1][1]

def size(scale, device, workload="mlp", recipe=None, batch_size=10):
    if device not in made["devices"]:
        return {"left_out": f"finds no {device.upper()} device here"}
    parameters = made["parameters"] * (1 if made["is_flat"] else scale**2)
    found = {"parameters": parameters, "batch_size": batch_size, "samples": max(1000, 20 * batch_size)}
    return found | ({"left_out": "needs 8 GB, 1 GB free"} if parameters > made["room"] else {})

def prepare(**cell):
    global prepared_s, scale
    found, scale = size(**cell), cell["scale"]
    if "left_out" in found:
        return found
    known = made["times"].get(cell.get("recipe") or cell["device"]) or made["times"][str(threads)]
    prepared_s = seconds_at(cell.get("batch_size", 0) * 1000 or found["parameters"], known)
    return found | {"learning_rate": 0.1, "turn_s": prepared_s}

def turn(share):
    global turns
    turns += 1
    time.sleep(made["sleep_s"])
    if scale in made["fails_at"] and turns > 2:
        return {"error": "the loss became nan"}
    return {"seconds": share * prepared_s * noise.lognormvariate(0, made["noise"]), "loss": 0.7}

hello = {"protocol": 1, "tree": str(tree), "workload": {}, "torch": "2.13", "threads": threads}
print(json.dumps(hello | {"devices": made["shown"] or made["devices"]}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    actions = {"size": size, "prepare": prepare, "turn": turn}
    actions |= {"machine": lambda results: {"name": "made-up", "torch": "2.13.0"}}
    actions |= {"limits": lambda **cell: {"arithmetic": 1e-6}}
    print(json.dumps(actions[request.pop("do")](**request)), flush=True)
"""

MADE = {
    "threads": 4,
    "devices": ["cpu", "cuda"],
    "shown": None,
    "times": {"cpu": [[1e5, 0.001], [1e9, 10]], "cuda": [[1e5, 0.02], [1e9, 0.02]]},
    "parameters": 100_000,
    "is_flat": False,
    "room": 1e9,
    "noise": 0.02,
    "seed": 1,
    "sleep_s": 0,
    "fails_at": [],
}
"""What the sides answer: `times` has seconds by number of parameters, for each device, recipe or number of threads."""


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Makes a tree in the current folder whose sides answer as MADE says, but for some changes."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(Contention, "between", lambda *_: QUIET)

    def make(**changes):
        for name, content in {
            "crossover/__init__.py": Path(package.__file__).read_text(),
            "benchmarks/__init__.py": "",
            "benchmarks/ab/__init__.py": "",
            "benchmarks/ab/worker.py": FAKE_WORKER,
            "made.json": json.dumps(MADE | changes),
        }.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        (tmp_path / "sides").mkdir(exist_ok=True)

    make()
    return make


@pytest.fixture
def busy(monkeypatch):
    """Other processes use the machine meanwhile."""
    return lambda: monkeypatch.setattr(Contention, "between", lambda *_: BUSY)


@pytest.fixture
def start(begin, tmp_path):
    """Starts `crossover find` as a user would, with the sides of the made-up tree."""
    return lambda *arguments: begin("find", *arguments, folder=tmp_path, TMPDIR=str(tmp_path))
