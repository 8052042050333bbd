"""What the command prints, whole, in each form: `make test ARGS="-k golden" RENEW_GOLDEN=1` writes the files anew."""

import json
import os
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "golden"
COMMANDS = {
    "training": "table training.json",
    "flop": "table flop.json --against flop",
    "recipes": "table recipes.json",
    "inference": "table inference.json",
    "loading": "table loading.json",
    "distributed": "table distributed.json",
    "busy": "table busy.json",
    "batches": "table batches.json",
    "checked_batches": "check later.json --baseline batches.json",
    "threads": "table threads.json",
    "checked_threads": "check later_threads.json --baseline threads.json",
    "machines": "machines training.json server.json",
    "check": "check now.json --baseline training.json",
    "controlled": "check after.json --baseline before.json",
}
FORMS = {"txt": "text", "80.txt": "text", "md": "markdown", "csv": "csv", "json": "json"}

PROBE = {"flop_s": 4e9, "read_bytes_s": {"1000": 9e9}, "copy_bytes_s": {"1000": 4e9}, "launch_s": 3e-4}
TRAINING = {
    "cpu": {1: [0.5, 0.52, 0.51], 5: [3.4, 3.5, 3.3], 50: "too slow: about 11 min a round"},
    "mps": {1: [2.6, 2.62, 2.61], 5: [1.7, 1.72, 1.71], 50: "too big: needs 7.4 GB, 5.1 GB free"},
}
SERVER = {"cpu": {1: [0.25, 0.26, 0.255], 5: [1.1, 1.2, 1.15]}, "cuda": {1: [1.0, 1.1, 1.2], 5: [0.2]}}
NOW = {
    "cpu": {1: [0.5, 0.52, 0.51], 5: [13.4, 13.5, 13.3]},
    "mps": {1: "failed: RuntimeError: no", 5: [0.7, 0.72, 0.71]},
}
RECIPES = {
    "article": {"rounds": [1.0, 1.04, 1.02, 1.01, 1.03], "peak_bytes": 5e6},
    "fused": {"rounds": [0.8, 0.82, 0.81, 0.805, 0.815], "peak_bytes": 6e6, "prepare_s": 2.5},
    "half": {"rounds": [0.5, 0.51, 0.52, 0.505, 0.515], "reduced_precision": True},
    "graphed": {"rounds": "unavailable: CUDA graphs need a CUDA device"},
}


BATCHES = {
    "cpu": {
        1: {10: [0.5, 0.52, 0.51], 64: [0.6, 0.62, 0.61], 512: [3.0, 3.1, 3.05]},
        5: {10: [3.4, 3.5, 3.3], 64: [3.8, 3.9, 3.7], 512: [20.0, 20.5, 20.2]},
    },
    "cuda": {
        1: {10: [2.6, 2.62, 2.61], 64: [0.7, 0.72, 0.71], 512: [1.0, 1.02, 1.01]},
        5: {10: [1.7, 1.72, 1.71], 64: [0.6, 0.62, 0.61], 512: "too big: needs 7.4 GB, 5.1 GB free"},
    },
}

THREADS = {
    ("cpu", 1): {1: [0.5, 0.52, 0.51], 2: [1.0, 1.02, 1.01], 5: [4.4, 4.5, 4.3]},
    ("cpu", 2): {1: [0.7, 0.72, 0.71], 2: [1.1, 1.12, 1.11], 5: [3.0, 3.1, 2.9]},
    ("cuda", None): {1: [0.6, 0.62, 0.61], 2: [0.9, 0.92, 0.91], 5: [0.6, 0.62, 0.61]},
}
"""With torch's own 2 threads, cuda is ahead from the smallest size on; with 1 thread, the CPU is ahead there."""
LATER_THREADS = {
    ("cpu", 1): {1: [1.0, 1.02, 1.01], 2: "failed: no"},
    ("cpu", None): {1: [0.7, 0.72, 0.71]},
}

DISTURBED = {"disturbed": [True, True, False], "other_cores": [0.9, 0.5, 0.0]}
BUSY = {
    "cpu": {1: {"rounds": [0.5, 0.52, 0.51]}, 5: {"rounds": [3.4, 3.5, 3.3], **DISTURBED}},
    "mps": {1: {"rounds": [2.6, 2.62, 2.61]}, 5: {"rounds": [1.7, 1.72, 1.71]}},
}
BEFORE = {
    1: {"rounds": [0.5, 0.52, 0.51], "control": [0.1, 0.104, 0.102]},
    2: {"rounds": [1.0, 1.04, 1.02], "control": [0.1, 0.104, 0.102]},
    5: {"rounds": [3.4, 3.5, 3.3]},
}
AFTER = {
    1: {"rounds": [1.0, 1.04, 1.02], "control": [0.2, 0.208, 0.204]},
    2: {"rounds": [4.0, 4.16, 4.08], "control": [0.2, 0.208, 0.204]},
    5: {"rounds": [6.8, 7.0, 6.6], **DISTURBED},
}
"""The machine is half as fast as before, the code of scale 2 as well, and of scale 5 nobody knows."""


