from dataclasses import replace

import pytest
import torch

from crossover.model.data import Data
from crossover.model.network import NeuralNetwork
from crossover.model.recipes import RECIPES, UnknownRecipeError, fused, gemm, graphed, recipe
from crossover.model.recipes.threads import best_threads, threads
from crossover.model.workload import Workload
from crossover.model.workloads import MLP

HERE = [name for name, known in RECIPES.items() if known.unavailable("cpu", MLP) is None]
EXACT = [name for name in HERE if not RECIPES[name].reduced_precision]
BATCH = 10


@pytest.fixture(autouse=True)
def one_thread():
    """Threads that wait for each other make small trainings slow on a busy machine."""
    with threads(1):
        yield


def train(name, *, dtype=torch.float32, epochs=1, batch_size=BATCH, samples=130):
    """A small training: the network and its history."""
    torch.manual_seed(123)
    network = NeuralNetwork.scaled(1).to(dtype)
    data = Data.of(MLP, 1).first(samples, 50)
    for part in (data.train, data.test):
        part.features = part.features.to(dtype)
    generator = torch.Generator().manual_seed(1)
    fit = recipe(name).prepare(network, data, MLP, scale=1, batch_size=batch_size, generator=generator)
    return network, fit(epochs)


def parameters(network):
    return torch.nn.utils.parameters_to_vector(network.parameters()).detach()


@pytest.mark.parametrize("name", EXACT)
def test_every_recipe_ends_an_epoch_with_the_articles_weights(name):
    """To one part in a thousand of what they moved: float32 adds in another order, and training magnifies that."""
    expected, _ = train("article")
    actual, _ = train(name)
    torch.manual_seed(123)
    start = parameters(NeuralNetwork.scaled(1))

    moved = (parameters(expected) - start).norm()
    assert (parameters(actual) - parameters(expected)).norm() < 1e-3 * moved


