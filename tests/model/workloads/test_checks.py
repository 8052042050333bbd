"""What is wrong with a user's workload is said in a line before anything is timed, and nothing of what is right."""

from types import SimpleNamespace

import pytest
import torch
from torch import nn

from crossover.model.workload import Workload, WorkloadError
from crossover.model.workloads import BUILT_IN, find
from crossover.model.workloads.checks import require_growth, require_trainable


def network(scale):
    return nn.Linear(3 * scale, 2)


def samples(scale, count, generator):
    features = torch.randn(count, 3 * scale, generator=generator)
    return features, torch.randint(0, 2, (count,), generator=generator)


def made(**more):
    return Workload.of(SimpleNamespace(**{"network": network, "samples": samples} | more), "mine.py", "a hash")


def drawing(change):
    """Samples of which the features and targets are changed."""
    return lambda scale, count, generator: change(*samples(scale, count, generator))


def values(scale, count, generator):
    return torch.randn(count, 3 * scale, generator=generator), torch.randn(count, 2, generator=generator)


def frozen(scale):
    return network(scale).requires_grad_(False)


def failing(*arguments):
    raise RuntimeError("first line\nsecond line")


def leaving(*arguments):
    raise SystemExit(3)


class Returning(nn.Module):
    """Learns one layer, and returns what a function makes of its outputs."""

    def __init__(self, change, scale):
        super().__init__()
        self.layer, self.change = network(scale), change

    def forward(self, features):
        return self.change(self.layer(features))


def returning(change):
    return lambda scale: Returning(change, scale)


def mean(outputs, targets):
    return outputs.mean()


class Detached(torch.autograd.Function):
    """Takes a gradient, and passes none on."""

    @staticmethod
    def forward(context, inputs):
        return inputs.clone()

    @staticmethod
    def backward(context, gradient):
        return None


class Elsewhere(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 2, device="meta")