INFERENCE = {
    "cpu": {1: {"load": [2.0], "sample": [0.2], "batch-10": [2.0]}, 4: {"load": [8.0]}},
    "mps": {1: {"load": [8.0], "sample": [2.0], "batch-10": "failed: RuntimeError: no"}, 4: {"load": [2.0]}},
}
CALLS = {
    "load": {},
    "sample": {"batch_size": 1, "calls": 200, "call_times_s": [0.001] * 3},
    "batch-10": {"batch_size": 10, "calls": 20},
}
LOADING = {
    0: {
        "samples": {"alone": [0.1], "training": {"rounds": [1.0], "waits_s": [0.2]}},
        "ready": {"training": [0.8]},
    },
    4: {
        "samples": {
            "alone": "failed: RuntimeError: DataLoader worker (pid 7) is killed",
            "training": {"rounds": [2.0], "waits_s": [0.2]},
        }
    },
}
DISTRIBUTED = {
    ("plain", "strong", 1, 1): {1: [3.0], 2: [3.0]},
    ("ddp", "strong", 2, 1): {1: [4.0], 2: [2.0]},
    ("ddp", "strong", 4, 2): {1: [0.8], 2: "too slow: hours"},
    ("fsdp", "weak", 4, 2): {1: [0.5]},
}


def told(devices, facts_of):
    """The rounds of each device and scale, or task, with what is said beside them."""
    return {
        device: {place: {"rounds": rounds} | facts_of(place) for place, rounds in of_device.items()}
        for device, of_device in devices.items()
    }


@pytest.fixture
def files(document, tmp_path):
    """Two machines with a crossover each, runs of the other kinds, and runs to be judged."""
    worked = told(TRAINING, lambda scale: {"work": {"flop": 1e9 * scale, "moved_bytes": 1e9, "operations": 1000}})
    counted = told(TRAINING, lambda scale: {"step_flop": 4_824_000 * scale**2})
    recipes = {
        scale: {name: facts | {"turn_group": f"recipes[cpu-{scale}]"} for name, facts in RECIPES.items()}
        for scale in (1, 5)
    }
    calls = {device: told(scales, CALLS.get) for device, scales in INFERENCE.items()}
    later = {"cpu": {1: {10: [0.5, 0.52, 0.51], 64: [6.0, 6.2, 6.1], 512: "failed: RuntimeError: no"}}}
    laptop, next_day = {"machine": "laptop"}, {"taken": "2026-01-02T00:00:00+00:00"}
    by_threads = {"by": "device,threads scale", "facts": {"threads": 2}}
    by_batch, in_turn = {"by": "device scale batch"}, {"in_turn": True}
    made = {
        "training": document(worked, probe=PROBE, **laptop),
        "flop": document(counted, **laptop),
        "server": document(SERVER, machine="server", facts={"torch": "2.13", "power": "battery"}),
        "batches": document(BATCHES, **by_batch, **laptop),
        "later": document(later, **by_batch, **laptop, **next_day),
        "threads": document(THREADS, **by_threads, **laptop),
        "later_threads": document(LATER_THREADS, **by_threads, **laptop, **next_day),
        "now": document(NOW, **laptop, **next_day),
        "recipes": document(recipes, by="scale recipe", each={"benchmark": "recipes", **in_turn}, **laptop),
        "busy": document(BUSY),
        "before": document(BEFORE, by="scale"),
        "after": document(AFTER, by="scale", **next_day),
        "inference": document(calls, by="device scale task", each={"benchmark": "inference"}),
        "loading": document(
            {"memory": LOADING},
            by="dataset workers loader use",
            each={"benchmark": "loading", **in_turn},
        ),
        "distributed": document(
            DISTRIBUTED, by="strategy,scaling,world_size,nodes scale", each={"benchmark": "distributed"}
        ),
    }
    for name, content in made.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content))


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("form", FORMS)
def test_what_is_printed_is_golden(crossover, monkeypatch, name, form):
    if form == "80.txt":
        monkeypatch.setenv("COLUMNS", "80")
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    printed = plain(crossover(*COMMANDS[name].split(), "--format", FORMS[form]).stdout, form)
    path = FOLDER / f"{name}.{form}"
    if os.environ.get("RENEW_GOLDEN"):
        path.write_text(printed)

    assert path.read_text() == printed


def plain(printed, form):
    """Without colours, and without the last digits of a double, which may differ between processors."""
    if form == "json":
        content = json.loads(printed, parse_float=lambda digits: float(f"{float(digits):.6g}"))
        return f"{json.dumps(content, indent=2)}\n"
    return re.sub(r"\x1b\[[0-9;]*m", "", printed)
