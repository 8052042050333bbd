import ast
import inspect

import pytest
import torch

from crossover.model import constants, control
from crossover.model.control import Control


@pytest.fixture(scope="module")
def small():
    return Control(scale=1, device="cpu", epochs=1)


def test_the_control_is_a_twentieth_of_the_steps_of_a_round():
    """There is one before and one after a round, so that both are a tenth of it."""
    made = Control(scale=1, device="cpu", epochs=2)

    assert 20 * made.steps * control.BATCH_SIZE == 2 * constants.SAMPLES
    assert made.seconds() > 0


def test_a_large_model_has_a_small_control(monkeypatch):
    monkeypatch.setattr(control, "LARGEST_SCALE", 2)

    assert 2 == Control(scale=100, device="cpu", epochs=1).scale


def test_the_control_does_the_same_work_each_time(small):
    small.seconds()
    first = [parameter.clone() for parameter in small.network.parameters()]
    small.seconds()

    assert all(map(torch.equal, first, small.network.parameters()))
    assert not any(map(torch.equal, first, small.initial))


def test_the_control_leaves_the_numbers_alone_that_a_round_draws(small):
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    Control(scale=1, device="cpu", epochs=1).seconds()

    assert torch.equal(expected, torch.rand(3))


def test_the_control_knows_what_it_holds(small):
    held = [*small.network.parameters(), *small.initial, *(parameter.grad for parameter in small.network.parameters())]

    assert control.needed_bytes(1) == pytest.approx(sum(4 * tensor.numel() for tensor in held), rel=0.02)


def test_the_control_stands_by_itself():
    """What it imported from the project might change, and its hash would not tell."""
    tree = ast.parse(inspect.getsource(control))
    imported = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    imported += [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]

    assert {"torch", "torch.utils.data"} <= set(imported)
    assert not [name for name in imported if name.startswith("crossover")]


def test_controls_are_the_same_where_their_code_and_size_are(small):
    assert small.identity() == Control(scale=1, device="cpu", epochs=1).identity()
    assert small.identity() != Control(scale=1, device="cpu", epochs=2).identity()
