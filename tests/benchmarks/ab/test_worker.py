"""The side as it is: real training, one epoch a turn."""

import sys
import threading
from dataclasses import replace

import pytest
import torch

from crossover.benchmarks.ab import worker
from crossover.benchmarks.ab.answering import failure
from crossover.benchmarks.ab.side_process import Side, SideProcess
from crossover.benchmarks.ab.worker import TurnWorker
from crossover.benchmarks.kinds.training import timed
from crossover.benchmarks.kinds.training.timed import Training
from crossover.model.workloads import MLP
from tools.extra_work import ExtraWork


@pytest.fixture(autouse=True)
def short_warm_ups(monkeypatch):
    monkeypatch.setattr(timed, "WARM_UP_S", 0.0)


def test_a_side_says_what_it_runs_and_takes_turns(pytestconfig, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    with SideProcess(Side("this tree", pytestconfig.rootpath, sys.executable)) as side:
        facts = side.hello()
        prepared = side.ask(do="prepare", scale=1, device="cpu")
        turns = [side.ask(do="turn") for _ in range(2)]

    assert {"VERSION", "SAMPLES", "TEST_SAMPLES", "BATCH_SIZE", "EPOCHS", "SEED"} <= set(facts["workload"])
    assert 1 == facts["threads"]
    assert (90_902, 0.5) == (prepared["parameters"], prepared["learning_rate"])
    assert all(turn["seconds"] > 0 for turn in turns)
    assert turns[0]["loss"] == turns[1]["loss"]


@pytest.mark.parametrize(
    ("device", "key", "expected"),
    [("gpu", "error", "'gpu' is no device"), ("xpu", "left_out", "finds no XPU device here")],
)
def test_a_device_that_is_not_here(device, key, expected):
    assert expected in TurnWorker(Training).prepare(1, device)[key]


def test_a_cell_that_does_not_fit_the_memory():
    assert "free" in TurnWorker(Training).prepare(100_000, "cpu")["left_out"]


@pytest.mark.parametrize(
    ("request_", "error", "expected"),
    [
        ("prepare", torch.OutOfMemoryError("CUDA out of memory.\nTried"), "left_out"),
        ("turn", torch.OutOfMemoryError("CUDA out of memory.\nTried"), "error"),
        ("prepare", RuntimeError("a fault"), "error"),
    ],
)
def test_only_a_cell_that_does_not_fit_may_be_left_to_other_processes(request_, error, expected):
    assert {expected: f"{type(error).__name__}: {str(error).splitlines()[0]}"} == failure(request_, error)


def test_between_turns_a_side_keeps_no_network():
    turns = TurnWorker(Training)
    turns.prepare(1, "cpu")
    prepared = list(turns.training.network.parameters())
    turns.turn()

    assert [[], []] == [prepared, list(turns.training.network.parameters())]


def test_a_turn_may_be_a_part_of_an_epoch_after_a_step_that_is_not_timed():
    worker = TurnWorker(Training)
    worker.prepare(1, "cpu")
    whole, part = worker.turn()["loss"], worker.turn(share=0.05)["loss"]

    assert 5 == len(worker.training.history.losses[0])
    assert whole != part


def test_a_part_of_an_epoch_whose_loss_is_no_number_is_an_error():
    worker = TurnWorker(Training)
    worker.prepare(1, "cpu")
    assert worker.training
    worker.training.workload = replace(MLP, learning_rate=lambda scale: 1e30)

    assert worker.turn(share=0.05)["error"].startswith("training[cpu-1] diverged: the loss became ")


def test_a_side_trains_by_the_recipe_that_it_is_told():
    worker = TurnWorker(Training)
    worker.prepare(1, "cpu", recipe="fused")

    assert "fused" == worker.training.recipe.name
    assert "no recipe is called 'fast'" in worker.prepare(1, "cpu", recipe="fast")["error"]
    assert worker.prepare(1, "cpu", recipe="graphed")["left_out"]


def test_the_size_of_a_cell_is_told_without_preparing_it():
    worker = TurnWorker(Training)

    assert {"parameters": 90_902, "samples": 1000, "batch_size": 10} == worker.size(1, "cpu")
    assert {"parameters": 90_902, "samples": 1280, "batch_size": 64} == worker.size(1, "cpu", batch_size=64)
    assert worker.size(100_000, "cpu")["left_out"].startswith("needs ")
    assert "parameters" not in worker.size(1, "xpu")
    assert worker.training is None


def test_going_back_to_one_of_the_last_sizes_prepares_nothing_again(monkeypatch):
    monkeypatch.setattr(worker, "KEPT", 2)
    prepared = []

    class Noting(Training):
        def predict(self):
            prepared.append(self.cell.scale)
            return super().predict()

    side = TurnWorker(Noting)
    for scale in (1, 2, 1, 2, 3, 2, 1):
        assert side.prepare(scale, "cpu")["parameters"] == MLP.size(scale).parameters
        assert scale == side.training.cell.scale

    assert [1, 2, 3, 1] == prepared


def test_a_training_that_diverges_is_an_error():
    turns = TurnWorker(Training)
    turns.prepare(1, "cpu")
    assert turns.training
    turns.training.workload = replace(MLP, learning_rate=lambda scale: 1e9)

    assert turns.turn()["error"].startswith("training[cpu-1] diverged: the loss became ")


def test_extra_work_is_a_twentieth_of_all_batches():
    turns = TurnWorker(ExtraWork)
    turns.prepare(1, "cpu")
    turns.turn()

    assert 105 == len(turns.training.history.losses[0])
    assert (1050, 210) == (len(turns.training.data.train), len(turns.training.data.test))


def test_a_signal_while_a_side_is_asked_leaves_no_thread_to_wait_for(pytestconfig, monkeypatch):
    """Python waits at its end for a thread that is no daemon: Ctrl-C would be heeded half an hour later."""
    begun = threading.Timer.start
    timers = []

    def interrupted(timer):
        begun(timer)
        timers.append(timer)
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Timer, "start", interrupted)
    with (
        SideProcess(Side("this tree", pytestconfig.rootpath, sys.executable)) as side,
        pytest.raises(KeyboardInterrupt),
    ):
        side.hello()
    (timer,) = timers
    timer.join(10)

    assert not timer.is_alive()
    assert timer.daemon


def test_a_users_workload_is_checked_once_at_the_first_scale(tmp_path, monkeypatch):
    """A search asks for the size of many scales, and none but the first may cost a training."""
    (tmp_path / "mine.py").write_text(
        "import torch\n"
        "def network(scale):\n"
        "    return torch.nn.Linear(10 * scale, 2)\n"
        "def samples(scale, count, generator):\n"
        "    return torch.randn(count, 10 * scale, generator=generator), torch.zeros(count, dtype=torch.long)\n"
    )
    monkeypatch.setattr(sys, "path", list(sys.path))
    checked = []
    monkeypatch.setattr(worker, "require_trainable", lambda workload, scale: checked.append(scale))
    side = TurnWorker(Training)
    sizes = [side.size(scale, "cpu", workload=str(tmp_path / "mine.py"))["parameters"] for scale in (1, 2, 3)]

    assert ([1], [22, 42, 62]) == (checked, sizes)
