"""The three kinds of linear layers in the `deferred` recipe, by what is known of their inputs and what an update costs.

Each holds a block of rows: `inputs` of shape `(rows, inputs)` and `deltas` of shape `(rows, outputs)`, which are the
gradients at its outputs times minus the rate. What has been learnt from the rows before a window is their product,
`deltasᵀ inputs`, and for the bias the sum of the deltas, as if one more input were 1: hence the ones below.
"""

from collections.abc import Callable

import torch

from crossover.model.recipes.gemm import fastest

__all__ = ["Deferred", "First", "Immediate"]

Pass = Callable[[], torch.Tensor]
"""One batch's way through a layer: forward from the inputs of its window to its outputs, or backward from its deltas to
what arrives at its inputs."""


class Immediate:
    """A layer so narrow that its update is cheaper than deferring it: it learns in its backward pass."""

    def __init__(self, layer: torch.nn.Linear, rows: int, batch_size: int) -> None:
        self.weight, self.bias = layer.weight.detach(), layer.bias.detach()
        self.inputs = self.weight.new_empty(rows, layer.in_features)
        self.deltas = self.weight.new_empty(rows, layer.out_features)
        self.outputs = self.weight.new_empty(rows, layer.out_features)
        self.arriving = self.weight.new_empty(batch_size, layer.in_features)
        self.ones = self.weight.new_ones(rows)

    def forward(self, start: int, stop: int) -> Pass:
        inputs, outputs = self.inputs[start:stop], self.outputs[start:stop]
        return lambda: torch.addmm(self.bias, inputs, self.weight.T, out=outputs)

    def backward(self, start: int, stop: int) -> Pass:
        inputs, deltas = self.inputs[start:stop], self.deltas[start:stop]
        arriving, ones = self.arriving[: stop - start], self.ones[start:stop]

        def learn() -> torch.Tensor:
            torch.mm(deltas, self.weight, out=arriving)
            self.weight.addmm_(deltas.T, inputs)
            self.bias.addmv_(deltas.T, ones)
            return arriving

        return learn

    def fold(self, rows: int) -> None:
        """Add what the first `rows` rows have taught to weight and bias; this layer has done so already."""


class Deferred(Immediate):
    """A layer that only reads its weight within a block, and corrects each product by what the block has taught."""

    def __init__(self, layer: torch.nn.Linear, rows: int, batch_size: int) -> None:
        super().__init__(layer, rows, batch_size)
        self.batch_size = batch_size
        uses = -(-rows // batch_size)
        self.forward_way = fastest(self.weight, self.bias, batch_size, uses=uses)
        self.backward_way = fastest(self.weight.T, None, batch_size, uses=uses)
        self.pack()

    def pack(self) -> None:
        self.forwards = self.forward_way(self.weight, self.bias, self.batch_size)
        self.backwards = self.backward_way(self.weight.T, None, self.batch_size)

    def forward(self, start: int, stop: int) -> Pass:
        inputs, past_inputs, past_deltas = self.inputs[start:stop], self.inputs[:start], self.deltas[:start]
        overlaps, one = self.weight.new_empty(stop - start, start), self.ones[:1]

        def corrected() -> torch.Tensor:
            outputs = self.forwards(inputs)
            if start:
                torch.addmm(one, inputs, past_inputs.T, out=overlaps)
                outputs.addmm_(overlaps, past_deltas)
            return outputs

        return corrected

    def backward(self, start: int, stop: int) -> Pass:
        deltas, past_inputs, past_deltas = self.deltas[start:stop], self.inputs[:start], self.deltas[:start]
        overlaps = self.weight.new_empty(stop - start, start)

        def corrected() -> torch.Tensor:
            arriving = self.backwards(deltas)
            if start:
                torch.mm(deltas, past_deltas.T, out=overlaps)
                arriving.addmm_(overlaps, past_inputs)
            return arriving

        return corrected

    def fold(self, rows: int) -> None:
        self.weight.addmm_(self.deltas[:rows].T, self.inputs[:rows])
        self.bias.addmv_(self.deltas[:rows].T, self.ones[:rows])
        self.pack()


class First(Immediate):
    """The layer whose inputs are known beforehand: a block needs one product with the weight and one for overlaps."""

    def __init__(self, layer: torch.nn.Linear, rows: int, batch_size: int) -> None:
        super().__init__(layer, rows, batch_size)
        self.overlaps = self.weight.new_empty(rows, rows)

    def begin(self, inputs: torch.Tensor) -> None:
        """Take the inputs of a block, `(rows, inputs)`."""
        rows = len(inputs)
        self.inputs[:rows] = inputs
        torch.addmm(self.bias, inputs, self.weight.T, out=self.outputs[:rows])
        torch.addmm(self.ones[:1], self.inputs, self.inputs.T, out=self.overlaps)

    def forward(self, start: int, stop: int) -> Pass:
        outputs, past_deltas = self.outputs[start:stop], self.deltas[:start]
        overlaps = self.overlaps[start:stop, :start]
        return lambda: outputs.addmm_(overlaps, past_deltas) if start else outputs

    def fold(self, rows: int) -> None:
        self.weight.addmm_(self.deltas[:rows].T, self.inputs[:rows])
        self.bias.addmv_(self.deltas[:rows].T, self.ones[:rows])
