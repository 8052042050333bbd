"""Real processes that train for an epoch."""

import pytest

from crossover.benchmarks.kinds.training.timed import Training
from crossover.benchmarks.runs.cells import Cell
from crossover.benchmarks.threads.processes import Processes
from crossover.benchmarks.threads.timed import TrainingByThreads
from crossover.model.workloads import MLP


@pytest.fixture(scope="module")
def processes():
    """One process for each number of threads, as a run with single rounds has: they take seconds to start."""
    with Processes(1) as started:
        yield started


@pytest.fixture
def timed(processes):
    """Makes what is timed of a training of an epoch with a number of threads."""

    def make(threads, scale=1, workload=MLP, name="mlp"):
        training = Training(workload, Cell("training", scale, "cpu", threads=threads), 1)
        return TrainingByThreads(training, name, processes)

    return make
