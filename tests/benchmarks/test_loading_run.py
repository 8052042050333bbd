"""Real, small runs of loading and inference: what they print and save, and that they leave no worker behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.runs

FEW = "inference or memory-0 or memory-2 or memory-4-samples-training"

DEADLY = '''
"""Datasets that end, stop or fail whoever fetches from them."""

import psutil
import pytest

from crossover.benchmarks.kinds.loading.timed import LoadedTraining, Loading
from crossover.model import sample_sources, worker_loader
from crossover.model.data import Samples

worker_loader.LOOK_S, worker_loader.STUCK_S = 0.5, 3.0


class Deadly(Samples):
    def __getitem__(self, index):
        psutil.Process().kill()


class Stopping(Samples):
    def __getitem__(self, index):
        psutil.Process().suspend()


class Faulty(Samples):
    def __getitem__(self, index):
        raise ValueError(f"no picture {index:.0f}")


sample_sources.SOURCES |= {"deadly": Deadly, "stopping": Stopping, "faulty": Faulty}


@pytest.mark.parametrize(("dataset", "workers", "loader", "use"), [
    ("memory", 0, "samples", "training"),
    ("deadly", 2, "samples", "training"),
    ("deadly", 2, "restarted", "alone"),
    ("stopping", 2, "samples", "training"),
    ("stopping", 2, "restarted", "alone"),
    ("faulty", 2, "samples", "training"),
    ("memory", 2, "samples", "training"),
])
def test_loading(measure_in_turn, workload, cell, dataset, workers, loader, use):
    kind = LoadedTraining if use == "training" else Loading
    measure_in_turn(cell, kind(workload, cell), shared=("device", "dataset"))
'''

WITHOUT_ROOM = 'mount -t tmpfs -o size=64k tmpfs /dev/shm && exec "$@"'
"""Starts a program with next to no shared memory, as in a small container; needs a mount namespace of its own."""


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Where `small_run` is saved."""
    return tmp_path_factory.mktemp("small") / "results"


@pytest.fixture(scope="module")
def small_run(run_pytest_into, results):
    """Some cells of both benchmarks on a CPU, and on a device that is not here: what was printed, and saved."""
    benchmarks = ["benchmarks/test_loading.py", "benchmarks/test_inference.py", "-k", FEW]
    options = ["--scales", "1,2", "--devices", "cpu,xpu", "--rounds", "3", "--machine", "mine", "--benchmark-autosave"]
    shown = run_pytest_into(results, *benchmarks, *options)
    return shown, saved(results)


def saved(results):
    """The one run that was saved."""
    (path,) = results.rglob("*.json")
    return json.loads(path.read_text())