FAULTS = {
    "samples fail": ({"samples": drawing(failing)}, "samples() failed: RuntimeError: first line"),
    "samples exit": ({"samples": drawing(leaving)}, "samples() failed: SystemExit: 3"),
    "no pair": (
        {"samples": drawing(lambda features, targets: features)},
        "samples() returned a tensor (10, 3), and not two tensors: features and targets",
    ),
    "three": (
        {"samples": drawing(lambda features, targets: (features, targets, targets))},
        "samples() returned a tuple, and not two tensors: features and targets",
    ),
    "a list of targets": (
        {"samples": drawing(lambda features, targets: (features, targets.tolist()))},
        "samples() returned a tuple, and not two tensors: features and targets",
    ),
    "another device": (
        {"samples": drawing(lambda features, targets: (features.to("meta"), targets))},
        "samples() returned features on meta; they are to be drawn on the CPU",
    ),
    "complex": (
        {"samples": drawing(lambda features, targets: (features.cfloat(), targets))},
        "samples() returned features of torch.complex64; whole numbers, float32 or float64 it may be",
    ),
    "half": (
        {"samples": drawing(lambda features, targets: (features, targets.half()))},
        "samples() returned targets of torch.float16; whole numbers, float32 or float64 it may be",
    ),
    "too few features": (
        {"samples": drawing(lambda features, targets: (features[:7], targets))},
        "samples() returned features (7, 3) for a batch of 10 samples",
    ),
    "too few targets": (
        {"samples": drawing(lambda features, targets: (features, targets[:7]))},
        "samples() returned targets (7,) for a batch of 10 samples",
    ),
    "a number": (
        {"samples": drawing(lambda features, targets: (features, targets.sum()))},
        "samples() returned targets () for a batch of 10 samples",
    ),
    "features want a gradient": (
        {"samples": drawing(lambda features, targets: (features.requires_grad_(), targets))},
        "samples() returned features that want a gradient: detach() them",
    ),
    "other samples": (
        {"samples": lambda scale, count, generator: (torch.randn(count, 3), torch.zeros(count, dtype=torch.long))},
        "samples() drew other numbers the second time: draw them from generator",
    ),
    "network fails": ({"network": lambda scale: failing()}, "network() failed: RuntimeError: first line"),
    "no module": ({"network": lambda scale: [1]}, "network() returned a list, and not a torch.nn.Module"),
    "a class": ({"network": lambda scale: nn.Linear}, "network() returned a type, and not a torch.nn.Module"),
    "no parameters": ({"network": lambda scale: nn.ReLU()}, "network() returned a network without parameters"),
    "parameters elsewhere": (
        {"network": lambda scale: Elsewhere()},
        "network() put layer.weight on meta; build it on the CPU, it is moved afterwards",
    ),
    "half weights": (
        {"network": lambda scale: network(scale).half()},
        "network(): weight is of torch.float16; it may be float32 or float64",
    ),
    "other weights": (
        {"network": lambda scale: Drawn()},
        "network() drew other weights the second time: draw them from torch's generator, and keep nothing between",
    ),
    "forward fails": (
        {"network": lambda scale: nn.Linear(4, 2)},
        "the network of scale 1 failed: RuntimeError: mat1 and mat2 shapes cannot be multiplied (10x3 and 4x2)",
    ),
    "two outputs": (
        {"network": returning(lambda outputs: (outputs, outputs))},
        "the network returned a tuple, and not a tensor",
    ),
    "no classes": (
        {"network": returning(lambda outputs: outputs[:, 0])},
        "outputs (10,) for targets (10,): cross-entropy needs (10, classes); define loss(outputs, targets) for another",
    ),
    "classes too early": (
        {
            "network": returning(lambda outputs: outputs.unsqueeze(-1).expand(-1, -1, 5)),
            "samples": drawing(lambda features, targets: (features, targets.unsqueeze(-1).expand(-1, 5))),
        },
        "outputs (10, 2, 5) for targets (10, 5): cross-entropy needs (10, 5, classes); define loss(outputs, targets)",
    ),
    "too many classes": (
        {"samples": drawing(lambda features, targets: (features, targets + 1))},
        "targets from 1 to 2 for 2 classes",
    ),
    "a negative class": (
        {"samples": drawing(lambda features, targets: (features, targets - 1))},
        "targets from -1 to 0 for 2 classes",
    ),
    "values of another shape": (
        {"samples": drawing(lambda features, targets: (features, targets.float()))},
        "outputs (10, 2) for targets (10,): mean squared error needs the same shape; define loss(outputs, targets) for",
    ),
    "loss fails": ({"loss": lambda outputs, targets: failing()}, "loss() failed: RuntimeError: first line"),
    "loss of each": (
        {"loss": lambda outputs, targets: outputs},
        "loss() returned a tensor (10, 2), and not a single number",
    ),
    "loss as a float": (
        {"loss": lambda outputs, targets: outputs.mean().item()},
        "loss() returned a float, and not a single number",
    ),
    "loss without a gradient": (
        {"loss": lambda outputs, targets: outputs.mean().detach()},
        "the loss depends on no parameter: there is no gradient anywhere",
    ),
    "nothing to learn": ({"network": frozen}, "the loss depends on no parameter: there is no gradient anywhere"),
    "backward fails": (
        {"loss": lambda outputs, targets: Failing.apply(outputs)},
        "the backward pass failed: RuntimeError: first line",
    ),
    "no gradient arrives": (
        {"network": returning(Detached.apply)},
        "no parameter has a gradient after the backward pass",
    ),
    "optimizer fails": ({"optimizer": failing}, "optimizer() failed: RuntimeError: first line"),
    "no optimizer": (
        {"optimizer": lambda parameters, scale: torch.optim.SGD},
        "optimizer() returned a type, and not an optimizer",
    ),
    "a closure": (
        {"optimizer": lambda parameters, scale: torch.optim.LBFGS(parameters)},
        "LBFGS needs a closure, which these loops have not",
    ),
    "step fails": (
        {"optimizer": lambda parameters, scale: Stumbling(parameters, lr=0.1)},
        "the optimizer failed: RuntimeError: first line",
    ),
    "accuracy fails": ({"accuracy": lambda outputs, targets: failing()}, "accuracy() failed: RuntimeError: first line"),
    "accuracy of each": (
        {"accuracy": lambda outputs, targets: (outputs.argmax(-1) == targets).float()},
        "accuracy() returned a tensor (10,), and not a single number",
    ),
    "accuracy as a float": (
        {"accuracy": lambda outputs, targets: 0.5},
        "accuracy() returned a float, and not a single number",
    ),
}  # fmt: skip
"""What a workload defines that is wrong, and the words for it."""