@pytest.mark.parametrize("name", EXACT)
def test_in_float64_the_losses_agree_to_rounding(name):
    _, expected = train("article", dtype=torch.float64, epochs=3)
    _, actual = train(name, dtype=torch.float64, epochs=3)

    torch.testing.assert_close(torch.tensor(actual.losses), torch.tensor(expected.losses), rtol=1e-9, atol=1e-12)
    assert expected.accuracies == actual.accuracies


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize(("batch_size", "samples"), [(7, 130), (60, 130), (60, 60), (60, 50)])
def test_a_batch_that_does_not_divide_the_data_is_trained_on_like_any_other(name, batch_size, samples):
    """Some of them, all at once, and a batch that is never full; few sizes, as native code is compiled for each."""
    _, expected = train("article", dtype=torch.float64, batch_size=batch_size, samples=samples, epochs=2)
    _, actual = train(name, dtype=torch.float64, batch_size=batch_size, samples=samples, epochs=2)

    assert [len(losses) for losses in expected.losses] == [len(losses) for losses in actual.losses]
    torch.testing.assert_close(torch.tensor(actual.losses), torch.tensor(expected.losses), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", HERE)
def test_training_goes_on_where_it_stopped(name):
    """Calling `fit` twice is training longer."""
    torch.manual_seed(123)
    network = NeuralNetwork.scaled(1)
    generator = torch.Generator().manual_seed(1)
    data = Data.of(MLP, 1).first(130, 50)
    fit = recipe(name).prepare(network, data, MLP, scale=1, batch_size=BATCH, generator=generator)
    twice = [*fit(1).losses, *fit(1).losses]
    _, once = train(name, epochs=2)

    torch.testing.assert_close(torch.tensor(twice), torch.tensor(once.losses), rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("name", HERE)
def test_preparing_changes_neither_the_network_nor_the_order_nor_the_threads(name):
    network = NeuralNetwork.scaled(1)
    generator = torch.Generator().manual_seed(1)
    before = parameters(network).clone(), generator.get_state(), torch.get_num_threads()
    recipe(name).prepare(network, Data.of(MLP, 1), MLP, scale=1, batch_size=BATCH, generator=generator)

    assert torch.equal(before[0], parameters(network))
    assert torch.equal(before[1], generator.get_state())
    assert before[2] == torch.get_num_threads()


@pytest.mark.parametrize("name", HERE)
def test_training_leaves_threads_and_gradient_mode_as_they_were(name):
    with threads(2):
        network, _ = train(name)

        assert 2 == torch.get_num_threads()
    assert torch.is_grad_enabled()
    assert network(torch.randn(3, 100)).requires_grad


def test_threads_are_as_many_as_before_even_after_an_error():
    with pytest.raises(ZeroDivisionError), threads(2):
        raise ZeroDivisionError

    assert 1 == torch.get_num_threads()


@pytest.mark.parametrize(("seconds", "best"), [({1: 3.0, 2: 2.0}, 2), ({1: 2.0, 2: 3.0}, 1)])
def test_the_number_of_threads_is_the_one_that_takes_least_time(monkeypatch, seconds, best):
    clock = [0.0]
    monkeypatch.setattr("crossover.model.recipes.threads.perf_counter", lambda: clock[0])
    with threads(2):
        assert best == best_threads(lambda count: clock.__setitem__(0, clock[0] + seconds[count]))


def test_an_unknown_recipe_lists_the_known_ones():
    with pytest.raises(UnknownRecipeError, match=r"'fuse'; known: article, resident, fused"):
        recipe("fuse")


def test_graphs_are_unavailable_off_cuda_and_where_there_is_no_cuda(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)

    assert "CUDA graphs need a CUDA device, not cpu" == graphed.unavailable("cpu")
    assert "CUDA graphs need CUDA, which is not available here" == graphed.unavailable("cuda:1")


def test_graphs_are_available_where_there_is_cuda(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)

    assert graphed.unavailable("cuda:1") is None


@pytest.mark.parametrize("name", ["fused", "deferred"])
def test_a_network_that_a_recipe_cannot_train_is_refused(name):
    network = torch.nn.Sequential(torch.nn.Conv1d(1, 1, 3), torch.nn.Linear(98, 2))
    with pytest.raises(TypeError, match="linear layers"):
        recipe(name).prepare(
            network, Data.of(MLP, 1), MLP, scale=1, batch_size=BATCH, generator=torch.Generator().manual_seed(1)
        )


def test_learning_gives_the_layers_their_own_forward_back():
    network = NeuralNetwork.scaled(1)
    learning = fused.Learning(network, 0.5, BATCH)
    with learning:
        network(torch.randn(BATCH, 100)).sum().backward()

    assert all(parameter.grad is None for parameter in network.parameters())
    network(torch.randn(BATCH, 100)).sum().backward()
    assert all(parameter.grad is not None for parameter in network.parameters())


@pytest.mark.parametrize("way", gemm.ways(torch.zeros(3, 4), packed=True))
def test_every_product_is_the_linear_layers(way):
    weight, bias, inputs = torch.randn(30, 40), torch.randn(30), torch.randn(7, 40)

    torch.testing.assert_close(way(weight, bias, 7)(inputs), torch.nn.functional.linear(inputs, weight, bias))


@pytest.mark.parametrize("way", gemm.ways(torch.zeros(3, 4).T, packed=False))
def test_ways_for_a_single_use_follow_a_weight_that_changes(way):
    weight, inputs = torch.randn(30, 40).T, torch.randn(7, 30)
    product = way(weight, None, 7)
    product(inputs)
    weight.mul_(2)

    torch.testing.assert_close(product(inputs), inputs @ weight.T)


def test_the_fastest_way_counts_making_it_once_and_using_it_often(monkeypatch):
    """A way that is slow to make and fast to use wins from some number of uses on."""
    clock = [0.0]

    def way(make_s, use_s):
        def make(weight, bias, batch_size):
            clock[0] += make_s
            return lambda inputs: clock.__setitem__(0, clock[0] + use_s)

        return make

    packed, unpacked = way(10, 1), way(0, 3)
    monkeypatch.setattr(gemm, "perf_counter", lambda: clock[0])
    monkeypatch.setattr(gemm, "ways", lambda weight, packed_ways=None, **kwargs: [unpacked, packed])

    assert unpacked is gemm.fastest(torch.zeros(2, 2), None, 1, uses=4)
    assert packed is gemm.fastest(torch.zeros(2, 2), None, 1, uses=6)


class Tied(torch.nn.Module):
    """Convolutions over embedded tokens; what it puts out are products with the embedding that it began with."""

    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(12, 8)
        self.frozen = torch.nn.Parameter(torch.randn(8), requires_grad=False)
        self.unused = torch.nn.Linear(2, 2)
        self.layers = torch.nn.Sequential(
            torch.nn.Conv1d(8, 8, 3, padding=1), torch.nn.ReLU(), torch.nn.GroupNorm(2, 8), torch.nn.Conv1d(8, 8, 1)
        )

    def forward(self, tokens):
        embedded = self.embedding(tokens) + self.frozen
        return self.layers(embedded.transpose(1, 2)).transpose(1, 2) @ self.embedding.weight.T


def tokens(scale, count, generator):
    """The target of a token is twice that token, which a small network can learn."""
    features = torch.randint(0, 12, (count, 5), generator=generator)
    return features, features * 2 % 12


OPTIMIZERS = {
    "SGD": lambda parameters, scale: torch.optim.SGD(parameters, lr=0.1),
    "momentum": lambda parameters, scale: torch.optim.SGD(parameters, lr=0.05, momentum=0.9),
    "Adam": lambda parameters, scale: torch.optim.Adam(parameters, lr=0.01),
    "default": None,
}


def tied(optimizer):
    return Workload("tied.py", lambda scale: Tied(), tokens, optimizer=OPTIMIZERS[optimizer], version="a hash")


def train_tied(name, optimizer, epochs=3):
    """A small training of a network with shared, frozen and unused weights, in float64."""
    workload = tied(optimizer)
    torch.manual_seed(123)
    network = Tied().double()
    data = Data.of(workload, 1).first(130, 50)
    generator = torch.Generator().manual_seed(1)
    fit = recipe(name).prepare(network, data, workload, scale=1, batch_size=BATCH, generator=generator)
    return network, fit(epochs)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("name", ["resident", "fused"])
def test_any_network_learns_by_any_optimizer_what_the_article_has_it_learn(name, optimizer):
    article, expected = train_tied("article", optimizer)
    network, actual = train_tied(name, optimizer)

    torch.testing.assert_close(torch.tensor(actual.losses), torch.tensor(expected.losses), rtol=1e-9, atol=1e-12)
    torch.testing.assert_close(actual.accuracies, expected.accuracies)
    torch.testing.assert_close(parameters(network), parameters(article))
    assert actual.losses[-1][-1] < actual.losses[0][0]  # or nothing was learnt


def test_after_training_fused_keeps_neither_hooks_nor_gradients():
    network, _ = train_tied("fused", "Adam", epochs=1)
    before = parameters(network).clone()
    features, targets = tokens(1, BATCH, torch.Generator())

    assert all(parameter.grad is None for parameter in network.parameters())
    torch.nn.functional.cross_entropy(network(features).flatten(0, 1), targets.flatten()).backward()
    assert network.embedding.weight.grad is not None
    assert torch.equal(before, parameters(network))


def test_updating_holds_one_gradient_at_a_time():
    """Each weight is updated within the backward pass, a shared one once, when its gradient is complete."""
    network = Tied()
    steps = []

    class Counting(torch.optim.SGD):
        def step(self, closure=None):
            held = [name for name, parameter in network.named_parameters() if parameter.grad is not None]
            steps.append(held)
            super().step(closure)

    features, targets = tokens(1, BATCH, torch.Generator())
    with fused.Updating(network, lambda weights: Counting(weights, lr=0.1)):
        torch.nn.functional.cross_entropy(network(features).flatten(0, 1), targets.flatten()).backward()

    learning = {"embedding.weight", *(f"layers.{number}.{name}" for number in (0, 2, 3) for name in ("weight", "bias"))}
    assert sorted([name] for name in learning) == sorted(steps)


@pytest.mark.parametrize("name", ["deferred", "native"])
def test_recipes_for_the_mlp_are_unavailable_for_others(name):
    assert "only for the MLP" == RECIPES[name].unavailable("cpu", tied("SGD"))


@pytest.mark.parametrize("name", ["article", "resident", "fused"])
def test_recipes_for_any_network_are_available_for_any(name):
    assert RECIPES[name].unavailable("cpu", tied("SGD")) is None


def test_where_a_recipe_cannot_run_is_said_of_any_workload():
    assert "CUDA graphs need a CUDA device, not cpu" == RECIPES["graphed"].unavailable("cpu", tied("SGD"))


def test_a_round_is_its_steps_and_its_tests():
    counts = MLP.size(3).counts

    assert counts.step.times(1000) + counts.forward.times(200) == recipe("article").cost(MLP, 3, 10)


def test_what_is_not_counted_has_no_cost():
    workload = Workload("here.py", lambda scale: torch.nn.Linear(5, 2, device="cpu"), tokens)

    assert recipe("article").cost(workload, 1, 10) is None


def test_native_is_for_batches_that_are_worth_compiling():
    reason = RECIPES["native"].unavailable("cpu", replace(MLP, batch_size=257))

    assert "made for batches of up to 256" == reason
    assert RECIPES["native"].unavailable("cpu", replace(MLP, batch_size=256)) == RECIPES["native"].unavailable(
        "cpu", MLP
    )
