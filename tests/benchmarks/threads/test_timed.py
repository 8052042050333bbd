"""What the rounds of a cell with threads of its own do, in processes of their own."""

from dataclasses import replace

import psutil
import pytest

from crossover.benchmarks.kinds.training.timed import Training
from crossover.benchmarks.machine.cell_errors import CellEndedError
from crossover.benchmarks.runs.cells import Cell, Status
from crossover.benchmarks.threads import processes as module
from crossover.model.workloads import MLP


@pytest.mark.runs
def test_a_round_is_that_of_a_process_with_its_number_of_threads(timed, processes):
    """It trains what is trained here, times its control, tells its own peak memory, and rests in between."""
    two = timed(2)
    assert two.unavailable() is None
    seconds, control = two.predict(), two.control()
    two.release()
    two.setup()
    beside = control.seconds()
    two.work()
    two.check()
    two.release()
    here = Training(MLP, Cell("training", 1, "cpu"), 1)
    here.begin()
    here.setup()
    here.work()
    here.check()
    (process,) = processes.started.values()

    assert 2 == process.side.hello()["threads"]
    assert seconds > 0 < beside
    assert here.control().identity() == control.identity()
    assert here.figures["first_epoch_loss"] == pytest.approx(two.figures["first_epoch_loss"], rel=1e-3)
    assert set(here.figures) | {"peak_bytes"} == set(two.figures)
    assert two.figures["peak_bytes"] > 4 * 90_902
    assert two.failure is None


@pytest.mark.runs
def test_the_limits_are_those_of_such_a_process(timed):
    assert timed(1).probe()["flop_s"] > 0


def test_rounds_take_turns_among_the_processes(monkeypatch):
    monkeypatch.setattr(module, "Process", lambda threads: type("Process", (), {"is_lost": False, "end": print})())
    with module.Processes(3) as started:
        taken = [started.take(2, number) for number in range(5)]
        assert taken[:3] + taken[:2] == taken
        assert started.take(1, 0) not in taken
        started.started.clear()

    assert module.MOST == module.Processes(50).count


@pytest.mark.runs
def test_torch_with_another_number_of_threads_is_said(timed, processes, monkeypatch):
    """As where they are more than the cores, which MKL does not use."""
    side = processes.take(2, 0).side
    monkeypatch.setattr(side, "said", side.hello() | {"threads": 1})

    assert "torch uses 1 thread here in place of 2" == timed(2).unavailable()


@pytest.mark.runs
def test_code_that_has_changed_since_the_run_began_ends_the_cell(timed):
    with pytest.raises(CellEndedError, match="WorkloadError: mlp has changed since the run began") as ended:
        timed(2, workload=replace(MLP, version="before")).predict()

    assert Status.FAILED is ended.value.outcome.status


@pytest.mark.runs
def test_a_process_that_has_died_ends_its_cell_and_is_started_again_for_the_next(timed, processes):
    one = timed(1)
    one.predict()
    one.setup()
    process = processes.take(1, 0)
    psutil.Process(process.side.process.pid).kill()
    with pytest.raises(CellEndedError, match="1 thread: was killed by SIGKILL, as the system does where memory runs"):
        one.work()
    one.release()
    another = timed(1)

    assert another.predict() > 0
    assert process is not processes.take(1, 0)
