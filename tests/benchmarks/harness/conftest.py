"""Cells that take no time, and a clock that shows what it is told."""

from unittest.mock import Mock

import pytest

from crossover.benchmarks.harness.forecast import Forecast
from crossover.benchmarks.harness.options import Options
from crossover.benchmarks.harness.time_budget import Budget
from crossover.benchmarks.kinds import KINDS
from crossover.benchmarks.machine.torchrun import Place
from crossover.model.workloads import MLP


class Run:
    """As much of a run as rounds and turns need: what was asked for, and what is told."""

    def __init__(self, cells, cell_seconds=0):
        self.names = dict.fromkeys(cells)
        self.too_slow = {}
        self.forecast = Forecast(Budget(cell_seconds, rounds=5))
        self.outcomes = {}
        self.measuring = None
        self.announced = []
        self.timed = []
        self.log = []
        self.options = type("Options", (), {"budget": Budget(cell_seconds, rounds=5)})
        self.losses = Mock()
        self.session = Mock(launcher=None, contention=dict)
        self.place = Place()

    def parameters(self, cell):
        return 1000 * cell.scale

    def earlier_cell(self, cell):
        return None

    def describe(self, cell):
        return {}

    def begin(self, cell):
        self.measuring = cell

    def rest(self):
        self.measuring = None

    def note(self, outcomes):
        """What is written to the disk: all that the log has so far is over by then."""
        self.outcomes |= outcomes
        self.log.append("write")


class Benchmark:
    """As much of pytest-benchmark's fixture as a round needs."""

    def __init__(self, timer):
        self.extra_info = {}
        self.has_error = self.disabled = False
        self.stats = type("Metadata", (), {})()
        self.stats.stats = type("Stats", (), {"data": []})()
        self.stats.update = self.stats.stats.data.append
        self.stats.options = {"timer": timer, "disable_gc": False}


class Workload:
    """Writes down what is done to it."""

    def __init__(self, log, **parts):
        self.log = log
        self.failure, self.figures = None, {}
        self.__dict__ |= parts

    def __getattr__(self, name):
        return lambda: self.log.append(name)


@pytest.fixture
def run_of():
    """Makes a run of some cells, with as much of it as rounds and turns need."""
    return Run


@pytest.fixture
def benchmark_of():
    """Makes as much of pytest-benchmark's fixture as a round needs, from a timer."""
    return Benchmark


@pytest.fixture
def work_of():
    """Makes work that writes down in a list what is done to it; its methods may be replaced."""
    return Workload


@pytest.fixture
def options_of():
    """Makes the options of a run on two devices, with two recipes."""

    def make(scales=None, workload=MLP, batch_sizes=None, threads=None):
        return Options(
            KINDS, workload, scales, ["cpu", "mps"], ["article", "fused"], epochs=1, budget=Budget(0, 1), machine=None,
            batch_sizes=batch_sizes, threads=threads,
        )  # fmt: skip

    return make
