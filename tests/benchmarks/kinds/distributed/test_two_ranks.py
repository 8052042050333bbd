"""Two ranks learn what one process learns from the same batches, and may hold half of it each."""

import pytest
import torch
from torch.distributed.launcher.api import LaunchConfig, elastic_launch
from torch.utils.data import DataLoader, DistributedSampler

from crossover.benchmarks.kinds.distributed.timed import DistributedTraining
from crossover.benchmarks.machine.memory import PeakMemory
from crossover.benchmarks.machine.process_group import Ranks
from crossover.benchmarks.runs.cells import Cell
from crossover.model import constants, parallel
from crossover.model.data import Data, Loaders
from crossover.model.training import fit
from crossover.model.workloads import MLP, find

pytestmark = pytest.mark.distributed

TOLERANCE = {"mlp": 1e-5, "transformer": 1e-4}
"""How far a weight may differ, absolutely; those of the MLP begin within 0.1. Adam makes small gradients large."""

NAMES = list(TOLERANCE)

EPOCHS = 2

SMALL_BLOCK_WEIGHTS = 25_000
"""Several blocks of uneven sizes at scale 1."""

MOST_MEMORY = 0.65
"""The share of one process's memory that a rank of two may need under `fully_shard`, at scale 20."""


@pytest.fixture(scope="module")
def figures(tmp_path_factory):
    """What two ranks learn and what memory they need, started by what torchrun starts ranks with.

    These are forked, so that they have imported what the tests have.
    """
    path = tmp_path_factory.mktemp("ranks") / "figures.pt"
    config = LaunchConfig(
        min_nodes=1, max_nodes=1, nproc_per_node=2, run_id="two-ranks", rdzv_backend="c10d",
        rdzv_endpoint="localhost:0", max_restarts=0, start_method="fork",
    )  # fmt: skip
    elastic_launch(config, write_figures)(path)
    return torch.load(path)


def write_figures(path):
    """What each of the ranks does."""
    from crossover.model import sharded  # takes seconds, and is collected with all other tests

    torch.set_num_threads(1)
    with Ranks.launched().joined() as ranks:
        peaks_bytes = {strategy: ranks.gather(peak_bytes(ranks, strategy)) for strategy in ("plain", "fsdp")}
        sharded.BLOCK_WEIGHTS = SMALL_BLOCK_WEIGHTS
        learnt = {(strategy, name): weights(strategy, find(name)) for strategy in ("ddp", "fsdp") for name in NAMES}
        if not ranks.rank:
            torch.save({"peaks_bytes": peaks_bytes, "learnt": learnt}, path)


def peak_bytes(ranks, strategy):
    """The most memory of this rank in a step at scale 20."""

    def training(scale):
        case = (("strategy", strategy), ("scaling", "strong"), ("world_size", 2), ("nodes", 1))
        return DistributedTraining(MLP, Cell("distributed", scale, "cpu", case=case), 1, ranks)

    training(1).predict()  # loads libraries
    large = training(20)
    large.data = Data.of(MLP, 20).first(10, 10)
    peak = PeakMemory("cpu")
    large.setup()
    large.work()
    return peak.bytes()


def weights(strategy, workload):
    """Those that the ranks drew, and those that they learnt, put together."""
    network = parallel.STRATEGIES[strategy](workload, 1, "cpu")
    drawn = [parameter.clone() for parameter in whole(network)]
    data = Data.of(workload, 1).first(100, 20)
    parallel.prepare(network, data, workload, scale=1, batch_size=10)(EPOCHS)
    return drawn, whole(network)


def whole(network):
    from crossover.model import sharded

    if isinstance(network, torch.nn.parallel.DistributedDataParallel):
        return [parameter.detach() for parameter in network.parameters()]
    if not sharded.layers_of(network):
        network.reshard()  # after a test the outermost module still holds its weights whole
        return [parameter.full_tensor().detach() for parameter in network.parameters()]
    return [
        torch.cat([getattr(block, name).full_tensor().detach() for block in layer.blocks])
        for layer in sharded.layers_of(network)
        for name in ("weight", "bias")
    ]


@pytest.fixture(params=NAMES)
def alone(request):
    """A workload's name, the weights that one process draws, and those that it learns from the same global batches."""
    workload = find(request.param)
    torch.manual_seed(constants.SEED)
    network = workload.network(1)
    drawn = [parameter.detach().clone() for parameter in network.parameters()]
    data = Data.of(workload, 1).first(100, 20)
    order = DistributedSampler(data.train, num_replicas=1, rank=0, seed=constants.SEED)
    loaders = Loaders(DataLoader(data.train, 10, sampler=order), DataLoader(data.test, 10))
    optimizer = workload.make_optimizer(network.parameters(), 1)
    for epoch in range(EPOCHS):
        order.set_epoch(epoch)
        fit(network, loaders, workload, optimizer, epochs=1)
    return workload.name, drawn, [parameter.detach() for parameter in network.parameters()]


@pytest.mark.parametrize("strategy", ["ddp", "fsdp"])
def test_two_ranks_begin_with_the_weights_of_one(figures, alone, strategy):
    name, drawn, _ = alone
    for ours, theirs in zip(figures["learnt"][strategy, name][0], drawn, strict=True):
        assert torch.equal(theirs, ours)


@pytest.mark.parametrize("strategy", ["ddp", "fsdp"])
def test_two_ranks_learn_the_weights_of_one(figures, alone, strategy):
    name, drawn, learnt = alone
    for before, ours, theirs in zip(drawn, figures["learnt"][strategy, name][1], learnt, strict=True):
        torch.testing.assert_close(ours, theirs, atol=TOLERANCE[name], rtol=0)
        assert not torch.allclose(before, theirs, atol=10 * TOLERANCE[name], rtol=0)  # or nothing was learnt


def test_a_rank_that_holds_a_part_needs_little_more_than_half_of_the_memory(figures):
    """Beside what a rank needs that trains all of the network by itself."""
    plain, fsdp = (figures["peaks_bytes"][strategy] for strategy in ("plain", "fsdp"))

    assert max(fsdp) < MOST_MEMORY * min(plain)
    assert min(plain) > 2 * 4 * MLP.size(20).parameters  # weights and gradients, or nothing was measured
