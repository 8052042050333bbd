"""Two ranks learn what one process learns from the same batches."""

import subprocess
import sys

import pytest
import torch
from torch.utils.data import DataLoader, DistributedSampler

from model import workload
from model.data import Data, Loaders
from model.network import NeuralNetwork
from model.training import fit

TOLERANCE = 1e-5
"""How far a weight may differ, absolutely; at first all lie within 0.1."""

EPOCHS = 2

TRAINING = f"""
import sys
import torch
import torch.distributed as dist
from model import parallel, sharded, workload
from model.data import Data

torch.set_num_threads(1)
dist.init_process_group("gloo")
sharded.BLOCK_WEIGHTS = 7_000  # several blocks of uneven sizes


def whole(network):
    if isinstance(network, torch.nn.parallel.DistributedDataParallel):
        return [parameter.detach() for parameter in network.parameters()]
    return [
        torch.cat([getattr(block, name).full_tensor().detach() for block in layer.blocks])
        for layer in sharded.layers_of(network)
        for name in ("weight", "bias")
    ]


learnt = {{}}
for strategy in ("ddp", "fsdp"):
    network = parallel.STRATEGIES[strategy](1, "cpu")
    drawn = whole(network)
    drawn = [parameter.clone() for parameter in drawn]
    data = Data.random(1).first(100, 20)
    parallel.prepare(network, data, batch_size=10, learning_rate=workload.learning_rate(1))({EPOCHS})
    learnt[strategy] = drawn, whole(network)
if dist.get_rank() == 0:
    torch.save(learnt, sys.argv[1])
dist.destroy_process_group()
"""


@pytest.fixture(scope="module")
def learnt(tmp_path_factory, pytestconfig):
    """By strategy: the weights that two ranks drew, and those that they learnt, put together."""
    folder = tmp_path_factory.mktemp("ranks")
    (folder / "training.py").write_text(TRAINING)
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", folder / "training.py"]
    subprocess.run([*command, folder / "learnt.pt"], cwd=pytestconfig.rootpath, check=True, capture_output=True,
                   env={"PYTHONPATH": str(pytestconfig.rootpath), "PATH": ""})  # fmt: skip
    return torch.load(folder / "learnt.pt")


@pytest.fixture(scope="module")
def alone():
    """The weights that one process draws, and those that it learns from the same global batches."""
    torch.manual_seed(workload.SEED)
    network = NeuralNetwork.scaled(1)
    drawn = [parameter.detach().clone() for parameter in network.parameters()]
    data = Data.random(1).first(100, 20)
    order = DistributedSampler(data.train, num_replicas=1, rank=0, seed=workload.SEED)
    loaders = Loaders(DataLoader(data.train, 10, sampler=order), DataLoader(data.test, 10))
    for epoch in range(EPOCHS):
        order.set_epoch(epoch)
        fit(network, loaders, epochs=1, learning_rate=workload.learning_rate(1))
    return drawn, [parameter.detach() for parameter in network.parameters()]


@pytest.mark.distributed
@pytest.mark.parametrize("strategy", ["ddp", "fsdp"])
def test_two_ranks_begin_with_the_weights_of_one(learnt, alone, strategy):
    for ours, theirs in zip(learnt[strategy][0], alone[0], strict=True):
        assert torch.equal(theirs, ours)


@pytest.mark.distributed
@pytest.mark.parametrize("strategy", ["ddp", "fsdp"])
def test_two_ranks_learn_the_weights_of_one(learnt, alone, strategy):
    for before, ours, theirs in zip(alone[0], learnt[strategy][1], alone[1], strict=True):
        torch.testing.assert_close(ours, theirs, atol=TOLERANCE, rtol=0)
        assert not torch.allclose(before, theirs, atol=10 * TOLERANCE, rtol=0)  # or nothing was learnt
