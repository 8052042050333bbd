"""The count of work by blocks, against what torch counts in the recipe that works by them."""

from itertools import pairwise

import torch
from torch.utils.flop_counter import FlopCounterMode

from crossover.model import constants
from crossover.model.data import Data
from crossover.model.network import NeuralNetwork, layer_widths
from crossover.model.recipes import gemm, recipe
from crossover.model.recipes.blocks import block_rows, blocks_cost
from crossover.model.workloads import MLP

SHAPES = list(pairwise(layer_widths(1)))


def counted_flop(epochs, monkeypatch):
    """What torch's own counter sees of `deferred` at scale 1; it knows plain products, and none in place."""
    monkeypatch.setattr(gemm, "ways", lambda weight, packed: [gemm.plain])
    fit = recipe("deferred").prepare(
        NeuralNetwork.scaled(1), Data.of(MLP, 1), MLP, scale=1, batch_size=10, generator=torch.Generator()
    )
    in_place = {torch.ops.aten.addmm_: lambda _, left, right, **more: 2 * left[0] * left[1] * right[1]}
    with FlopCounterMode(display=False, custom_mapping=in_place) as counter:
        fit(epochs)
    return counter.get_total_flops()


def test_arithmetic_of_a_round_is_what_torch_counts(monkeypatch):
    """But for the overlaps of a row with itself and with later ones, which torch computes and nobody needs."""
    rows = block_rows(SHAPES, 10, constants.SAMPLES)
    needless = constants.SAMPLES * (rows + 10) * 100

    assert counted_flop(2, monkeypatch) == blocks_cost(MLP, 1, 2).flop + 2 * needless


def test_a_block_is_whole_batches():
    assert 40 == block_rows(SHAPES, 10, 1000)
    assert 35 == block_rows(SHAPES, 7, 1000)
    assert 10 == block_rows(SHAPES, 10, 15)


def test_blocks_take_more_arithmetic_and_move_less_than_steps_one_by_one():
    blocks, steps = blocks_cost(MLP, 10, 1), recipe("article").cost(MLP, 10, 1)

    assert steps.flop < blocks.flop < 1.2 * steps.flop
    assert blocks.moved_bytes < 0.7 * steps.moved_bytes


def test_a_weight_that_is_read_both_ways_at_once_moves_half_as_much_in_the_steps():
    both_ways, one_by_one = blocks_cost(MLP, 10, 1, readings=1), blocks_cost(MLP, 10, 1)
    steps, hidden_bytes = 100, 4 * 3000 * 2000

    assert one_by_one.flop == both_ways.flop
    assert steps * hidden_bytes == one_by_one.moved_bytes - both_ways.moved_bytes