def crossover(*arguments):
    command = [sys.executable, "-c", "from crossover.benchmarks.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_a_run_measures_loading_in_turn(small_run):
    shown, run = small_run

    assert 0 == shown.returncode, shown.stdout
    assert "loading[cpu-1-memory], turn 2: memory-0-ready-training, memory-0-batches-training" in shown.stdout
    cells = [cell for cell in run["crossover"]["cells"] if cell["benchmark"] == "loading" and cell["device"] == "cpu"]
    assert {"dataset": "memory", "workers": 0, "loader": "samples", "use": "alone"} == cells[0]["case"]
    assert 16 == len(cells)
    benches = {bench["name"]: bench for bench in run["benchmarks"]}
    assert [3] * 16 == [len(benches[cell["name"]]["stats"]["data"]) for cell in cells]
    extra_info = benches["test_loading[cpu-1-memory-2-samples-training]"]["extra_info"]
    assert {"start_method", "pin_memory", "waits_s", "in_turn"} <= extra_info.keys()
    assert 3 == len(extra_info["waits_s"])


def test_a_run_measures_inference(small_run):
    _, run = small_run
    cells = [cell for cell in run["crossover"]["cells"] if cell["benchmark"] == "inference"]
    statuses = {(cell["device"], cell["status"]) for cell in cells}
    bench = next(bench for bench in run["benchmarks"] if bench["name"] == "test_inference[cpu-2-sample]")

    assert {("cpu", "measured"), ("xpu", "no device")} == statuses
    assert 3 * 200 == len(bench["extra_info"]["call_times_s"])


@pytest.mark.parametrize("name", ["loading", "inference"])
def test_its_table_is_printed_and_can_be_had_again(small_run, results, name):
    shown, _ = small_run
    title, *_ = lines = crossover("table", "--benchmark", name, results).splitlines()

    assert title.startswith(name.capitalize())
    assert "on mine" in title
    assert title in shown.stdout
    assert "xpu, every scale: no device" in shown.stdout
    assert len(lines) > 10


def test_a_run_leaves_nothing_behind_and_warns_of_nothing(small_run):
    shown, _ = small_run

    assert "warning" not in (shown.stdout + shown.stderr).lower()
    assert "" == shown.stderr


def test_workers_that_die_stop_or_fail_end_their_cell_and_the_run_goes_on(run_pytest, tmp_path):
    (tmp_path / "test_loading.py").write_text(DEADLY)
    shown = run_pytest(tmp_path / "test_loading.py", "-p", "conftest", "-c", "pyproject.toml", "--rootdir=.",
                       "--scales", "1", "--devices", "cpu", "--rounds", "2", "--benchmark-autosave")  # fmt: skip
    cells = saved(tmp_path / "results")["crossover"]["cells"]

    assert pytest.ExitCode.TESTS_FAILED == shown.returncode, shown.stdout
    assert ["measured", *["failed"] * 5, "measured"] == [cell["status"] for cell in cells]
    killed = "RuntimeError: a DataLoader worker was killed by SIGKILL, as the system does where memory runs out"
    stuck = "RuntimeError: no DataLoader worker had a batch for 3 s"
    assert [f"could not be prepared: {killed}", killed, f"could not be prepared: {stuck}", stuck] == [
        cell["reason"] for cell in cells[1:5]
    ]
    assert "ValueError: no picture" in cells[5]["reason"]
    assert f"cpu (deadly-2-restarted-alone), scale 1: failed: {killed}" in shown.stdout
    assert "INTERNALERROR" not in shown.stdout + shown.stderr


@pytest.mark.skipif(not shutil.which("unshare"), reason="needs namespaces, which Linux has")
def test_workers_without_room_in_shared_memory_end_their_cell_and_the_run_goes_on(start_pytest, tmp_path, monkeypatch):
    alone = ["unshare", "--map-root-user", "--mount", "sh", "-c", WITHOUT_ROOM, "sh"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no mount namespace can be made here")
    cells = "memory-2-samples-training or memory-2-samples-alone or memory-0-ready"
    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda command, **options: popen([*alone, *command], **options))
    process = start_pytest("benchmarks/test_loading.py", "-k", cells, "--scales", "10", "--devices", "cpu",
                           "--rounds", "1", "--benchmark-autosave")  # fmt: skip
    shown, errors = process.communicate(timeout=120)
    statuses = {cell["case"]["loader"]: cell["status"] for cell in saved(tmp_path / "results")["crossover"]["cells"]}

    assert pytest.ExitCode.TESTS_FAILED == process.returncode, shown + errors
    assert {"samples": "out of memory", "ready": "measured"} == statuses
    assert "out of memory: MemoryError: workers find no room in /dev/shm: docker run --shm-size=1g" in shown
    assert "Exception ignored" not in shown + errors


def in_group(group):
    """The processes of a process group."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="process groups are POSIX's")
def test_an_interrupt_ends_workers_too(start_pytest, tmp_path):
    """Ctrl-C, which a terminal sends to all of them, while workers wait: the cells before are saved."""
    shared = Path("/dev/shm")
    before = set(shared.iterdir()) if shared.is_dir() else set()
    process = start_pytest("benchmarks/test_loading.py", "-k", "memory-0-ready or waiting-2", "--scales", "1",
                           "--devices", "cpu", "--rounds", "50", "--benchmark-autosave")  # fmt: skip
    shown = ""
    while "turn 3" not in shown.partition("waiting], ")[2]:
        assert process.poll() is None, shown
        shown += process.stdout.read(1)
    os.killpg(process.pid, signal.SIGINT)
    rest, errors = process.communicate(timeout=60)

    assert pytest.ExitCode.INTERRUPTED == process.returncode, shown + rest + errors
    assert [] == in_group(process.pid)
    assert "Traceback" not in rest + errors
    assert before == (set(shared.iterdir()) if shared.is_dir() else set())
    assert {"measured"} == {cell["status"] for cell in saved(tmp_path / "results")["crossover"]["cells"]}
