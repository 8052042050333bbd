"""What is trained: a network with one dial, its scale, and the samples and the loss that it learns from."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Self

import torch

from crossover.model import constants
from crossover.model.cost import Cost
from crossover.model.counting import Counts, NotCountedError, built, count
from crossover.model.definition import FUNCTIONS, SCALES, Batch, Loss, default_hits, default_learning_rate, default_loss

__all__ = [
    "MOST_SAMPLES",
    "Size",
    "Workload",
    "WorkloadError",
]


class WorkloadError(Exception):
    """Something cannot be trained as it is; the message says in a line what is missing, or of which shape."""


@dataclass(frozen=True)
class Size:
    """How large a workload is at a scale, and what work it is."""

    parameters: int
    parameter_bytes: int
    sample_bytes: int
    """The bytes of one sample: features and target."""

    counts: Counts | None
    """Its work and memory; None where its network cannot be run on the meta device."""

    not_counted: str = ""
    """Why there are no counts."""


@dataclass(frozen=True)
class Workload:
    """A workload with everything that its definition leaves to the defaults."""

    name: str
    network: Callable[[int], torch.nn.Module]
    samples: Callable[[int, int, torch.Generator], Batch]
    loss: Loss = default_loss
    learning_rate: Callable[[int], float] = default_learning_rate
    optimizer: Callable[[Iterable[torch.nn.Parameter], int], torch.optim.Optimizer] | None = None
    accuracy: Loss | None = None
    scales: str = SCALES
    batch_size: int = constants.BATCH_SIZE
    version: str = ""
    """The hash of a user's source; empty for what is built in."""

    @classmethod
    def of(cls, definition: object, name: str, version: str = "") -> Self:
        """The workload that a module or an object defines; raises WorkloadError where something is missing or wrong."""
        given: dict[str, Any] = {
            each: getattr(definition, each)
            for each in (*FUNCTIONS, "scales", "batch_size")
            if hasattr(definition, each)
        }
        for each, arguments in FUNCTIONS.items():
            if each in given:
                require_function(name, each, given[each], arguments)
            elif each in ("network", "samples"):
                raise WorkloadError(f"{name} defines no function {each}({', '.join(arguments)})")
        batch_size = given.get("batch_size", constants.BATCH_SIZE)
        if type(batch_size) is not int or not 1 <= batch_size <= MOST_SAMPLES:
            raise WorkloadError(f"{name}: batch_size is {batch_size!r}, and not a number of samples such as 32")
        if not isinstance(given.get("scales", SCALES), str):
            raise WorkloadError(f'{name}: scales is {given["scales"]!r}, and not a text such as "1-5,10"')
        return cls(name, version=version, **given)

    def __hash__(self) -> int:
        return hash((self.name, self.version, self.batch_size))  # a user's loss may be an object without a hash

    @property
    def is_built_in(self) -> bool:
        return not self.version

    @property
    def has_own_loss(self) -> bool:
        return self.loss is not default_loss

    @property
    def train_samples(self) -> int:
        """How many samples there are to learn from: enough for 20 batches."""
        return max(constants.SAMPLES, 20 * self.batch_size)

    @property
    def test_samples(self) -> int:
        return self.train_samples * constants.TEST_SAMPLES // constants.SAMPLES

    def make_optimizer(
        self, parameters: Iterable[torch.nn.Parameter], scale: int, *, fused: bool | None = None
    ) -> torch.optim.Optimizer:
        """The optimizer at a scale; `fused` asks plain gradient descent for one operator for all parameters."""
        if self.optimizer:
            return self.optimizer(parameters, scale)
        return torch.optim.SGD(parameters, lr=self.learning_rate(scale), fused=fused)

    def hits(self, outputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """How many of a batch's `targets.numel()` predictions are right, as a tensor on their device."""
        if self.accuracy:
            return self.accuracy(outputs, targets) * targets.numel()
        return default_hits(outputs, targets)

    @property
    def structure(self) -> str:
        """The layers at the smallest usual scale: times of two networks compare only where this text is the same."""
        return structure_of(self)

    def size(self, scale: int) -> Size:
        """How large it is at a scale, worked out once, without memory for its weights where torch can do that.

        Raises whatever the workload's own functions raise.
        """
        return size_of(self, scale)

    def forward_cost(self, scale: int, batch_size: int) -> Cost | None:
        """The least work of a batch through the network; None where that is not counted."""
        counts = replace(self, batch_size=batch_size).size(scale).counts
        return counts.forward if counts else None

    def learning_rate_text(self) -> str | None:
        """The learning rates in words: `0.5 / scale`, `0.01`; None where an own optimizer has them."""
        if self.optimizer:
            return None
        one, two, three = (self.learning_rate(scale) for scale in (1, 2, 3))
        if one == two == three:
            return f"{one:g}"
        return f"{one:g} / scale" if (two, three) == (one / 2, one / 3) else f"{one:g}, {two:g}, {three:g}, …"


FEW = 2
"""Samples that tell the shape of all: a whole batch of a huge model would not fit the memory."""

MOST_SAMPLES = 100_000
"""In a batch: of the MLP's features at scale 1, its 20 batches take a gigabyte."""

MOST_CHARACTERS = 50_000


def require_function(name: str, each: str, given: object, arguments: tuple[str, ...]) -> None:
    """Raise WorkloadError where something is no function that can be called with the arguments of its kind."""
    if not callable(given):
        raise WorkloadError(f"{name}: {each} is {given!r}, and not a function {each}({', '.join(arguments)})")
    try:
        inspect.signature(given).bind(*arguments)
    except TypeError:
        wanted, found = ", ".join(arguments), inspect.signature(given)
        raise WorkloadError(f"{name}: {each}{found} cannot be called as {each}({wanted})") from None
    except ValueError:
        pass  # a function without a signature


@cache
def structure_of(workload: Workload) -> str:
    scale = int(workload.scales.replace("-", ",").split(",")[0])
    network = network_of(workload, scale)
    layers = [module for module in network.modules() if not list(module.children())]
    return " → ".join(map(str, layers))[:MOST_CHARACTERS]


def network_of(workload: Workload, scale: int) -> torch.nn.Module:
    """The network, to be looked at: on the meta device, where it takes no memory, or else on the CPU."""
    with torch.random.fork_rng(devices=[]):
        try:
            return built(lambda: workload.network(scale))
        except NotCountedError:
            return workload.network(scale)


@cache
def size_of(workload: Workload, scale: int) -> Size:
    few = workload.samples(scale, FEW, torch.Generator().manual_seed(constants.SEED))
    sample_bytes = sum(each.nbytes for each in few) // FEW
    features, targets = (each.new_empty((workload.batch_size, *each.shape[1:]), device="meta") for each in few)
    try:
        counts = count(
            lambda: workload.network(scale),
            features,
            targets,
            workload.loss,
            lambda parameters: workload.make_optimizer(parameters, scale),
        )
    except NotCountedError as error:
        network = network_of(workload, scale)
        numbers = sum(parameter.numel() for parameter in network.parameters())
        held = sum(tensor.nbytes for tensor in (*network.parameters(), *network.buffers()))
        return Size(numbers, held, sample_bytes, None, str(error))
    return Size(counts.parameters, counts.parameter_bytes, sample_bytes, counts)
