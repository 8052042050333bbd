"""Which losses of a cell are taken for those of the cells before it, and which end it as diverged."""

import math
from types import SimpleNamespace

import pytest

from crossover.benchmarks.harness.divergence import FirstLosses
from crossover.benchmarks.machine.cell_errors import CellEndedError
from crossover.benchmarks.runs.cells import Cell, Status

CPU, CUDA = (Cell("training", 1, device) for device in ("cpu", "cuda"))


def disagreement(first, second, cells=(CPU, CUDA)):
    """What is said of the second of two cells."""
    losses = FirstLosses(is_built_in=True)
    assert losses.disagreement(cells[0], first) is None
    return losses.disagreement(cells[1], second)


@pytest.mark.parametrize("key", ["first_batch_loss", "first_epoch_loss"])
@pytest.mark.parametrize("sign", [1, -1])
def test_losses_may_differ_by_a_thousandth(key, sign):
    assert disagreement({key: sign * 0.7}, {key: sign * 0.7 * 1.0005}) is None
    assert disagreement({key: sign * 0.7}, {key: sign * 0.7 * 1.002}) is not None
    assert disagreement({key: sign * 0.7}, {key: sign * 0.7 * 0.998}) is not None


def test_how_far_a_loss_is_off_is_said():
    expected = "first-batch loss 0.7014 is 0.2% off that of training[cpu-1], 0.7"
    assert expected == disagreement({"first_batch_loss": 0.7}, {"first_batch_loss": 0.7014})
    expected = "first-epoch loss 1400 is 100.0% off that of training[cpu-1], 700"
    assert expected == disagreement({"first_epoch_loss": 700.0}, {"first_epoch_loss": 1400.0})


@pytest.mark.parametrize(("share", "is_same"), [(0.04, True), (-0.04, True), (0.06, False), (-0.06, False)])
def test_devices_that_draw_other_numbers_may_learn_something_a_little_different(share, is_same):
    """Where dropout draws, the loss over an epoch differs; the first batch is passed without drawing."""

    def figures(factor):
        return {"first_batch_loss": 0.7, "first_epoch_loss": 0.5 * factor, "draws_in_training": True}

    assert is_same == (disagreement(figures(1), figures(1 + share)) is None)


def test_a_network_that_draws_must_begin_alike_all_the_same():
    figures = [{"first_batch_loss": loss, "draws_in_training": True} for loss in (0.7, 0.7014)]

    assert "first-batch loss" in disagreement(*figures)


def test_one_that_does_not_draw_must_learn_the_same():
    figures = [{"first_epoch_loss": loss, "draws_in_training": False} for loss in (0.5, 0.52)]

    assert "first-epoch loss 0.52 is 4.0% off" in disagreement(*figures)


def test_a_loss_of_zero_is_met_by_zero_alone():
    assert disagreement({"first_epoch_loss": 0.0}, {"first_epoch_loss": 0.0}) is None
    assert "is inf% off" in disagreement({"first_epoch_loss": 0.0}, {"first_epoch_loss": 0.1})


def test_what_is_no_number_agrees_with_nothing():
    """Not even with itself, where it is the first."""
    for loss in (math.nan, math.inf):
        assert "off that of training[cpu-1]" in disagreement({"first_batch_loss": 0.7}, {"first_batch_loss": loss})
    assert FirstLosses(is_built_in=True).disagreement(CPU, {"first_batch_loss": math.nan}) is not None


def test_cells_of_another_scale_batch_size_or_benchmark_are_not_compared():
    for other in (Cell("training", 2, "cuda"), Cell("recipes", 1, "cuda"), Cell("training", 1, "cuda", batch_size=64)):
        assert disagreement({"first_epoch_loss": 0.5}, {"first_epoch_loss": 0.9}, (CPU, other)) is None


@pytest.mark.parametrize("figures", [{}, {"first_batch_loss": None, "first_epoch_loss": None}])
def test_a_cell_without_losses_is_compared_with_none(figures):
    """Loading and inference have none; one that is not finite has ended its cell already."""
    losses = FirstLosses(is_built_in=True)
    assert losses.disagreement(CPU, figures) is None
    assert losses.disagreement(CUDA, {"first_batch_loss": 0.7, "first_epoch_loss": 0.5}) is None

    assert {CUDA} == {cell for cell, _ in losses.expected.values()}


@pytest.mark.parametrize(
    ("failure", "figures", "expected"),
    [
        ("the loss became nan", {"first_epoch_loss": None}, "the loss became nan"),
        (None, {"first_epoch_loss": 0.9}, "first-epoch loss 0.9 is 80.0% off that of training[cpu-1], 0.5"),
    ],
)
def test_a_cell_that_failed_or_learnt_something_else_has_diverged(failure, figures, expected):
    losses = FirstLosses(is_built_in=True)
    losses.require_agreement(CPU, SimpleNamespace(failure=None, figures={"first_epoch_loss": 0.5}))
    with pytest.raises(CellEndedError) as end:
        losses.require_agreement(CUDA, SimpleNamespace(failure=failure, figures=figures))

    assert (Status.DIVERGED, expected) == (end.value.outcome.status, end.value.outcome.reason)


def test_a_users_network_may_round_more_in_its_first_epoch():
    losses = FirstLosses(is_built_in=False)
    losses.disagreement(CPU, {"first_batch_loss": 1.0, "first_epoch_loss": 1.0})

    assert losses.disagreement(CPU, {"first_batch_loss": 1.0, "first_epoch_loss": 1.008}) is None
    assert losses.disagreement(CPU, {"first_batch_loss": 1.0, "first_epoch_loss": 1.02})
    assert losses.disagreement(CPU, {"first_batch_loss": 1.002, "first_epoch_loss": 1.0})
