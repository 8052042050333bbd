"""Runs with numbers of threads, as a user starts them."""

import json
import signal
import subprocess
import sys
import time
from contextlib import suppress

import psutil
import pytest


@pytest.mark.runs
def test_numbers_of_threads_are_cells_that_take_turns_and_have_a_table(run_pytest, tmp_path):
    """Torch's own number is 1 here; what takes no threads is left out of the folder."""
    command = ["benchmarks", "--threads", "2,1", "--scales", "1", "--devices", "cpu", "--epochs", "1", "--rounds", "1",
               "--machine", "mine", "--benchmark-autosave"]  # fmt: skip
    shown = run_pytest(*command).stdout
    (path,) = (tmp_path / "results").rglob("*.json")
    run = json.loads(path.read_text())
    cells = {cell["name"]: (cell["status"], cell["threads"]) for cell in run["crossover"]["cells"]}
    infos = [bench["extra_info"] for bench in run["benchmarks"]]
    expected = {"test_training[cpu-1-2threads]": ("measured", 2), "test_training[cpu-1-1thread]": ("measured", 1)}

    assert expected == cells
    assert ["training[1]"] * 2 == [info["turn_group"] for info in infos]
    assert {"cpu-1thread", "cpu-2threads"} == set(run["crossover"]["probe"])
    assert all(info["control"]["seconds"] and info["peak_bytes"] for info in infos)
    assert 1 == run["machine_info"]["crossover"]["threads"]
    assert "left out: inference, loading, recipes; not measured by --threads" in shown
    assert "Training, threads side by side, 1 epoch, on mine" in shown


ROUND = """
from crossover.benchmarks.kinds.training.timed import Training
from crossover.benchmarks.runs.cells import Cell
from crossover.benchmarks.threads.processes import Processes
from crossover.benchmarks.threads.timed import TrainingByThreads
from crossover.model.workloads import MLP

with Processes(1) as processes:
    timed = TrainingByThreads(Training(MLP, Cell("training", 1, "cpu", threads=1), 10_000), "mlp", processes)
    timed.setup()
    print(timed.process.side.process.pid, flush=True)
    timed.work()
"""


@pytest.mark.runs
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGKILL])
def test_a_process_ends_with_the_run_whatever_it_is_doing(pytestconfig, end):
    """Its round would take minutes; nobody waits for it any more."""
    run = subprocess.Popen(
        [sys.executable, "-c", ROUND], cwd=pytestconfig.rootpath, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    assert run.stdout
    process = psutil.Process(int(run.stdout.readline()))
    assert is_alive(process)
    run.send_signal(end)
    run.wait()
    late_s = time.monotonic() + 30
    while is_alive(process) and time.monotonic() < late_s:
        time.sleep(0.02)

    assert not is_alive(process)


def is_alive(process):
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False
