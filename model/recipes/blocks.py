"""How many batches the updates of a block are deferred for, and the least work that training by blocks takes."""

from itertools import pairwise

from crossover.model.cost import BYTES_PER_NUMBER, Cost
from crossover.model.network import layer_widths
from crossover.model.workload import Workload

__all__ = ["Shape", "block_rows", "blocks_cost"]

Shape = tuple[int, int]
"""Inputs and outputs of a layer."""

OPERATORS_A_STEP = 17
"""The operators of a step of `deferred` through three layers: seven forward, two for the loss, eight backward."""

OPERATORS_A_BLOCK = 3
"""The operators that a block adds: eight to begin it and to fold what it taught, less five for corrections, which its
first step does not need."""


def block_rows(shapes: list[Shape], batch_size: int, samples: int) -> int:
    """How many samples make a block: whole batches, a small share of the rows of the widest weight.

    From half to twice this number made no difference that could be told from noise, at scales 1 to 10.
    """
    width = max(min(shape) for shape in shapes[1:])
    batches = max(1, min(max(40, width // 8), 500, samples) // batch_size)
    return batches * batch_size


def blocks_cost(workload: Workload, scale: int, epochs: int, *, readings: int = 2) -> Cost:
    """A whole round by blocks: every block of an epoch, and after it the test samples in one batch.

    A step reads each weight that waits for its update `readings` times: 2 for forward and backward, 1 for both at once.
    """
    batch, shapes = workload.batch_size, list(pairwise(layer_widths(scale)))
    samples = workload.train_samples
    rows = block_rows(shapes, batch, samples)
    epoch = block_cost(shapes, rows, readings, batch).times(samples // rows)
    epoch += test_cost(shapes, workload.test_samples)
    if left := samples % rows:
        epoch += block_cost(shapes, left, readings, batch)
    return epoch.times(epochs)


def test_cost(shapes: list[Shape], samples: int) -> Cost:
    """The test samples in one batch."""
    weights = sum(inputs * outputs for inputs, outputs in shapes)
    return Cost(2 * samples * weights, BYTES_PER_NUMBER * weights, 2 * len(shapes) - 1)


def block_cost(shapes: list[Shape], rows: int, readings: int, batch: int) -> Cost:
    """The steps of one block: what each layer must compute and move, in FLOP and bytes.

    Every layer multiplies all rows forward, and once more for its update; every layer but the first also backward.
    Every layer but the last corrects a batch by the rows before it in its block. In each direction that takes a product
    that makes the overlaps and one with them; the first layer has no backward direction.

    Each block reads the first weight twice and writes it once. It reads each weight between `readings` times a step,
    and once more to update it, and writes it once. The last weight is narrow and updated in every step, which reads it
    three times and writes it once.
    """
    steps = -(-rows // batch)
    past = rows * (rows - batch) // 2  # pairs of a row and one in a batch before it
    (first_inputs, first_outputs), *hidden, (last_inputs, last_outputs) = shapes
    first, last = first_inputs * first_outputs, last_inputs * last_outputs
    deferred = sum(inputs * outputs for inputs, outputs in hidden)
    corrections = (first_inputs + first_outputs) + 2 * sum(inputs + outputs for inputs, outputs in hidden)
    return Cost(
        flop=2 * rows * (2 * first + 3 * (deferred + last)) + 2 * past * corrections,
        moved_bytes=BYTES_PER_NUMBER * (3 * first + (readings * steps + 2) * deferred + 4 * steps * last),
        operations=OPERATORS_A_STEP * steps + OPERATORS_A_BLOCK,
    )
