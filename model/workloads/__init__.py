"""The workloads of the suite, each a module in the form that a user's own file has, and how one is found."""

from importlib import import_module

from crossover.model.workload import Workload, WorkloadError
from crossover.model.workloads import mlp, user_code

__all__ = ["BUILT_IN", "MLP", "find"]

BUILT_IN = ("mlp", "cnn", "transformer", "lstm")

MLP = Workload.of(mlp, "mlp")
"""The article's network: what is trained unless something else is asked for."""


def find(name: str) -> Workload:
    """The workload of a name: one of `BUILT_IN`, or a user's as `FILE`, `FILE:NAME` or `module:NAME`.

    A user's code runs here. Raises WorkloadError where there is none, or where it is wrong.
    """
    if name == MLP.name:
        return MLP
    if name in BUILT_IN:
        return Workload.of(import_module(f"crossover.model.workloads.{name}"), name)
    try:
        return user_code.workload(name)
    except user_code.NoSourceError as error:
        raise WorkloadError(
            f"{error}; it takes {', '.join(BUILT_IN)}, a file such as my_model.py, or module:NAME"
        ) from error
