"""`crossover bench`: pytest over the suite's files from a user's own folder, with no settings of pytest from there."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from crossover.benchmarks.harness.catalogue import Catalogue
from crossover.benchmarks.harness.suite import FOLDER
from crossover.benchmarks.storage import pytest_benchmark_options

__all__ = ["ARGUMENTS", "NAME", "Bench", "is_bench", "run"]

NAME = "crossover bench"

ARGUMENTS = (f"--config-file={FOLDER / 'bench.ini'}", "--rootdir=.", f"--confcutdir={FOLDER}")
"""Settings from here, results to the current folder, and collectors for no folder above the benchmarks."""


def run(words: Sequence[str], kinds: Catalogue) -> int:
    """Run pytest in this process, and return its exit code."""
    return pytest.main([*ARGUMENTS, *words], plugins=[Bench(kinds)])


def is_bench(config: pytest.Config) -> bool:
    """Whether `crossover bench` started a run, and not `pytest`."""
    return set(ARGUMENTS) <= {*config.invocation_params.args}


@dataclass(frozen=True)
class Bench:
    """The plugin by which pytest takes the words of `crossover bench`."""

    kinds: Catalogue

    def pytest_addoption(self, parser: pytest.Parser) -> None:
        parser.prog = NAME

    def pytest_load_initial_conftests(self, early_config: pytest.Config) -> None:
        """Load the suite after the plugins that are installed, as a conftest.py is loaded: it wraps what they do."""
        early_config.pluginmanager.import_plugin("crossover.benchmarks.plugin")

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        if config.getoption("dist", "no") != "no":
            raise pytest.UsageError(f"{NAME} runs in one process: leave out -n and --dist of pytest-xdist")
        is_named = config.args_source is pytest.Config.ArgsSource.ARGS
        config.args[:] = [self.place_of(word) for word in config.args] if is_named else [str(FOLDER)]
        pytest_benchmark_options.save_by_default(config)

    def place_of(self, word: str) -> str:
        """`training` → `…/test_training.py`; a test is named as pytest prints it. Raises UsageError for other words."""
        file, *test = word.split("::", 1)
        for kind in self.kinds.values():
            name = f"test_{kind.name}.py"
            if file in (kind.name, name, kind.file):
                return "::".join([str(FOLDER / name), *test])
        own = f"; a model of your own is --workload {word}" if word.endswith(".py") else ""
        raise pytest.UsageError(f"{word!r} is no kind of benchmark; it takes {', '.join(self.kinds)}{own}")