class Drawn(nn.Module):
    """Weights that are not drawn from torch's own generator."""

    own = torch.Generator()

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(3, 2, generator=self.own))

    def forward(self, features):
        return features @ self.weight


class Failing(torch.autograd.Function):
    @staticmethod
    def forward(context, inputs):
        return inputs.mean()

    @staticmethod
    def backward(context, gradient):
        failing()


class Stumbling(torch.optim.SGD):
    def step(self, closure=None):
        failing()


@pytest.mark.parametrize(("definition", "expected"), FAULTS.values(), ids=FAULTS.keys())
def test_what_is_wrong_is_said_in_a_line(definition, expected):
    with pytest.raises(WorkloadError) as refused:
        require_trainable(made(**definition), 1)

    assert expected in str(refused.value)
    assert str(refused.value).startswith("mine.py: ")
    assert "\n" not in str(refused.value)


def ignoring(features, targets):
    targets[::2] = -100
    return features, targets


GOOD = {
    "classes": {},
    "classes at each step": {
        "network": lambda scale: nn.Linear(3, 4),
        "samples": lambda scale, count, generator: (
            torch.randn(count, 6, 3, generator=generator),
            torch.randint(0, 4, (count, 6), generator=generator),
        ),
    },
    "some targets ignored": {"samples": drawing(ignoring)},
    "all targets ignored": {"samples": drawing(lambda features, targets: (features, torch.full_like(targets, -100)))},
    "values": {"samples": values},
    "double": {
        "network": lambda scale: network(scale).double(),
        "samples": lambda *asked: tuple(tensor.double() for tensor in values(*asked)),
    },
    "a list for a tuple": {"samples": lambda *asked: list(samples(*asked))},
    "own loss": {"loss": mean},
    "own loss over two outputs": {
        "network": returning(lambda outputs: (outputs, outputs)),
        "loss": lambda outputs, targets: outputs[0].mean(),
        "accuracy": lambda outputs, targets: torch.tensor(0.5),
    },
    "own accuracy": {"accuracy": lambda outputs, targets: (outputs.argmax(-1) == targets).float().mean()},
    "own optimizer": {"optimizer": lambda parameters, scale: torch.optim.AdamW(parameters, lr=0.1)},
    "a batch of one": {"batch_size": 1},
    "a layer that does not learn": {
        "network": lambda scale: nn.Sequential(network(scale).requires_grad_(False), nn.Linear(2, 2))
    },
    "dropout": {"network": lambda scale: nn.Sequential(network(scale), nn.Dropout(0.5))},
}


@pytest.mark.parametrize("definition", GOOD.values(), ids=GOOD.keys())
def test_what_can_be_trained_is(definition):
    require_trainable(made(**definition), 1)


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_workloads_of_the_suite_can_be_trained(name):
    require_trainable(find(name), 1)
    require_growth(find(name), {scale: find(name).size(scale).parameters for scale in (1, 2, 3)})


def test_a_larger_scale_must_have_more_parameters():
    require_growth(made(), {1: 8, 2: 14, 5: 32})
    require_growth(made(), {4: 8})
    require_growth(made(), {1: 8, 2: 0, 5: 32})  # that of scale 2 cannot be built

    with pytest.raises(WorkloadError, match=r"network\(5\) has 8 parameters, no more than network\(2\) with 8$"):
        require_growth(made(), {5: 8, 2: 8})
    with pytest.raises(WorkloadError, match=r"network\(3\) has 32 parameters, no more than network\(1\) with 38$"):
        require_growth(made(), {1: 38, 2: 0, 3: 32})


def test_an_interrupt_is_no_fault_of_the_workload():
    def interrupted(scale):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        require_trainable(made(network=interrupted), 1)
