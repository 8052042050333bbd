"""How training is shared out among ranks, and what is said where it cannot be."""

from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from crossover import signals
from crossover.benchmarks.harness import collection, session_start
from crossover.benchmarks.kinds.distributed.timed import CommonPlan, DistributedTraining, cases, together
from crossover.benchmarks.machine.cell_errors import CellEndedError
from crossover.benchmarks.machine.process_group import RankLostError, Ranks
from crossover.benchmarks.machine.torchrun import Place
from crossover.benchmarks.runs.cells import Cell, Status
from crossover.model.workloads import MLP


def cell_of(strategy="ddp", scaling="strong", device="cpu", size=2):
    case = (("strategy", strategy), ("scaling", scaling), ("world_size", size), ("nodes", 1))
    return Cell("distributed", 20, device, case=case)


def training(size=2, **parts):
    return DistributedTraining(MLP, cell_of(size=size, **parts), 1, Ranks(size=size, local_size=size))


@pytest.mark.parametrize(
    ("size", "scaling", "expected"),
    [
        (2, "strong", None),
        (5, "strong", None),
        (3, "strong", "1000 samples cannot be shared out evenly among 3 ranks"),
        (4, "strong", "10 samples a batch cannot be shared out evenly among 4 ranks"),
        (4, "weak", None),
        (16, "weak", "1000 samples cannot be shared out evenly among 16 ranks"),
    ],
)
def test_a_world_that_does_not_divide_the_batch_is_told_so(size, scaling, expected):
    assert expected == training(size, scaling=scaling).unavailable()


def test_devices_that_ranks_cannot_share_are_told(monkeypatch):
    assert "no backend for mps" in training(device="mps").unavailable()
    assert "each rank takes a device of its own: --devices cuda" == training(device="cuda:1").unavailable()
    monkeypatch.setattr("torch.cuda.device_count", lambda: 1)
    assert "2 ranks on a machine with 1 CUDA devices" == training(device="cuda").unavailable()


def test_ranks_of_a_machine_share_its_memory():
    """Two whole copies take twice what one takes; two halves and what is gathered, about as much as one and a third."""
    plain, ddp, fsdp = (training(size, strategy=strategy).needed_bytes()["cpu"]
                        for size, strategy in [(1, "plain"), (2, "ddp"), (2, "fsdp")])  # fmt: skip

    assert ddp > 2 * plain
    assert 1.2 * plain < fsdp < 1.4 * plain


def test_one_process_is_measured_once_and_several_in_each_way():
    assert [("plain", "strong", 1, 1)] == cases(Place(), "weak")
    assert [("ddp", "weak", 4, 2), ("fsdp", "weak", 4, 2)] == cases(Place(size=4, nodes=2), "weak")


@pytest.mark.runs
def test_without_torchrun_the_command_is_shown_and_the_run_is_not_green(run_pytest):
    shown = run_pytest("benchmarks/test_distributed.py", "--benchmark-autosave")

    assert pytest.ExitCode.NO_TESTS_COLLECTED == shown.returncode, shown.stdout
    assert (
        "which needs torchrun:\n  torchrun --nproc-per-node 2 -m pytest benchmarks/test_distributed.py" in shown.stdout
    )
    assert "1 skipped" in shown.stdout
    assert "Crossover" not in shown.stdout


TORCHRUN = {
    "TORCHELASTIC_RUN_ID": "x",
    "RANK": "3",
    "WORLD_SIZE": "4",
    "LOCAL_RANK": "1",
    "LOCAL_WORLD_SIZE": "2",
    "GROUP_WORLD_SIZE": "2",
}


def test_torchrun_tells_a_process_its_place(monkeypatch):
    assert Place.launched() is None
    for name, value in TORCHRUN.items():
        monkeypatch.setenv(name, value)

    assert Place(rank=3, size=4, local_rank=1, local_size=2, nodes=2) == Place.launched()


def test_torchrun_with_other_benchmarks_is_a_usage_error(monkeypatch):
    """Each process would measure all by itself, and all at the same time."""
    other = SimpleNamespace(nodeid="benchmarks/test_training.py::test_training[cpu-1]")
    collection.require_ranks([other])
    for name, value in TORCHRUN.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(pytest.UsageError, match=r"name benchmarks/test_distributed\.py, or leave torchrun out"):
        collection.require_ranks([other])


@pytest.mark.parametrize(("local_rank", "expected"), [(0, ["session"]), (1, [])])
def test_the_first_rank_of_a_machine_counts_as_its_session(local_rank, expected, monkeypatch):
    """None of them but rank 0 saves, so `--resume` asks nothing of them."""
    begun, cleanups = [], []
    options = [f"benchmark_{name}" for name in ("save", "autosave", "json", "disable", "enable", "skip")]
    run = SimpleNamespace(
        names={"cell": "name"},
        workload=MLP,
        place=Place(rank=2 + local_rank, size=4, local_rank=local_rank, local_size=2, nodes=2),
        config=SimpleNamespace(
            option=SimpleNamespace(collectonly=False, **dict.fromkeys(options)), add_cleanup=cleanups.append
        ),
        options=SimpleNamespace(resume=True, skip_killed=False, alongside=False),
        session=SimpleNamespace(lock=SimpleNamespace(begin=lambda alongside: begun.append("session"))),
    )

    monkeypatch.setattr(session_start, "look_around", lambda run: None)
    session_start.begin(run)
    cleanups.pop()()  # the tests answer signals as before
    assert expected == begun


def test_an_error_of_one_rank_ends_the_run_and_not_the_cell(monkeypatch):
    """As an interrupt: pytest-benchmark keeps the rounds before it."""
    monkeypatch.setattr(signals, "ignore", lambda: None)  # the tests answer signals as before
    steps = [getattr(training(), name) for name in ("setup", "work", "check")]
    for step in [*steps, CommonPlan(Mock(), cell_of(), training(), is_disabled=False).make]:
        with pytest.raises(RankLostError, match=r"rank 0 of 2: .+; the run ends here"):
            step()


def test_what_all_ranks_have_agreed_on_ends_the_cell_alone():
    @together
    def step(rank):
        raise CellEndedError(Status.TOO_SLOW, "all have agreed on it")

    with pytest.raises(CellEndedError):
        step(training())


@pytest.mark.parametrize("wrong", [{"RANK": None}, {"LOCAL_WORLD_SIZE": "two"}])
def test_variables_that_torchrun_did_not_set_are_a_usage_error(monkeypatch, wrong):
    for name, value in (TORCHRUN | wrong).items():
        monkeypatch.setenv(name, value) if value else monkeypatch.delenv(name, raising=False)

    (name,) = wrong
    with pytest.raises(pytest.UsageError, match=f"TORCHELASTIC_RUN_ID is set, but {name} is no number"):
        Place.launched()
