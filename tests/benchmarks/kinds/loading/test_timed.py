"""Loading as it is timed: which cells there are, what a round leaves behind, and what it says of itself."""

import math
import sys
import tempfile
from multiprocessing import current_process

import psutil
import pytest

from crossover.benchmarks.kinds.loading import timed as loading
from crossover.benchmarks.kinds.loading.batch_source import Waits
from crossover.benchmarks.kinds.loading.timed import LoadedTraining, Loading, cases, extrapolated
from crossover.benchmarks.kinds.training.timed import Training
from crossover.benchmarks.runs.cells import Cell
from crossover.model import constants
from crossover.model.sample_sources import WAITING_S
from crossover.model.workloads import MLP


def cell(dataset="memory", workers=0, loader="samples", use="training"):
    case = (("dataset", dataset), ("workers", workers), ("loader", loader), ("use", use))
    return Cell("loading", 1, "cpu", case=case)


def one_round(work):
    try:
        work.predict()
        work.setup()
        work.work()
        work.check()
    finally:
        work.release()
    return work.figures


def test_every_dataset_has_each_number_of_workers_alone_and_with_training(monkeypatch):
    monkeypatch.setattr(loading.host, "usable_cores", lambda: 8)
    found = cases()

    assert len(set(found)) == len(found)
    for dataset in ("memory", "computed", "waiting"):
        for use in ("alone", "training"):
            counts = [case[1] for case in found if (case[0], case[2], case[3]) == (dataset, "samples", use)]
            assert [0, 1, 2, 4, 8] == counts
        assert {(dataset, 4, "restarted", "training"), (dataset, 0, "ready", "training")} <= set(found)


def test_a_large_machine_does_not_start_more_workers_than_share_an_epoch(monkeypatch):
    monkeypatch.setattr(loading.host, "usable_cores", lambda: 128)

    assert loading.MOST_WORKERS == max(workers for _, workers, _, _ in cases())


@pytest.mark.parametrize("loader", ["samples", "batches", "restarted", "ready"])
def test_training_learns_the_same_by_whatever_loader(loader):
    """What one epoch of the article's own loop learns."""
    expected = one_round(Training(MLP, Cell("training", 1, "cpu"), epochs=1))
    workers = 2 if loader == "restarted" else 0
    work = LoadedTraining(MLP, cell(workers=workers, loader=loader))
    figures = one_round(work)

    assert work.failure is None
    assert expected["first_epoch_loss"] == pytest.approx(figures["first_epoch_loss"], rel=1e-5)
    assert 1 == figures["epochs"] == len(figures["waits_s"])
    assert [] == psutil.Process().children(recursive=True)


def test_what_a_round_waited_is_part_of_what_it_took():
    """Nearly all of it where samples wait, and next to nothing where batches are ready."""
    waits_s = {loader: one_round(LoadedTraining(MLP, cell("waiting", 0, loader)))["waits_s"][0] for loader in
               ("samples", "ready")}  # fmt: skip

    assert waits_s["samples"] >= constants.SAMPLES * WAITING_S
    assert waits_s["ready"] < waits_s["samples"] / 10


def test_loading_alone_counts_its_samples_and_leaves_no_worker():
    work = Loading(MLP, cell(workers=2, use="alone"))
    figures = one_round(work)

    assert work.failure is None
    assert constants.SAMPLES == figures["samples"]
    assert figures["start_method"]
    assert figures["pin_memory"] is False
    assert [] == psutil.Process().children(recursive=True)


def test_samples_that_did_not_come_are_no_epoch():
    work = Loading(MLP, cell(use="alone"))
    work.predict()
    work.setup()
    work.batches = []
    work.work()
    work.check()

    assert "0 samples came of 1000" == work.failure


def test_a_resumed_cell_keeps_what_the_rounds_waited_that_it_goes_on_with():
    work = LoadedTraining(MLP, cell())
    work.go_on({"waits_s": [1.0, 2.0, 3.0]}, rounds=2)
    waits_s = one_round(work)["waits_s"]

    assert [1.0, 2.0] == waits_s[:2]
    assert 3 == len(waits_s)


def test_waits_hand_out_all_batches():
    waits = Waits([1, 2, 3])

    assert [1, 2, 3] == list(waits)
    assert 0 < waits.waited_s < math.inf


def test_an_epoch_is_predicted_from_its_beginning_and_its_batches():
    """Two seconds to begin, and a hundredth of a second a sample."""
    assert 12.0 == pytest.approx(extrapolated(lambda samples: 2.0 + samples / 100, MLP))


def test_a_prediction_is_never_less_than_its_first_batch():
    assert 3.0 == extrapolated(lambda samples: 3.0 if samples == 10 else 1.0, MLP)


@pytest.mark.skipif(sys.platform == "win32", reason="workers use no sockets there")
@pytest.mark.parametrize("kind", [Loading, LoadedTraining])
def test_workers_that_cannot_hand_over_their_batches_are_not_waited_for(kind, monkeypatch, tmp_path):
    """A socket's path is short: below a deep TMPDIR there is no room for its name."""
    deep = tmp_path / ("deep" * 30)
    deep.mkdir()
    monkeypatch.setitem(current_process()._config, "tempdir", str(deep))
    monkeypatch.setattr(tempfile, "tempdir", str(deep))

    expected = f"{deep} cannot hold temporary files: AF_UNIX path too long; TMPDIR names another folder"
    assert expected == kind(MLP, cell(workers=1)).unavailable()
    assert kind(MLP, cell(workers=0)).unavailable() is None
