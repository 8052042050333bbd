"""Inference as it is timed: it predicts what the saved network predicted, and leaves no file behind."""

import math
import sys
import tempfile

import pytest
import torch

from crossover.benchmarks.harness.memory_needs import inference_bytes
from crossover.benchmarks.kinds.inference import timed as inference
from crossover.benchmarks.kinds.inference.timed import Load, Predict
from crossover.benchmarks.machine.cell_errors import CellEndedError
from crossover.benchmarks.runs.cells import Cell, Outcome, Status
from crossover.model.workload import Size, Workload
from crossover.model.workloads import MLP


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where checkpoints are written while a test lasts."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def cell(task, scale=1):
    return Cell("inference", scale, "cpu", case=(("task", task),))


def one_round(work):
    predicted_s = work.predict()
    work.setup()
    work.work()
    work.check()
    assert 0 < predicted_s < math.inf
    return work.figures


@pytest.mark.parametrize(
    "work", [Load(MLP, cell("load")), Predict(MLP, cell("sample")), Predict(MLP, cell("batch-1000"))]
)
def test_what_is_loaded_predicts_what_was_saved(folder, work):
    figures = one_round(work)

    assert work.failure is None
    assert 1.0 == figures["agreement"]


def test_a_network_that_was_not_loaded_is_found_out(folder, monkeypatch):
    monkeypatch.setattr(inference.checkpoint, "load", lambda network, path: None)
    work = Load(MLP, cell("load"))
    one_round(work)

    assert "of the answers are not those of the network that was saved" in work.failure


def test_the_checkpoint_is_a_file_of_all_parameters_and_goes_with_its_round(folder):
    work = Load(MLP, cell("load"))
    work.predict()
    (path,) = folder.rglob("*.pth")

    assert path.stat().st_size > 4 * 90_902
    work.release()
    assert [] == list(folder.iterdir())


def test_each_call_for_a_single_sample_is_timed(folder):
    work = Predict(MLP, cell("sample"))
    one_round(work)
    work.work()
    work.check()

    assert 2 * 200 == len(work.figures["call_times_s"])
    assert all(time_s > 0 for time_s in work.figures["call_times_s"])
    assert 200 * 2 * 90_400 == work.figures["work"]["flop"]


def test_a_resumed_cell_keeps_the_calls_of_the_rounds_it_goes_on_with(folder):
    work = Predict(MLP, cell("sample"))
    work.go_on({"call_times_s": [1.0] * 3 * 200}, rounds=2)
    one_round(work)

    assert 3 * 200 == len(work.figures["call_times_s"])
    assert [1.0] * 400 == work.figures["call_times_s"][:400]


def test_batches_are_of_their_size(folder, monkeypatch):
    shapes = []

    def predict(network, features, classes):
        shapes.append(features.shape)
        return torch.zeros(len(features))

    monkeypatch.setattr(inference.checkpoint, "predict", predict)
    work = Predict(MLP, cell("batch-10"))
    one_round(work)

    assert 50 <= shapes.count((10, 100))
    assert "call_times_s" not in work.figures


def test_a_checkpoint_that_does_not_fit_the_disk_is_too_big(folder, monkeypatch):
    monkeypatch.setattr(inference, "free_on_disk", lambda place: 10**5)
    with pytest.raises(CellEndedError, match=r"^too big: needs 0 MB, 0 MB free on disk in "):
        Load(MLP, cell("load")).predict()


def test_loading_needs_the_host_for_what_goes_to_another_device():
    size = Size(parameters=1000, parameter_bytes=4 * 1000, sample_bytes=4, counts=None)

    assert {"cpu": int(1.1 * 4 * 2100)} == inference_bytes("cpu", size, 100, 1)
    assert {"cuda": int(1.1 * 4 * 1100), "cpu": int(1.1 * 4 * 1100)} == inference_bytes("cuda", size, 100, 1)


def test_memory_for_a_large_batch_is_counted():
    small, large = (Predict(MLP, cell(task, scale=10)).needed_bytes()["cpu"] for task in ("sample", "batch-1000"))

    assert large - small > 4 * 800 * 10 * 500


def test_every_task_has_its_calls():
    assert inference.TASKS.keys() == inference.CALLS.keys()


def test_no_more_single_calls_are_kept_than_tell_their_percentiles(folder, monkeypatch):
    monkeypatch.setattr(inference, "MOST_CALL_TIMES", 300)
    work = Predict(MLP, cell("sample"))
    one_round(work)
    for _ in range(2):
        work.check()

    assert 300 == len(work.figures["call_times_s"])


def test_a_folder_that_is_gone_is_named(folder, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "gone"))

    with pytest.raises(CellEndedError) as end:
        Load(MLP, cell("load")).predict()
    expected = f"{folder / 'gone'} cannot hold temporary files: No such file or directory; TMPDIR names another folder"
    assert Outcome(Status.UNAVAILABLE, expected) == end.value.outcome


@pytest.mark.skipif(sys.platform == "win32", reason="limits of processes are POSIX's")
def test_a_checkpoint_that_does_not_fit_after_all_is_said(folder, file_limit):
    work = Load(MLP, cell("load"))
    work.predict()
    with file_limit(10_000), pytest.raises(CellEndedError) as end:
        work.setup()

    assert Status.UNAVAILABLE is end.value.outcome.status
    assert "cannot hold temporary files: File too large; TMPDIR names another folder" in end.value.outcome.reason


def values(scale, count, generator):
    return torch.randn(count, 4, generator=generator), torch.randn(count, 1, generator=generator)


def regression(network=lambda scale: torch.nn.Linear(4, 1)):
    """A network with one output for each sample: the largest of those is always the first."""
    return Workload("mine.py", network, values, version="a hash")


@pytest.mark.parametrize("task", ["load", "sample", "batch-1000"])
def test_values_are_predicted_as_they_are(folder, task):
    work = (Load if task == "load" else Predict)(regression(), cell(task))
    figures = one_round(work)

    assert work.failure is None
    assert 1.0 == figures["agreement"]
    assert (200, 1) == work.expected.shape
    assert work.expected.is_floating_point()


def test_values_of_a_network_that_was_not_loaded_are_found_out(folder, monkeypatch):
    monkeypatch.setattr(inference.checkpoint, "load", lambda network, path: None)
    work = Load(regression(), cell("load"))
    one_round(work)

    assert "of the answers are not those of the network that was saved" in work.failure


@pytest.mark.parametrize(("error", "is_found"), [(1e-3, False), (0.1, True)])
def test_values_may_be_rounded_as_devices_do(folder, error, is_found):
    work = Load(regression(), cell("load"))
    one_round(work)
    with torch.no_grad():
        work.network.bias += error
    work.check()

    assert is_found == bool(work.failure)
