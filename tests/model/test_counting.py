"""What a training is counted to be, against formulas, calculations by hand, and what a CPU does."""

import subprocess
import sys
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from crossover.model.counting import NotCountedError, count
from crossover.model.network import NeuralNetwork

NUMBER = 4  # bytes of a float32


def sgd(parameters):
    return torch.optim.SGD(parameters, lr=0.1)


def counted(make_network, *shape, optimizer=sgd, loss=F.cross_entropy, tokens=False):
    features = torch.zeros(shape, dtype=torch.long) if tokens else torch.zeros(shape)
    return count(make_network, features, torch.zeros(shape[0], dtype=torch.long), loss, optimizer)


def mlp(scale=1):
    return NeuralNetwork.scaled(scale)


def convolutions():
    return nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.Flatten(), nn.Linear(288, 5))


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.memory = nn.LSTM(8, 6, batch_first=True)
        self.head = nn.Linear(6, 3)

    def forward(self, features):
        return self.head(self.memory(features)[0][:, -1])


class Transformer(nn.Module):
    """A block of attention with two heads; what it puts out are products with the embedding that it began with."""

    def __init__(self, causal=True, tied=True):
        super().__init__()
        self.embedding, self.causal = nn.Embedding(50, 16), causal
        self.project, self.mix, self.head = nn.Linear(16, 48), nn.Linear(16, 16), nn.Linear(16, 50, bias=False)
        if tied:
            self.head.weight = self.embedding.weight

    def forward(self, tokens):
        batch, length = tokens.shape
        parts = self.project(self.embedding(tokens)).view(batch, length, 3, 2, 8).permute(2, 0, 3, 1, 4)
        attended = F.scaled_dot_product_attention(*parts, is_causal=self.causal)
        return self.head(self.mix(attended.transpose(1, 2).reshape(batch, length, 16)))


def encoder():
    return nn.TransformerEncoderLayer(16, nhead=2, dim_feedforward=32, dropout=0, batch_first=True)


def mean(outputs, targets):
    return outputs.mean()


@pytest.mark.parametrize("scale", [1, 2, 5, 10, 50, 100])
def test_the_mlp_is_what_the_formulas_say(scale):
    """2 FLOP a weight and sample forward, 4 backward, but for the first layer, whose inputs need no gradient.

    Each weight is read in both passes, but in the first layer, and read and written by the update; biases are not read
    on the way back. (J. Kaplan et al., "Scaling Laws for Neural Language Models", 2020, section 2.1.)
    """
    counts = counted(lambda: mlp(scale), 10, 100 * scale)

    first, last = 100 * scale * 300 * scale, 200 * scale * 2
    weights, biases = first + 300 * scale * 200 * scale + last, 300 * scale + 200 * scale + 2
    assert weights + biases == counts.parameters
    assert 2 * 10 * weights == counts.forward.flop
    assert 2 * 10 * (3 * weights - first) == counts.step.flop
    assert NUMBER * (weights + biases) == counts.forward.moved_bytes
    assert NUMBER * (4 * weights - first + 3 * biases) == counts.step.moved_bytes
    assert (5, 26) == (counts.forward.operations, counts.step.operations)


class Launched(TorchDispatchMode):
    """Lists the operators that are dispatched, without those that only view, allocate or mark."""

    IDLE = ("detach", "alias", "_unsafe_view", "empty", "_record_function", "_local_scalar")

    def __init__(self):
        super().__init__()
        self.names = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if not func.is_view and not any(idle in str(func) for idle in self.IDLE):
            self.names.append(str(func))
        return func(*args, **(kwargs or {}))


def launched_on_cpu(make_network, features, loss):
    network, targets = make_network(), torch.zeros(len(features), dtype=torch.long)
    optimizer = sgd(network.parameters())
    with Launched() as launched:
        value = loss(network(features), targets)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
    return len(launched.names)


@pytest.mark.parametrize(
    ("make_network", "features", "loss"),
    [
        (mlp, torch.zeros(10, 100), F.cross_entropy),
        (convolutions, torch.zeros(2, 3, 6, 6), F.cross_entropy),
        (lambda: nn.Sequential(mlp(), nn.Dropout(0.5)), torch.zeros(10, 100), F.cross_entropy),
        (lambda: Transformer(tied=False), torch.zeros(2, 5, dtype=torch.long), mean),
        (Transformer, torch.zeros(2, 5, dtype=torch.long), mean),
    ],
    ids=["mlp", "convolutions", "dropout", "attention", "tied"],
)
def test_operations_are_those_that_a_cpu_launches(make_network, features, loss):
    counts = counted(make_network, *features.shape, loss=loss, tokens=features.dtype == torch.long)

    assert launched_on_cpu(make_network, features, loss) == counts.step.operations


