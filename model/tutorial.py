"""Train a classifier on five points, test it, save it, load it again and predict with it.

Run it with `python -m crossover.model.tutorial --checkpoint model.pth`.
"""

import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import torch
import typer

from crossover import program
from crossover.model import checkpoint
from crossover.model.data import Data, Loaders, Samples
from crossover.model.network import NeuralNetwork
from crossover.model.training import evaluate, fit
from crossover.model.workloads import MLP

EPOCHS = 3
DATA = Data(
    train=Samples(
        torch.tensor([[-1.2, 3.1], [-0.9, 2.9], [-0.5, 2.6], [2.3, -1.1], [2.7, -1.5]]),
        torch.tensor([0, 0, 0, 1, 1]),
    ),
    test=Samples(torch.tensor([[-0.8, 2.8], [2.6, -1.6]]), torch.tensor([0, 1])),
)


def tutorial(
    path: Annotated[
        Path, typer.Option("--checkpoint", metavar="PATH", help="Where the trained parameters are saved.")
    ] = Path("model.pth"),
) -> None:
    """Train a classifier on five points, test it, save it, load it again and predict with it.

    Example: python -m crossover.model.tutorial --checkpoint /tmp/model.pth
    """
    torch.manual_seed(123)
    loaders = Loaders.over(DATA, batch_size=2, drop_last=True)
    network = NeuralNetwork(2, (30, 20), 2)

    def print_batch(epoch: int, batch: int, loss: float) -> None:
        print(f"Epoch: {epoch:02d}/{EPOCHS:02d} | Batch: {batch:02d}/{len(loaders.train):02d} | Train Loss: {loss:.2f}")

    optimizer = torch.optim.SGD(network.parameters(), lr=0.5)
    fit(network, loaders, MLP, optimizer, epochs=EPOCHS, on_batch=print_batch)
    print(f"Eval Accuracy: {evaluate(network, loaders.test, MLP):.2f}")

    try:
        checkpoint.save(network, path)
        print(f"Saved: {path}")
        fresh = NeuralNetwork(2, (30, 20), 2)
        checkpoint.load(fresh, path)
    except checkpoint.CheckpointError as error:
        print(f"--checkpoint: {error}", file=sys.stderr)
        raise typer.Exit(2) from error
    print(f"Predictions: {checkpoint.predict(fresh, DATA.test.features).tolist()}")


if __name__ == "__main__":
    program.run("tutorial", partial(typer.run, tutorial))
