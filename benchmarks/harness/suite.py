"""The suite's own files as pytest collects them: under one name, wherever they are installed."""

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

import pytest

__all__ = ["FOLDER", "directory", "module"]

FOLDER = Path(__file__).parents[1]
"""The folder of the benchmarks. In a checkout it would be imported as `benchmarks`, a name that belongs to users."""


class Module(pytest.Module):
    """A file of benchmarks."""

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        self.obj = import_module(f"crossover.benchmarks.{self.path.stem}")
        return super().collect()


def module(path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Returns the collector of a file of benchmarks, None for any other file."""
    return Module.from_parent(parent, path=path, nodeid=f"benchmarks/{path.name}") if path.parent == FOLDER else None


def directory(path: Path, parent: pytest.Collector) -> pytest.Directory | None:
    """Returns the collector of the folder of the benchmarks, which imports nothing; None for any other folder."""
    return pytest.Dir.from_parent(parent, path=path) if path == FOLDER else None
