"""Ways to multiply by a weight matrix on this machine, and the choice between them by trying.

Which library is fastest depends on processor, shape and threads: MKL leaves half of some processors unused and leads on
others. A way is made from a weight of shape `(outputs, inputs)`, a bias of shape `(outputs,)` or None and the batch
size, and then maps `(batch, inputs)` to `(batch, outputs)`. The packed ones copy the weight into the library's own
layout: they pay where one weight serves several batches, and must be made anew when it changes.
"""

from collections.abc import Callable
from time import perf_counter

import torch
import torch.nn.functional as F

__all__ = ["Product", "fastest"]

Product = Callable[[torch.Tensor], torch.Tensor]
Way = Callable[[torch.Tensor, torch.Tensor | None, int], Product]

TRIALS = 5
"""The least of five times counts: noise only adds, and the first use of each way sets its library up."""


def plain(weight: torch.Tensor, bias: torch.Tensor | None, batch_size: int) -> Product:
    """What `torch.nn.Linear` does: MKL where PyTorch has it."""
    return lambda inputs: F.linear(inputs, weight, bias)


def onednn(weight: torch.Tensor, bias: torch.Tensor | None, batch_size: int) -> Product:
    linear = torch.ops.mkldnn._linear_pointwise
    return lambda inputs: linear(inputs, weight, bias, "none", [], "")


def onednn_packed(weight: torch.Tensor, bias: torch.Tensor | None, batch_size: int) -> Product:
    return onednn(torch.ops.mkldnn._reorder_linear_weight(weight, batch_size), bias, batch_size)


def mkl_packed(weight: torch.Tensor, bias: torch.Tensor | None, batch_size: int) -> Product:
    packed = torch.ops.mkl._mkl_reorder_linear_weight(weight, batch_size)
    linear = torch.ops.mkl._mkl_linear
    return lambda inputs: linear(inputs, packed, weight, bias, batch_size)


def ways(weight: torch.Tensor, *, packed: bool) -> list[Way]:
    """The ways that this build of PyTorch has for a weight: beside the plain one, only for float32 on a CPU."""
    found: list[Way] = [plain]
    if weight.device.type != "cpu" or weight.dtype != torch.float32:
        return found
    if torch.backends.mkldnn.is_available() and hasattr(torch.ops.mkldnn, "_linear_pointwise"):
        found += [onednn, onednn_packed] if packed else [onednn]
    if packed and weight.is_contiguous() and hasattr(torch.ops.mkl, "_mkl_linear"):
        found += [mkl_packed]
    return found


@torch.no_grad()
def fastest(weight: torch.Tensor, bias: torch.Tensor | None, batch_size: int, *, uses: int = 1) -> Way:
    """The way that takes the least time to make once and use for `uses` batches, tried in turn on zeros.

    For a single use, only ways that keep working when the weight changes are tried.
    """
    candidates = ways(weight, packed=uses > 1)
    if len(candidates) == 1:
        return candidates[0]
    inputs = weight.new_zeros(batch_size, weight.shape[1])
    least_s = dict.fromkeys(candidates, float("inf"))
    for _ in range(TRIALS):
        for way in candidates:
            start_s = perf_counter()
            product = way(weight, bias, batch_size)
            made_s = perf_counter()
            product(inputs)
            seconds = (made_s - start_s) + (perf_counter() - made_s) * uses
            least_s[way] = min(least_s[way], seconds)
    return min(least_s, key=lambda way: least_s[way])
