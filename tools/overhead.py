"""Does the suite slow down the loop that it times? Run this file by name, on an otherwise quiet machine:

    pytest tools/overhead.py --scales 1,3,5 --devices cpu --rounds 16

Rounds inside the suite and in a bare script are taken in turn (A B, B A, A B …) and compared pair by pair.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from crossover.benchmarks.kinds.training.timed import Training
from crossover.benchmarks.report.analysis import stats
from crossover.benchmarks.runs.cells import Cell
from crossover.model.workload import Workload

ALLOWED = 0.03
"""The most that the median of the ratios may differ from 1."""


class BareLoop:
    """The bare script in a process of its own, which runs a round when asked and sleeps otherwise."""

    def __init__(self, scale: int, epochs: int) -> None:
        command = [sys.executable, str(Path(__file__).with_name("bare_loop.py")), str(scale), str(epochs)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.round_s()  # warm-up

    def round_s(self) -> float:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())


@pytest.fixture
def bare(scale: int, epochs: int) -> Iterator[BareLoop]:
    loop = BareLoop(scale, epochs)
    yield loop
    loop.process.communicate()


def test_overhead(
    benchmark: BenchmarkFixture,
    bare: BareLoop,
    workload: Workload,
    cell: Cell,
    epochs: int,
    pytestconfig: pytest.Config,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The median of suite time / bare time over pairs of rounds is 1, give or take 3%."""
    if cell.device != "cpu":
        pytest.skip("the bare loop runs on the CPU: --devices cpu")
    training = Training(workload, cell, epochs)
    training.predict()
    bare_s: list[float] = []
    started = 0

    def setup() -> None:
        nonlocal started
        started += 1
        if started % 2:
            bare_s.append(bare.round_s())
        training.setup()

    def teardown() -> None:
        if not started % 2:
            bare_s.append(bare.round_s())

    benchmark.pedantic(training.work, setup=setup, teardown=teardown, rounds=pytestconfig.getoption("rounds"))
    assert benchmark.stats
    found = stats.median([suite_s / own_s for suite_s, own_s in zip(benchmark.stats.stats.data, bare_s, strict=True)])
    sureness = f"95% interval {found.low:.3f} to {found.high:.3f}, {len(bare_s)} pairs"
    with capsys.disabled():
        print(f"\nscale {cell.scale}: suite / bare = {found.value:.3f}, {sureness}")
    assert abs(found.value - 1) <= ALLOWED
