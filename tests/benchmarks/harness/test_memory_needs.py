import dataclasses

import torch

from crossover.benchmarks.harness.memory_needs import loading_bytes, shortage_reason, training_bytes
from crossover.model.workload import Size
from crossover.model.workloads import MLP


def test_a_shortage_says_what_is_needed_and_what_there_is():
    assert "needs 7.4 GB, 5.1 GB free" == shortage_reason({"cpu": 7_400_000_000}, {"cpu": 5_100_000_000}.get)


def test_a_shortage_on_either_of_two_devices_counts():
    """A network for a large GPU that the machine around it cannot even draw."""
    free = {"cuda": 10**11, "cpu": 10**9}.get

    assert "needs 4.0 GB on cpu, 1.0 GB free" == shortage_reason({"cuda": 8 * 10**9, "cpu": 4 * 10**9}, free)


def test_what_fits_exactly_is_no_shortage():
    assert shortage_reason({"cpu": 100}, {"cpu": 100}.get) is None


def test_training_needs_weights_gradients_and_data():
    """Scale 100 has 3.6 GB of weights: it needs more than twice that, and not three times."""
    weights = 4 * 900_090_002

    assert 2 * weights < training_bytes("cpu", MLP.size(100), 1200)["cpu"] < 3 * weights


def test_training_elsewhere_needs_a_copy_of_the_weights_on_the_cpu_too():
    needed = training_bytes("cuda:1", Size(10**9, 4 * 10**9, 0, counts=None), 1200)

    assert {"cuda:1", "cpu"} == set(needed)
    assert needed["cuda:1"] == 2 * needed["cpu"] > 8e9


def test_training_needs_what_its_optimizer_keeps():
    """Adam keeps two copies of the weights, only where it trains; the rest is the same as for plain descent."""
    adam = dataclasses.replace(MLP, optimizer=lambda parameters, scale: torch.optim.Adam(parameters))
    plain, more = (training_bytes("cuda", workload.size(10), 1200) for workload in (MLP, adam))
    weights = 4 * 9_009_002

    assert 2 * weights < more["cuda"] - plain["cuda"] < 2.3 * weights
    assert plain["cpu"] == more["cpu"]


def test_training_needs_the_activations_of_a_batch():
    small, large = (dataclasses.replace(MLP, batch_size=size).size(1) for size in (10, 1000))
    outputs = 300 + 200 + 2

    assert 4 * 990 * outputs < training_bytes("cpu", large, 0)["cpu"] - training_bytes("cpu", small, 0)["cpu"]


def test_what_is_not_counted_needs_its_weights_and_data_all_the_same():
    size = Size(1000, 4000, 100, counts=None)

    assert {"cpu": int(1.1 * (2 * 4000 + 50 * 100))} == training_bytes("cpu", size, 50)


def test_loading_needs_the_samples_here_and_there():
    size = Size(1000, 4000, 100, counts=None)

    assert {"cuda": 5500, "cpu": 5500} == loading_bytes("cuda", size, 50)
    assert {"cpu": 5500} == loading_bytes("cpu", size, 50)
