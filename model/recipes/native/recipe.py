"""A whole epoch in C++, compiled for this processor: `deferred` without operators, in a layout of its own.

PyTorch's operators cost some microseconds each, which is most of a step at small scales, and a general matrix product
is not made for a batch of ten rows. Here weights are stored by panels of columns or by square tiles, which a product
reads from end to end; a batch stays in registers meanwhile; and threads keep their own part of the weights in their own
caches and wait for each other three times a step. The weight between the hidden layers is read from memory once a step:
while a strip of it is in the cache, one batch passes back through it and the next one forward.

It helps at every scale. Price: a C++ compiler (`c++`, or what CXX names) and some seconds when preparing, CPU only,
plain gradient descent on linear layers with ReLU between them and cross-entropy at the end, and a second copy of all
weights.
"""

import ctypes
import os
import platform
import shlex
import shutil
import subprocess
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import torch

from crossover.model.cost import Cost
from crossover.model.data import Data, Samples
from crossover.model.recipes.blocks import block_rows, blocks_cost
from crossover.model.recipes.deferred.recipe import alternating_layers, shapes_of
from crossover.model.recipes.device_data import Resident
from crossover.model.recipes.native.layout import Layer, Matrix, NativeLayer
from crossover.model.recipes.recipe import Fit, Recipe
from crossover.model.recipes.threads import best_threads, threads
from crossover.model.training import History
from crossover.model.workload import Workload

__all__ = ["NATIVE"]

REAL = {torch.float32: ("float", ctypes.c_float), torch.float64: ("double", ctypes.c_double)}
LARGEST_BATCH = 256
"""The code is made anew for each batch size, in 3 s for 64, 12 s for 512 and 34 s for 2048 on a server's core, and from
512 on it was no faster than `deferred` there."""

TRIAL_BATCHES = 5
"""The batches of a trial: enough for each thread to have its weights in its cache, and under a second at any scale."""


def unavailable(device: torch.device | str) -> str | None:
    if torch.device(device).type != "cpu":
        return f"native code runs on the CPU, not on {device}"
    return trouble()


@cache
def trouble() -> str | None:
    """Why this machine cannot compile and load C++, found out with an empty file; None where it can.

    Whatever fails later is the fault of the C++ code.
    """
    try:
        library(os.devnull)
    except RuntimeError as error:
        return str(error)
    return None


@cache
def compiled(real: str, batch_size: int) -> ctypes.CDLL:
    """The C++ code for a number type and batch size. Raises RuntimeError with the compiler's message."""
    loaded = library(str(Path(__file__).with_name("native.cpp")), f"-DREAL={real}", f"-DBATCH={batch_size}")
    loaded.test.restype = ctypes.c_long
    return loaded


def library(source: str, *defines: str) -> ctypes.CDLL:
    """Compile a file for this processor and load the result. Raises RuntimeError with the reason where that fails."""
    this_processor = "-mcpu=native" if platform.machine() in ("arm64", "aarch64") else "-march=native"
    options = ["-O3", this_processor, "-std=c++17", "-shared", "-fPIC", "-pthread", *defines, "-x", "c++", source]
    command = [*compiler(), *options]
    try:
        with tempfile.TemporaryDirectory() as folder:
            made = str(Path(folder, "native.so"))
            run([*command, "-o", made])
            return ctypes.CDLL(made)
    except OSError as error:
        where = tempfile.tempdir or "any folder"
        words = error.strerror or str(error).rpartition(": ")[2]  # the loader names its file first
        raise RuntimeError(
            f"native code cannot be written to {where} and run from there: {words}; TMPDIR names another folder, which "
            "must not be mounted noexec"
        ) from error


def compiler() -> list[str]:
    """The command in CXX, which may have arguments, or `c++`. Raises RuntimeError where there is no such program."""
    named = os.environ.get("CXX")
    try:
        command = ["c++"] if named is None else shlex.split(named)
    except ValueError as error:
        raise RuntimeError(f"native code needs a C++ compiler: CXX={named!r} cannot be read: {error}") from error
    if command and (program := shutil.which(command[0])):
        return [program, *command[1:]]
    words = "none is called c++, and CXX is not set" if named is None else f"CXX={named!r} names none that is here"
    raise RuntimeError(f"native code needs a C++ compiler: {words}")


