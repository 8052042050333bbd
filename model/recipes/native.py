"""A whole epoch in C++, compiled for this processor: no operators, no allocation, and each weight read twice a step.

PyTorch's operators cost some microseconds each, which is most of a step at small scales, and a general matrix product
is not made for a batch of ten rows. Here the backward pass and the update are one sweep over the weight, the threads
keep their own rows of it in their own caches and wait for each other four times a step.

It helps most at small scales; where weights come from memory, `deferred` moves fewer bytes. Price: a C++ compiler
(`c++`, or what CXX names) and some seconds when preparing, CPU only, plain gradient descent on linear layers with ReLU
between them and cross-entropy at the end, a second copy of all weights, and batches beyond about 14 rows are slow.
"""

import ctypes
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import torch
import torch.nn.functional as F

from model.data import Data
from model.recipes.deferred import alternating_layers
from model.recipes.recipe import Fit, Recipe
from model.recipes.samples import Resident
from model.recipes.threads import best_threads
from model.training import History

REAL = {torch.float32: "float", torch.float64: "double"}
VECTOR_BYTES = 64
TRIAL_BATCHES = 5
"""Enough for each thread to have its weights in its cache, and less than a second at any scale."""


class Layer(ctypes.Structure):
    """The C++ `Layer`."""

    _fields_ = (
        ("weight", ctypes.c_void_p),
        ("bias", ctypes.c_void_p),
        ("inputs", ctypes.c_long),
        ("outputs", ctypes.c_long),
        ("padded", ctypes.c_long),
    )


def compiler() -> str | None:
    return shutil.which(os.environ.get("CXX", "c++"))


def unavailable(device: torch.device | str) -> str | None:
    if torch.device(device).type != "cpu":
        return f"native code runs on the CPU, not on {device}"
    return None if compiler() else "native code needs a C++ compiler: none is called c++, and CXX names none"


@cache
def compiled(real: str, batch_size: int) -> ctypes.CDLL:
    """The epoch for a number type and batch size. Raises RuntimeError with the compiler's message."""
    source = Path(__file__).with_suffix(".cpp")
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder, "native.so")
        options = ["-O3", "-march=native", "-ffast-math", "-mprefer-vector-width=512", "-std=c++17", "-shared", "-fPIC"]
        defines = [f"-DREAL={real}", f"-DBATCH={batch_size}"]
        command = [str(compiler()), *options, *defines, "-pthread", str(source), "-o", str(library)]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode:
            raise RuntimeError(f"native code could not be compiled: {result.stderr.strip().splitlines()[:1]}")
        return ctypes.CDLL(str(library))


def padded(matrix: torch.Tensor, rows: int = 0) -> torch.Tensor:
    """A copy with zeros after each row, up to whole vectors, and after the last row."""
    lanes = VECTOR_BYTES // matrix.element_size()
    return F.pad(matrix, (0, -matrix.shape[1] % lanes, 0, rows)).contiguous()


def prepare(
    network: torch.nn.Module,
    data: Data,
    *,
    batch_size: int,
    learning_rate: float,
    generator: torch.Generator,
    device: torch.device | str = "cpu",
) -> Fit:
    """As every recipe's; raises RuntimeError where `unavailable` has a reason or the compiler fails."""
    if reason := unavailable(device):
        raise RuntimeError(reason)
    layers = alternating_layers(network)
    samples = Resident.on(device, data, generator)
    count, dtype = len(data.train), layers[0].weight.dtype
    batches = -(-count // batch_size)
    library = compiled(REAL[dtype], batch_size)
    weights = [padded(layer.weight.detach()) for layer in layers]
    biases = [layer.bias.detach() for layer in layers]
    structures = (Layer * len(layers))(
        *(
            Layer(weight.data_ptr(), bias.data_ptr(), layer.in_features, layer.out_features, weight.shape[1])
            for layer, weight, bias in zip(layers, weights, biases, strict=True)
        )
    )
    real = ctypes.c_float if dtype == torch.float32 else ctypes.c_double
    losses = torch.empty(batches * batch_size, dtype=dtype)
    sizes = torch.full((batches,), batch_size)
    sizes[-1] = count - (batches - 1) * batch_size

    def epoch(features: torch.Tensor, labels: torch.Tensor, rows: int, rate: float, threads: int) -> None:
        pointers = [ctypes.c_void_p(tensor.data_ptr()) for tensor in (features, labels, losses)]
        library.epoch(structures, len(layers), *pointers[:2], ctypes.c_long(rows), real(rate), pointers[2], threads)

    some = padded(samples.train.features[: TRIAL_BATCHES * batch_size], rows=batch_size)
    some_rows = min(TRIAL_BATCHES * batch_size, count)
    best = best_threads(lambda: epoch(some, samples.train.labels, some_rows, 0.0, torch.get_num_threads()))

    @torch.no_grad()
    def fit(epochs: int) -> History:
        history = History()
        for layer, weight in zip(layers, weights, strict=True):
            weight[:, : layer.in_features] = layer.weight
        for _ in range(epochs):
            features, labels = samples.epoch()
            features = padded(features, rows=batches * batch_size - count)
            losses.zero_()
            epoch(features, labels, count, learning_rate, best)
            for layer, weight in zip(layers, weights, strict=True):
                layer.weight.copy_(weight[:, : layer.in_features])
            history.losses.append((losses.view(-1, batch_size).sum(1) / sizes).tolist())
            history.accuracies.append(samples.accuracy(network))
        return history

    return fit


NATIVE = Recipe("native", prepare, unavailable, weight_copies=3)
