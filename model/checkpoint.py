"""Saving what a network has learnt, loading it again, and predicting with it."""

import pickle
from pathlib import Path

import torch

__all__ = ["CheckpointError", "load", "predict", "save"]


class CheckpointError(Exception):
    """A checkpoint cannot be used; the message says which and why."""


def save(network: torch.nn.Module, path: Path) -> None:
    """Write a network's parameters, and nothing else. Raises CheckpointError where the file cannot be written."""
    try:
        with path.open("wb") as file:
            torch.save(network.state_dict(), file)
    except (OSError, RuntimeError) as error:  # torch puts an error of its own on top of the system's
        cause = error if isinstance(error, OSError) else error.__context__
        if not isinstance(cause, OSError):
            raise
        raise CheckpointError(f"{path}: cannot be written: {cause.strerror}") from cause


def load(network: torch.nn.Module, path: Path) -> None:
    """Give a network the parameters of a checkpoint, on whatever device it is.

    Raises CheckpointError for a file that is missing, is no checkpoint, or belongs to a network of another shape.
    Only tensors are read (`weights_only=True`): a checkpoint cannot run code.
    """
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (pickle.UnpicklingError, EOFError, RuntimeError, ValueError, KeyError) as error:
        raise CheckpointError(f"{path}: not a checkpoint of network parameters") from error

    expected = shapes(network.state_dict())
    if not isinstance(state, dict) or not all(isinstance(value, torch.Tensor) for value in state.values()):
        raise CheckpointError(f"{path}: not a checkpoint of network parameters")
    if shapes(state) != expected:
        raise CheckpointError(f"{path}: is of another network: has {shapes(state)}, expected {expected}")
    network.load_state_dict(state)


def shapes(state: dict[str, torch.Tensor]) -> str:
    """The parameters of a network in a line: `layers.0.weight 30x2, layers.0.bias 30`."""
    return ", ".join(f"{name} {'x'.join(map(str, tensor.shape))}" for name, tensor in state.items())


@torch.no_grad()
def predict(network: torch.nn.Module, features: torch.Tensor, *, classes: bool = True) -> torch.Tensor:
    """The outputs of a network; with `classes` the most likely ones, `(samples, …)` from `(samples, …, classes)`."""
    network.eval()
    outputs: torch.Tensor = network(features)
    return outputs.argmax(dim=-1) if classes else outputs