def run(command: list[str]) -> None:
    """Run a compiler. Raises RuntimeError with the first line that it wrote where it fails."""
    try:
        result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace")
    except OSError as error:
        raise RuntimeError(f"native code needs a C++ compiler: {command[0]} cannot be run: {error.strerror}") from error
    if result.returncode:
        words = next(iter(result.stderr.split("\n")), "") or f"{command[0]} ended with status {result.returncode}"
        raise RuntimeError(f"native code could not be compiled in {tempfile.gettempdir()}: {words}")


class Native:
    """A network in the layout of the C++ code, and the calls into that code."""

    def __init__(self, network: torch.nn.Module, batch_size: int, samples: int) -> None:
        layers = alternating_layers(network)
        self.dtype, self.inputs, self.batch_size = layers[0].weight.dtype, layers[0].in_features, batch_size
        real, self.real = REAL[self.dtype]
        self.kernels = compiled(real, batch_size)
        self.panel = ctypes.c_int.in_dll(self.kernels, "panel").value
        self.block = block_rows(shapes_of(layers), batch_size, samples)
        self.layers = [
            NativeLayer(layer, self.block, self.panel, is_first=layer is layers[0], is_last=layer is layers[-1])
            for layer in layers
        ]
        self.structures = (Layer * len(layers))(*(layer.structure for layer in self.layers))

    def train(self, features: torch.Tensor, labels: torch.Tensor, rate: float, threads: int) -> torch.Tensor:
        """Train for one epoch, samples in the order given; returns the mean loss of each batch before its step."""
        losses = torch.zeros(len(labels), dtype=self.dtype)
        self.call(self.kernels.train, features, labels, threads, self.real(rate), ctypes.c_void_p(losses.data_ptr()))
        return torch.stack([batch.mean() for batch in losses.split(self.batch_size)])

    def accuracy(self, samples: Samples, threads: int) -> float:
        return self.call(self.kernels.test, samples.features, samples.targets, threads) / len(samples)

    def call(self, function: Any, features: torch.Tensor, labels: torch.Tensor, threads: int, *more: Any) -> int:
        count = len(labels)
        matrix = Matrix(-(-count // self.batch_size) * self.batch_size, self.inputs, self.panel, self.dtype)
        matrix.load(features)
        samples = (matrix.pointer, ctypes.c_void_p(labels.data_ptr()), ctypes.c_long(count))
        result: int = function(self.structures, len(self.layers), ctypes.c_long(self.block), threads, *samples, *more)
        return result


def prepare(
    network: torch.nn.Module,
    data: Data,
    workload: Workload,
    *,
    scale: int,
    batch_size: int,
    generator: torch.Generator,
    device: torch.device | str = "cpu",
) -> Fit:
    """Prepare as every recipe does. Raises RuntimeError where `unavailable` has a reason or the compiler fails."""
    if reason := unavailable(device):
        raise RuntimeError(reason)
    samples = Resident.on(device, data, generator)
    native = Native(network, batch_size, len(data.train))
    some = samples.train.first(TRIAL_BATCHES * batch_size)

    def trial(count: int) -> None:
        with threads(1):  # torch's own would go on spinning for a while, on the cores that the C++ code needs
            native.train(some.features, some.targets, 0.0, count)

    best = best_threads(trial)

    @torch.no_grad()
    def fit(epochs: int) -> History:
        history = History()
        with threads(best):
            for layer in native.layers:
                layer.load()
        with threads(1):  # as in the trial
            for _ in range(epochs):
                history.losses.append(native.train(*samples.epoch(), workload.learning_rate(scale), best).tolist())
                history.accuracies.append(native.accuracy(samples.test, best))
        with threads(best):
            for layer in native.layers:
                layer.store()
        return history

    return fit


def cost(workload: Workload, scale: int, epochs: int) -> Cost:
    """The cost of training by blocks, but with each weight read once a step and two calls launched an epoch."""
    return replace(blocks_cost(workload, scale, epochs, readings=1), operations=2 * epochs)


NATIVE = Recipe("native", prepare, unavailable, only_for="mlp", largest_batch=LARGEST_BATCH, cost=cost)