def test_a_recurrent_layer_is_one_operation_each_way_however_long_the_sequence():
    """A CPU launches some copies beside the kernel; the meta device launches hundreds of steps."""
    on_cpu = launched_on_cpu(Recurrent, torch.zeros(2, 50, 8), F.cross_entropy)
    short, long = (counted(Recurrent, 2, length, 8).step.operations for length in (5, 50))

    assert short == long
    assert on_cpu - 5 <= long <= on_cpu


def test_attention_within_a_layer_of_torch_is_one_operation_each_way():
    """A CPU copies the three gradients that its kernel puts out; the meta device launches 12 for the two kernels."""
    on_cpu = launched_on_cpu(encoder, torch.zeros(2, 5, 16), mean)

    assert on_cpu - 3 <= counted(encoder, 2, 5, 16, loss=mean).step.operations <= on_cpu


def test_convolutions():
    """2 samples of 6×6: each of 8 channels' 36 places takes 3·9 products. The first layer's inputs need no gradient."""
    counts = counted(convolutions, 2, 3, 6, 6)

    convolution, linear = 2 * 2 * 36 * 8 * 27, 2 * 2 * 288 * 5
    assert convolution + linear == counts.forward.flop
    assert 2 * convolution + 3 * linear == counts.step.flop

    first, norm, last = 8 * 27 + 8, 8 + 8, 288 * 5 + 5
    buffers = NUMBER * (8 + 8) + 8  # running mean and variance, and how many batches as an int64
    assert first + norm + last == counts.parameters
    assert NUMBER * (first + norm + last) + buffers == counts.parameter_bytes
    assert NUMBER * (first + norm + last) == counts.gradient_bytes
    backward = NUMBER * (8 + 288 * 5)  # the norm's weight and the linear layer's
    assert counts.gradient_bytes + NUMBER * (8 + 8) == counts.forward.moved_bytes
    assert 3 * counts.gradient_bytes + 2 * buffers + backward == pytest.approx(counts.step.moved_bytes, rel=0.001)


def test_an_lstm():
    """Each of 5 steps makes 4 gates of 6 from 8 inputs and 6 states. The first state needs no gradient."""
    counts = counted(Recurrent, 2, 5, 8)

    inputs, state, head = 2 * 2 * 24 * 8, 2 * 2 * 24 * 6, 2 * 2 * 6 * 3
    assert 5 * (inputs + state) + head == counts.forward.flop
    assert 5 * (2 * inputs + 2 * state) + 4 * state + 3 * head == counts.step.flop

    weights = 24 * 8 + 24 * 6 + 24 + 24 + 6 * 3 + 3
    assert NUMBER * weights == counts.forward.moved_bytes
    assert NUMBER * (3 * weights + 24 * 6 + 6 * 3) == counts.step.moved_bytes


@pytest.mark.parametrize("causal", [True, False])
def test_a_transformer(causal):
    """10 tokens; in 2 samples and 2 heads each of 5 has 2 products of 8 with each of 5, also where it may not look."""
    counts = counted(lambda: Transformer(causal), 2, 5, tokens=True, loss=mean)

    dense = 2 * 10 * (16 * 48 + 16 * 16 + 16 * 50)
    attention = 2 * (2 * 2 * 2 * 5 * 5 * 8)
    assert dense + attention == counts.forward.flop
    assert 3 * (dense + attention) == counts.step.flop


def test_a_shared_weight_counts_once():
    tied = counted(Transformer, 2, 5, tokens=True, loss=mean)

    weights, biases = 16 * 50 + 16 * 48 + 16 * 16, 48 + 16
    assert weights + biases == tied.parameters
    assert NUMBER * (weights + biases) == tied.parameter_bytes == tied.gradient_bytes == tied.forward.moved_bytes
    assert NUMBER * (4 * weights + 3 * biases) == tied.step.moved_bytes


@pytest.mark.parametrize("layer", [nn.Embedding, nn.EmbeddingBag])
def test_a_lookup_reads_its_rows_and_the_update_all(layer):
    counts = counted(lambda: layer(1000, 16), 2, 5, tokens=True, loss=mean)

    assert NUMBER * 10 * 16 == counts.forward.moved_bytes
    assert NUMBER * (10 * 16 + 2 * 1000 * 16) == counts.step.moved_bytes


