"""A user's workload is tried on the CPU where there is room for it."""

import pytest
import torch

from crossover.benchmarks.harness import trainable
from crossover.model.workload import Workload, WorkloadError
from crossover.model.workloads import MLP


def samples(scale, count, generator):
    return torch.randn(count, 10 * scale, generator=generator), torch.zeros(count, dtype=torch.long)


def network(scale):
    return torch.nn.Linear(10 * scale, 2, dtype=torch.float16)


BROKEN = Workload("mine.py", network, samples, version="a hash")


def test_what_cannot_be_trained_is_said():
    with pytest.raises(WorkloadError, match=r"mine\.py: network\(\): weight is of torch\.float16"):
        trainable.require_trainable(BROKEN, 1)


def test_a_scale_without_room_is_not_tried(monkeypatch):
    monkeypatch.setattr(trainable.memory, "free_bytes", lambda device: 10)
    trainable.require_trainable(BROKEN, 1)


def test_what_is_built_in_need_not_be_tried(monkeypatch):
    monkeypatch.setattr(trainable.checks, "require_trainable", lambda *_: pytest.fail("tried"))
    trainable.require_trainable(MLP, 1)
