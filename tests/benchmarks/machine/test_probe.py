import pytest
import torch

from crossover.benchmarks.machine import probe


@pytest.fixture(scope="module")
def limits():
    """A probe of this machine that takes no longer than it must."""
    patch = pytest.MonkeyPatch()
    patch.setattr(probe, "SECONDS_EACH", 0.0)
    patch.setattr(probe, "CPU_SIDE", 256)
    patch.setattr(probe, "BLOCK_BYTES", [2**20, 2**22])
    yield probe.probe("cpu")
    patch.undo()


def test_every_limit_is_positive(limits):
    assert {"flop_s", "read_bytes_s", "copy_bytes_s", "launch_s"} == set(limits)
    assert {"1048576", "4194304"} == set(limits["read_bytes_s"]) == set(limits["copy_bytes_s"])
    assert limits["flop_s"] > 0
    assert 0 < limits["launch_s"] < 1
    assert min(limits["read_bytes_s"].values()) > 0


def test_all_ways_to_multiply_give_the_same_product():
    batch, weight = torch.randn(4, 5), torch.randn(3, 5)
    for product in probe.products(batch, weight, "cpu"):
        result = product()
        torch.testing.assert_close(result.to_dense() if result.is_mkldnn else result, batch @ weight.T)


def test_the_best_of_each_limit_counts():
    """The second pass was disturbed, all but the launching."""
    passes = [{"flop_s": 9.0, "read_bytes_s": {"1": 4.0, "2": 7.0}, "launch_s": 2.0}]
    passes += [{"flop_s": 1.0, "read_bytes_s": {"1": 5.0, "2": 1.0}, "launch_s": 1.0}]

    assert {"flop_s": 9.0, "read_bytes_s": {"1": 5.0, "2": 7.0}, "launch_s": 1.0} == probe.best(*passes)


def test_the_fastest_of_several_times_counts(monkeypatch):
    ticks = iter([0.0, 9.0, 0.0, 9.0, 0.0, 5.0, 10.0, 12.0])
    monkeypatch.setattr(probe.time, "perf_counter", lambda: next(ticks))

    assert 2.0 == probe.fastest_s(lambda: None, "cpu")


def test_short_work_is_timed_in_stretches(monkeypatch):
    """A clock that ticks a millisecond at every call of the work, and waiting that takes a second, once a stretch."""
    now = [0.0]

    def work():
        now[0] += 1e-3

    monkeypatch.setattr(probe.time, "perf_counter", lambda: now[0])

    assert 1e-3 == pytest.approx(probe.fastest_s(work, "cpu"))


def test_a_probe_for_which_there_is_no_memory_does_not_begin(monkeypatch):
    """In a small control group its blocks would get the process killed."""
    monkeypatch.setattr(probe.memory, "free_bytes", lambda _: 400 * 2**20)
    monkeypatch.setattr(probe, "one_pass", None)

    with pytest.raises(MemoryError, match=r"^that needs 537 MB, 419 MB free$"):
        probe.probe("cpu")
