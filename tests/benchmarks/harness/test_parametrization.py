"""Which items a run has: their names, and their order."""

import types

import pytest

from crossover.benchmarks.harness.parametrization import parametrize


class Metafunc:
    """What pytest hands out for a test function: here it keeps the ids it is given."""

    def __init__(self, name, *fixturenames):
        self.function = types.SimpleNamespace(__name__=name)
        self.fixturenames = fixturenames
        self.ids = []

    def parametrize(self, names, cells, ids, scope):
        assert all(len(names) == len(cell) for cell in cells)
        self.ids = ids


@pytest.fixture
def ids(options_of):
    """The ids of the items that are made of a test function for some options."""

    def made(metafunc, *asked, **more):
        parametrize(metafunc, options_of(*asked, **more), share_cases=lambda place, scaling: [])
        return metafunc.ids

    return made


def test_training_has_an_item_for_each_scale_and_device(ids):
    training = Metafunc("test_training", "cell", "device", "scale")

    assert ["cpu-1", "mps-1", "cpu-10", "mps-10"] == ids(training, [1, 10])


def test_recipes_of_a_scale_and_device_are_next_to_each_other(ids):
    recipes = Metafunc("test_recipes", "cell", "device", "scale", "recipe")
    expected = "cpu-1-article cpu-1-fused mps-1-article mps-1-fused cpu-2-article cpu-2-fused mps-2-article mps-2-fused"

    assert expected == " ".join(ids(recipes, [1, 2]))


def test_batch_sizes_of_a_scale_follow_each_other_with_the_devices_of_each_side_by_side(ids):
    training = Metafunc("test_training", "device", "scale", "batch_size")
    expected = "cpu-1-batch10 mps-1-batch10 cpu-1-batch64 mps-1-batch64"
    assert expected == " ".join(ids(training, [1], batch_sizes=[10, 64]))

    recipes = Metafunc("test_recipes", "device", "scale", "batch_size", "recipe")
    expected = "cpu-1-batch64-article cpu-1-batch64-fused mps-1-batch64-article mps-1-batch64-fused"
    assert expected == " ".join(ids(recipes, [1], batch_sizes=[64]))


def test_without_the_option_no_name_has_a_batch_size(ids):
    assert ["cpu-1", "mps-1"] == ids(Metafunc("test_training", "device", "scale", "batch_size"), [1])


def test_only_the_cpu_has_an_item_for_each_number_of_threads(ids):
    training = Metafunc("test_training", "device", "scale", "batch_size", "threads")
    recipes = Metafunc("test_recipes", "device", "scale", "recipe")

    assert "cpu-1-2threads cpu-1-1thread mps-1" == " ".join(ids(training, [1], threads=[2, 1]))
    assert "cpu-1-batch64-8threads mps-1-batch64" == " ".join(ids(training, [1], batch_sizes=[64], threads=[8]))
    assert ["cpu-1", "mps-1"] == ids(training, [1])
    assert ["cpu-1-article", "cpu-1-fused"] == ids(recipes, [1], threads=[1, 2])[:2]


def test_where_no_scales_are_given_each_benchmark_has_its_usual_ones(ids):
    assert 2 * 9 == len(ids(Metafunc("test_training", "device", "scale")))
    assert 2 * 2 * 2 == len(ids(Metafunc("test_recipes", "device", "scale", "recipe")))


def test_a_test_without_a_cell_is_left_alone(ids):
    assert [] == ids(Metafunc("test_other"))
