"""Real, small runs of `pytest benchmarks`: what they print, what they save, and what becomes of faults."""

import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path

import pytest

FAULTS = '''
"""Cells that go wrong in every way there is."""

import pytest

from crossover.benchmarks.harness import planning
from crossover.benchmarks.machine import probe

planning.PAUSE_S, probe.PASSES = 0.01, 1  # neither matters here


class Fault:
    """Work that does what its cell's scale says."""

    def __init__(self, cell):
        self.cell = cell
        self.figures = {}
        self.failure = None
        self.rounds = 0

    def unavailable(self):
        return None

    def control(self):
        return None

    def needed_bytes(self):
        return {"cpu": 10**18 if self.cell.scale == 1 else 0}

    def predict(self):
        return 0.001

    def setup(self):
        pass

    def work(self):
        self.rounds += 1
        if self.cell.scale == 3:
            raise RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory: 8 TB")
        if self.cell.scale == 5:
            raise ZeroDivisionError("division by zero")
        if self.cell.scale == 8 and self.rounds == 3:
            raise KeyboardInterrupt

    def check(self):
        self.figures = {"first_epoch_loss": 0.7}
        self.failure = "the loss became nan" if self.cell.scale == 4 else None

    def release(self):
        pass


class Slow(Fault):
    """Work of which no round fits."""

    def needed_bytes(self):
        return {}

    def predict(self):
        return 10**6


class LateFault(Fault):
    """Work that at scale 1 does what its cell's recipe says, in a later round."""

    def needed_bytes(self):
        return {}

    def predict(self):
        return 0.001

    def unavailable(self):
        return "not here" if self.cell.recipe == "graphed" else None

    def work(self):
        self.rounds += 1
        if (self.cell.scale, self.cell.recipe, self.rounds) == (1, "fused", 3):
            raise ZeroDivisionError("division by zero")

    def check(self):
        loss = 0.8 if (self.cell.scale, self.cell.recipe, self.rounds) == (1, "native", 2) else 0.7
        self.figures = {"first_epoch_loss": loss}


def test_turns(measure_in_turn, cell, recipe):
    if cell.scale > 2:
        pytest.skip("two scales are enough")
    measure_in_turn(cell, LateFault(cell))


@pytest.mark.parametrize("place", ["here", "there"])
@pytest.mark.parametrize("count", [1, 2])
def test_cases(measure_in_turn, cell, place, count):
    if cell.scale > 1:
        pytest.skip("one scale is enough")
    measure_in_turn(cell, LateFault(cell), shared=("device", "place"))


def test_slow(measure, cell):
    measure(cell, Slow(cell))


def test_faults(measure, cell):
    measure(cell, Fault(cell))
'''


def saved(results):
    """The one run that was saved."""
    (path,) = results.rglob("*.json")
    return json.loads(path.read_text())


@pytest.fixture
def saved_run(tmp_path):
    return lambda: saved(tmp_path / "results")


