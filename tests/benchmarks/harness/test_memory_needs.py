from crossover.benchmarks.harness.memory_needs import shortage_reason, training_bytes
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