@pytest.mark.parametrize(
    ("optimizer", "copies", "counters"),
    [
        (sgd, 0, 0),
        (lambda parameters: torch.optim.SGD(parameters, lr=0.1, momentum=0.9), 1, 0),
        (torch.optim.Adam, 2, 6),
    ],
    ids=["SGD", "momentum", "Adam"],
)
def test_the_optimizers_state(optimizer, copies, counters):
    """Each step reads and writes it; a counter of steps for each of the six tensors stays on the CPU."""
    counts, plain = (counted(mlp, 10, 100, optimizer=each) for each in (optimizer, sgd))

    assert copies * counts.parameter_bytes + counters * NUMBER == counts.optimizer_bytes
    assert 2 * copies * counts.parameter_bytes == counts.step.moved_bytes - plain.step.moved_bytes


def test_the_activations_of_the_mlp():
    """The features, what both ReLU put out, the logarithms of the probabilities, the labels, and their weight."""
    counts = counted(mlp, 10, 100)

    assert NUMBER * 10 * (100 + 300 + 200 + 2) + 8 * 10 + NUMBER == counts.activation_bytes


def test_attention_does_not_keep_its_weights():
    """They would grow with the square of the length."""
    short, long = (counted(Transformer, 1, length, tokens=True, loss=mean).activation_bytes for length in (100, 200))

    assert 2 * short == long


def test_a_frozen_weight_is_neither_updated_nor_has_a_gradient():
    def frozen():
        network = mlp()
        network.layers[0].requires_grad_(False)
        return network

    counts, all_learn = counted(frozen, 10, 100), counted(mlp, 10, 100)

    first = NUMBER * (100 * 300 + 300)
    assert all_learn.parameters == counts.parameters
    assert all_learn.gradient_bytes - first == counts.gradient_bytes
    assert all_learn.step.operations - 2 - 4 == counts.step.operations  # two updates, and four on the way back


def item(network, features):
    return network(features) if features.sum().item() > 0 else network(-features)


def branch(network, features):
    return network(features) if features.sum() > 0 else network(-features)


def mixed(network, features):
    return network(features + torch.zeros(100, device="cpu"))


@pytest.mark.parametrize("forward", [item, branch, mixed])
def test_what_needs_numbers_or_names_a_device_is_not_counted(forward):
    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = mlp()

        def forward(self, features):
            return forward(self.layers, features)

    with pytest.raises(NotCountedError, match=r"^its network cannot be run on the meta device: .+$"):
        counted(Network, 10, 100)


@pytest.mark.parametrize("side", [1, 10**6])
def test_a_network_that_is_built_on_the_cpu_is_not_counted(side):
    """Even if it would not fit the memory: that is seen before it is made."""
    reason = "its network cannot be built on the meta device: it makes tensors on the device cpu by itself"

    with pytest.raises(NotCountedError, match=f"^{reason}$"):
        counted(lambda: nn.Linear(side, side, device="cpu"), 10, side)


def test_a_training_that_fails_anyhow_is_not_counted():
    with pytest.raises(NotCountedError, match="network cannot be run"):
        counted(mlp, 10, 101)
    with pytest.raises(NotCountedError, match="loss has no backward pass"):
        counted(mlp, 10, 100, loss=lambda outputs, targets: outputs)
    with pytest.raises(NotCountedError, match="optimizer cannot be run"):
        counted(mlp, 10, 100, optimizer=torch.optim.LBFGS)


def test_torch_is_left_as_it_was():
    def seeding():
        torch.manual_seed(7)
        return nn.Sequential(mlp(), nn.Dropout(0.5))

    torch.manual_seed(1)
    before = torch.get_rng_state()
    with torch.no_grad():
        counted(seeding, 10, 100)
        assert not torch.is_grad_enabled()

    assert torch.equal(before, torch.get_rng_state())
    assert torch.zeros(1).device.type == "cpu"
    assert torch.get_default_device().type == "cpu"
    assert torch.is_grad_enabled()
    assert F.scaled_dot_product_attention is torch._C._nn.scaled_dot_product_attention


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="tells the most memory that was used on Linux alone")
def test_a_billion_parameters_take_no_memory():
    """Beside them, a layer of 100 MB on the CPU shows that memory would be seen."""
    script = """
import re, torch
from pathlib import Path
from crossover.model.counting import count
from crossover.model.network import NeuralNetwork

def most_mib():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) / 1024

def counted(scale):
    features, labels = torch.zeros(10, 100 * scale), torch.zeros(10, dtype=torch.long)
    return count(lambda: NeuralNetwork.scaled(scale), features, labels, torch.nn.CrossEntropyLoss(), torch.optim.Adam)

counted(1)  # torch imports what it needs
start = most_mib()
parameters = counted(106).parameters
counting = most_mib()
layer = torch.nn.Linear(5000, 5000)
print(parameters, counting - start, most_mib() - counting)
"""
    output = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout
    parameters, counting_mib, layer_mib = map(float, output.split())

    assert parameters > 1e9
    assert counting_mib < 50 < layer_mib