OPTIONS = ["--scales", "1,2", "--devices", "cpu,xpu", "--epochs", "1", "--rounds", "3"]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Where `small_run` is saved."""
    return tmp_path_factory.mktemp("small") / "results"


@pytest.fixture(scope="module")
def small_run(run_pytest_into, results):
    """Two scales of training and of recipes on a CPU, and on a device that is not here: what was printed, and saved."""
    recipes = ["benchmarks/test_recipes.py", "--recipes", "article,resident,graphed"]
    shown = run_pytest_into(
        results, "benchmarks/test_training.py", *OPTIONS, *recipes, "--benchmark-autosave", "--machine", "mine"
    )
    return shown, saved(results)


def statuses(run, benchmark):
    """The status of each cell of a benchmark by what stands in the brackets of its name."""
    cells = [cell for cell in run["crossover"]["cells"] if cell["benchmark"] == benchmark]
    return {cell["name"].partition("[")[2][:-1]: cell["status"] for cell in cells}


def test_a_run_measures_saves_and_prints(small_run):
    shown, run = small_run

    assert 0 == shown.returncode, shown.stdout
    assert "training[cpu-1]  3 rounds of about" in shown.stdout
    assert "Training, 1 epoch, on mine" in shown.stdout
    expected = {"cpu-1": "measured", "cpu-2": "measured", "xpu-1": "no device", "xpu-2": "no device"}
    assert expected == statuses(run, "training")
    assert "mine" == run["machine_info"]["crossover"]["name"]

    bench = next(bench for bench in run["benchmarks"] if bench["name"] == "test_training[cpu-1]")
    assert 3 == len(bench["stats"]["data"])
    assert "training, scale    1" == bench["group"]
    assert bench["extra_info"]["final_loss"] < bench["extra_info"]["first_epoch_loss"]
    expected = {"parameters": 90_902, "epochs": 1, "samples": 1000, "batch_size": 10}
    assert expected == {key: bench["extra_info"][key] for key in expected}
    assert bench["extra_info"]["device_name"] == run["machine_info"]["crossover"]["cpu_model"]
    assert (True, "training[1]") == (bench["extra_info"]["in_turn"], bench["extra_info"]["turn_group"])
    assert 3 == len(bench["extra_info"]["control"]["seconds"]) == len(bench["extra_info"]["disturbed"])


def test_a_run_takes_recipes_in_turn(small_run):
    shown, run = small_run

    assert "recipes[cpu-1], turn 2: resident, article;" in shown.stdout
    assert "recipes[cpu-1], turn 3: article, resident;" in shown.stdout
    assert "Recipes, 1 epoch, on mine" in shown.stdout
    expected = {f"cpu-{scale}-{recipe}": "measured" for scale in (1, 2) for recipe in ("article", "resident")}
    expected |= {f"cpu-{scale}-graphed": "unavailable" for scale in (1, 2)}
    assert expected == {name: status for name, status in statuses(run, "recipes").items() if name[:3] == "cpu"}

    benches = [bench for bench in run["benchmarks"] if "recipes" in bench["name"]]
    assert [3] * 4 == [len(bench["stats"]["data"]) for bench in benches]
    assert [3] * 4 == [bench["stats"]["rounds"] for bench in benches]
    extra_info = benches[1]["extra_info"]
    assert {"recipe": "resident", "in_turn": True, "reduced_precision": False}.items() <= extra_info.items()
    assert extra_info["prepare_s"] > 0
    assert benches[0]["extra_info"]["first_epoch_loss"] == pytest.approx(extra_info["first_epoch_loss"], rel=1e-3)


@pytest.mark.runs
@pytest.mark.usefixtures("small_run")
def test_pytest_benchmark_compares_runs_and_sees_no_other_machine(run_pytest, results, tmp_path):
    """Against a saved run that is made to look a thousand times faster, its gate fails, and the table still comes.

    The noise comes from three older runs that lie beside it.
    """
    (path,) = Path(shutil.copytree(results, tmp_path / "results")).rglob("*.json")
    run = json.loads(path.read_text())
    for bench in run["benchmarks"]:
        bench["stats"]["median"] /= 1000
    run |= {"commit_info": {"id": "a"}, "crossover": run["crossover"] | {"sessions": []}}
    for number in (1, 2, 3, 4):
        older = path.with_name(f"000{number}_run.json")
        older.write_text(json.dumps(run | {"datetime": f"2026-01-0{number}T00:00:00+00:00"}))
    path.unlink()
    gate = ["--benchmark-compare", "--benchmark-compare-fail=median:10%", "--machine", "mine"]
    shown = run_pytest("benchmarks/test_training.py", *OPTIONS, *gate)

    assert 0 != shown.returncode
    assert "Performance has regressed" in shown.stderr
    assert "machine_info is different" not in shown.stdout + shown.stderr
    assert "Training, 1 epoch, on" in shown.stdout
    assert "This run against that of " in shown.stdout
    assert "verdict: " in shown.stdout  # which one is this machine's luck
    assert "(from 3 unchanged runs of this machine)" in shown.stdout


@pytest.mark.runs
def test_every_fault_ends_its_own_cell_and_no_other(run_pytest, saved_run, tmp_path):
    (tmp_path / "test_faults.py").write_text(FAULTS)
    shown = run_pytest(tmp_path / "test_faults.py", "-p", "conftest", "-c", "pyproject.toml", "--rootdir=.",
                       "--scales", "1-9", "--devices", "cpu", "--recipes", "article,fused,native,graphed",
                       "--rounds", "3", "--benchmark-autosave")  # fmt: skip
    run = saved_run()

    assert pytest.ExitCode.INTERRUPTED == shown.returncode, shown.stdout
    assert {
        "cpu-1": "too big",
        "cpu-2": "measured",
        "cpu-3": "out of memory",
        "cpu-4": "diverged",
        "cpu-5": "failed",
        "cpu-6": "measured",
        "cpu-7": "measured",
        "cpu-8": "measured",
        "cpu-9": "not reached",
    } == statuses(run, "faults")
    reasons = {cell["name"].partition("_")[2]: cell["reason"] for cell in run["crossover"]["cells"]}
    assert "interrupted after 2 rounds" == reasons["faults[cpu-8]"]
    assert "the run ended before it" == reasons["faults[cpu-9]"]
    assert "ZeroDivisionError: division by zero" == reasons["faults[cpu-5]"] == reasons["turns[cpu-1-fused]"]
    assert "the loss became nan" == reasons["faults[cpu-4]"]
    assert reasons["faults[cpu-1]"].startswith("needs 1,000,000,000.0 GB, ")
    assert {"too slow"} == set(statuses(run, "slow").values())
    assert reasons["slow[cpu-2]"].startswith("more than scale 1, about 277.8 h")
    assert "slow[cpu-2]  too slow: " in shown.stdout
    counts = {bench["name"]: len(bench["stats"]["data"]) for bench in run["benchmarks"]}
    assert [3, 3, 2] == [counts[f"test_faults[cpu-{scale}]"] for scale in (6, 7, 8)]

    cases = [cell for cell in run["crossover"]["cells"] if cell["benchmark"] == "cases" and cell["scale"] == 1]
    assert [{"count": count, "place": place} for count in (1, 2) for place in ("here", "there")] == [
        cell["case"] for cell in cases
    ]
    assert [3] * 4 == [counts[cell["name"]] for cell in cases]
    assert "cases[cpu-1-here], turn 2: 2-here, 1-here;" in shown.stdout

    late = {"cpu-1-article": "measured", "cpu-1-fused": "failed", "cpu-1-native": "diverged"}
    late["cpu-1-graphed"] = "unavailable"
    assert late == {name: status for name, status in statuses(run, "turns").items() if name.startswith("cpu-1")}
    assert "turns[cpu-1-fused]: failed: ZeroDivisionError" in shown.stdout
    assert 3 == counts["test_turns[cpu-1-article]"] == counts["test_turns[cpu-2-fused]"]
    assert "test_turns[cpu-1-fused]" not in counts


@pytest.mark.runs
@pytest.mark.skipif(sys.platform == "win32", reason="process groups are POSIX's")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_run_that_is_interrupted_in_its_first_round_saves_the_cells_before(start_pytest, saved_run, name):
    """While scale 10 trains: scale 1 is saved, and scale 10 is accounted for, though nobody may see what is printed."""
    process = start_pytest("benchmarks/test_training.py", "--scales", "1,10", "--devices", "cpu", "--epochs", "10",
                           "--rounds", "1", "--cell-seconds", "0", "--benchmark-autosave")  # fmt: skip
    shown = ""
    while "[2/2]" not in shown:
        shown += process.stdout.read(1)
    time.sleep(0.5)
    if name == "SIGHUP":  # the terminal was closed
        process.stdout.close()
        process.stderr.close()
    os.killpg(process.pid, getattr(signal, name))
    process.wait(timeout=60)

    if name == "SIGINT":
        shown += process.stdout.read()
        assert "Interrupted: by Ctrl-C !!" in shown
        assert "/torch/" not in shown
    assert {"cpu-1": "measured", "cpu-10": "not reached"} == statuses(saved_run(), "training")
    assert ["test_training[cpu-1]"] == [bench["name"] for bench in saved_run()["benchmarks"]]


SLOW_SERIES = '''
"""A series that is too slow from scale 1 on, in a run whose first session ends before scale 2."""

from pathlib import Path

MARK = Path(__file__).with_suffix(".mark")


class Work:
    """Work that takes no time, or is predicted to take weeks."""

    def __init__(self, cell):
        self.cell, self.figures, self.failure = cell, {}, None

    def unavailable(self):
        if str(self.cell) == "slow[cpu-2]" and not MARK.exists():
            MARK.touch()
            raise KeyboardInterrupt

    def control(self):
        return None

    def needed_bytes(self):
        return {}

    def predict(self):
        assert str(self.cell) != "slow[cpu-2]", "predicted again"
        return 10**6 if self.cell.benchmark == "slow" else 0.001

    def go_on(self, figures, rounds):
        pass

    def setup(self):
        pass

    work = check = release = setup


def test_fast(measure, cell):
    measure(cell, Work(cell))


def test_slow(measure, cell):
    measure(cell, Work(cell))
'''


@pytest.mark.runs
def test_a_series_that_was_too_slow_is_not_predicted_again_by_a_resumed_run(run_pytest, saved_run, tmp_path):
    (tmp_path / "test_slow_series.py").write_text(SLOW_SERIES)
    command = [tmp_path / "test_slow_series.py", "-p", "conftest", "-c", "pyproject.toml", "--rootdir=.",
               "--scales", "1,2", "--devices", "cpu", "--rounds", "1", "--benchmark-autosave"]  # fmt: skip
    first = run_pytest(*command)
    assert {"cpu-1": "too slow", "cpu-2": "not reached"} == statuses(saved_run(), "slow"), first.stdout
    shown = run_pytest(*command, "--resume").stdout

    assert {"cpu-1": "too slow", "cpu-2": "too slow"} == statuses(saved_run(), "slow"), shown
    assert "slow[cpu-2]  too slow: more than scale 1, about 277.8 h a round, budget 2 min" in shown


@pytest.mark.runs
def test_disabled_benchmarks_try_the_smallest_cells_and_say_so(run_pytest, tmp_path):
    options = ["--devices", "cpu", "--recipes", "article,resident", "--benchmark-disable"]
    shown = run_pytest("benchmarks", *options)

    assert 0 == shown.returncode, shown.stdout
    assert "benchmarks are disabled: 3 cells" in shown.stdout
    assert "Training, " not in shown.stdout
    assert [] == list(tmp_path.rglob("*.json"))


def test_a_run_says_what_comes_and_shows_the_main_table_before_the_rest(small_run):
    lines = small_run[0].stdout.splitlines()
    greeting = next(line for line in lines if line.startswith("measuring "))
    titles = [line for line in lines if line.startswith(("Training, 1 epoch", "Recipes, 1 epoch", "[ 5/"))]

    assert "measuring training (4 cells), recipes (12 cells)" == greeting
    assert ["Training, ", "[ 5/16] re", "Training, ", "Recipes, 1"] == [line[:10] for line in titles]
    assert any(line.startswith("saved: ") and line.endswith(".json") for line in lines)


@pytest.mark.runs
def test_pytest_benchmarks_own_table_is_printed_where_it_is_asked_for(small_run, run_pytest):
    options = ["--scales", "1", "--devices", "cpu", "--epochs", "1", "--rounds", "1", "--benchmark-columns=median"]
    shown = run_pytest("benchmarks/test_training.py", *options)

    assert "Name (time in" not in small_run[0].stdout
    assert "Name (time in" in shown.stdout
    assert "not saved: with --benchmark-autosave, `crossover table` shows it again" in shown.stdout


@pytest.mark.runs
def test_a_run_by_batch_size_names_it_in_cells_turns_and_tables(run_pytest, saved_run):
    """Training in two batch sizes and a recipe in one: each cell has the samples that its batches need."""
    options = [
        "--scales",
        "1",
        "--devices",
        "cpu,xpu",
        "--epochs",
        "1",
        "--rounds",
        "1",
        "--recipes",
        "article,resident",
    ]
    shown = run_pytest("benchmarks", "--batch-sizes", "64,10", *options, "--machine", "mine", "--benchmark-autosave")
    run = saved_run()
    cells = {cell["name"]: cell["batch_size"] for cell in run["crossover"]["cells"] if cell["device"] == "cpu"}
    infos = {bench["name"]: bench["extra_info"] for bench in run["benchmarks"]}

    assert 0 == shown.returncode, shown.stdout
    assert {
        "test_training[cpu-1-batch10]": 10,
        "test_training[cpu-1-batch64]": 64,
        **{f"test_recipes[cpu-1-batch{size}-{name}]": size for size in (10, 64) for name in ("article", "resident")},
    } == cells
    assert {10: 1000, 64: 1280} == {info["batch_size"]: info["samples"] for info in infos.values()}
    assert 10 == run["crossover"]["workload"]["batch_size"]
    assert "training[cpu-1-batch64]  1 round of about" in shown.stdout
    assert "Training, batches of 64, 1 epoch, on mine" in shown.stdout
    assert "Training by batch size, 1 epoch, on mine" in shown.stdout
    assert "Recipes, batches of 64, 1 epoch, on mine" in shown.stdout


@pytest.mark.runs
def test_a_run_by_batch_size_is_resumed_by_the_same_sizes_alone(run_pytest, saved_run, tmp_path):
    """A series has one batch size: that of 64 was too slow at scale 1, and is not predicted again at scale 2."""
    by_batch = SLOW_SERIES.replace("(measure, cell)", "(measure, cell, batch_size)").replace("cpu-2", "cpu-2-batch64")
    (tmp_path / "test_slow_series.py").write_text(by_batch)
    command = [tmp_path / "test_slow_series.py", "-p", "conftest", "-c", "pyproject.toml", "--rootdir=.",
               "--scales", "1,2", "--devices", "cpu", "--rounds", "1", "--benchmark-autosave"]  # fmt: skip
    first = run_pytest(*command, "--batch-sizes", "10,64")
    expected = {f"cpu-{scale}-batch{size}": "too slow" for scale in (1, 2) for size in (10, 64)}
    assert expected | {"cpu-2-batch64": "not reached"} == statuses(saved_run(), "slow"), first.stdout

    assert "cells that it has not are asked for now" in run_pytest(*command, "--resume").stderr
    shown = run_pytest(*command, "--batch-sizes", "10,64", "--resume").stdout
    assert expected == statuses(saved_run(), "slow"), shown
    assert "slow[cpu-2-batch64]  too slow: more than scale 1, about 277.8 h a round" in shown
