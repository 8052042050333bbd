"""Where pytest-benchmark saves a run, and what it compares the run with."""

import os
import shlex
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

import pytest
from pytest_benchmark.storage.file import FileStorage
from pytest_benchmark.utils import get_machine_id, get_tag

from crossover.benchmarks.machine.environment import bound_to_a_repository

__all__ = [
    "arguments",
    "is_saved",
    "is_timed",
    "keep_to_own_tables",
    "name_by_own_commit",
    "off_switch",
    "own_repository",
    "require_baseline",
    "require_common_cells",
    "save_by_default",
    "save_nothing",
    "storage",
    "use_results_folder",
]

IN_THE_TREE = "file://./.benchmarks"
"""pytest-benchmark's own default for --benchmark-storage."""


WRITING_OR_JUDGING = ("autosave", "save", "json", "compare", "compare_fail", "histogram", "cprofile", "cprofile_dump")

ASKING_FOR_TABLES = {
    f"--benchmark-{name}"
    for name in ("sort", "group-by", "columns", "name", "time-unit", "compare", "compare-fail", "histogram", "cprofile")
}
"""Options about the look or content of pytest-benchmark's tables."""


def save_nothing(config: pytest.Config) -> None:
    """Write and judge nothing, as one rank of several that does not speak for all."""
    config.option.xmlpath = None
    for name in WRITING_OR_JUDGING:
        setattr(config.option, f"benchmark_{name}", None)
    config.option.benchmark_quiet = True


def arguments(config: pytest.Config) -> list[str]:
    """Returns the words of the command that started this run, after those of PYTEST_ADDOPTS, as pytest reads them."""
    return [*shlex.split(os.environ.get("PYTEST_ADDOPTS", "")), *map(str, config.invocation_params.args)]


def is_saved(config: pytest.Config) -> bool:
    option = config.option
    return bool(option.benchmark_save or option.benchmark_autosave or option.benchmark_json) and is_timed(config)


def save_by_default(config: pytest.Config) -> None:
    """Save the run as by --benchmark-autosave, unless an option says where else, or nothing is measured."""
    if is_timed(config) and not is_saved(config):
        config.option.benchmark_autosave = True


def is_timed(config: pytest.Config) -> bool:
    """Whether cells will be measured, not only listed or tried."""
    is_listed = any(getattr(config.option, name, False) for name in ("collectonly", "setuponly", "setupplan"))
    return not (is_listed or off_switch(config))


def off_switch(config: pytest.Config) -> str | None:
    """Returns the option by which pytest-benchmark measures nothing; None where it measures."""
    option = config.option
    if option.benchmark_skip and not option.benchmark_only:
        return "--benchmark-skip"
    return "--benchmark-disable" if option.benchmark_disable and not option.benchmark_enable else None


@contextmanager
def own_repository(folder: Path) -> Iterator[None]:
    """Let pytest-benchmark ask git about a folder, whichever folder or repository this process was started for."""
    bound = {name: os.environ.pop(name) for name in bound_to_a_repository() & os.environ.keys()}
    try:
        with chdir(folder):
            yield
    finally:
        os.environ.update(bound)


def name_by_own_commit(config: pytest.Config) -> None:
    """Name the file of --benchmark-autosave anew: pytest-benchmark names it when it is loaded, wherever that was."""
    if config.option.benchmark_autosave:
        with own_repository(config.rootpath):
            config.option.benchmark_autosave = get_tag()


def use_results_folder(config: pytest.Config, results: Path, machine: Callable[[], str]) -> None:
    """Save and compare under results/MACHINE, unless --benchmark-storage names another place; save all round times.

    `machine` returns the name of this machine, which takes a second to find out.
    """
    config.option.benchmark_save_data = True
    if config.option.benchmark_storage == IN_THE_TREE:
        folder = results / machine() if is_saved(config) or config.option.benchmark_compare else results
        config.option.benchmark_storage = f"file://{folder}"


def keep_to_own_tables(config: pytest.Config) -> None:
    """Print pytest-benchmark's own tables and remarks only where one of its options asks for them."""
    option = config.option
    asked = option.benchmark_compare or option.benchmark_histogram or option.benchmark_cprofile
    words = [argument.partition("=")[0] for argument in arguments(config)]
    option.benchmark_quiet = option.benchmark_quiet or not (asked or set(words) & ASKING_FOR_TABLES)


def storage(config: pytest.Config) -> Path | None:
    """Returns the folder of --benchmark-storage, or None where it is no folder."""
    name: str = config.option.benchmark_storage
    is_folder = name.startswith("file://") or "://" not in name
    return Path(name.removeprefix("file://")).resolve() if is_folder else None


def require_baseline(config: pytest.Config) -> None:
    """Raise UsageError now, not an hour later, where --benchmark-compare has nothing to compare with."""
    if not config.option.benchmark_compare and config.option.benchmark_compare_fail:
        raise pytest.UsageError("--benchmark-compare-fail judges by a saved run: add --benchmark-compare")
    compared_cells(config)


def require_common_cells(config: pytest.Config, names: set[str]) -> None:
    """Raise UsageError where no cell of these names is in a run to compare with: every gate would be passed."""
    if (found := compared_cells(config)) and not names & set().union(*found.values()):
        raise pytest.UsageError(f"--benchmark-compare: no cell of this run was measured in {', '.join(found)}")


def compared_cells(config: pytest.Config) -> dict[str, set[str]]:
    """Returns the names of the cells that were measured in each run to compare with, by its file.

    Raises UsageError where there is no such run, or one cannot be read.
    """
    wanted, folder = config.option.benchmark_compare, storage(config)
    if not wanted or not folder:
        return {}
    from crossover.benchmarks.runs import load

    pattern = "[0-9][0-9][0-9][0-9]_" if wanted is True else wanted
    is_there = folder.is_dir()  # if not, pytest-benchmark would make it
    files = FileStorage(folder, None, get_machine_id()).query(pattern) if is_there else []
    if not files:
        matching = "" if wanted is True else f" that matches {wanted}"
        raise pytest.UsageError(f"--benchmark-compare: no saved run in {folder}{matching}")
    try:
        runs = [load.read(path) for path in (files[-1:] if wanted is True else files)]
    except load.LoadError as error:
        raise pytest.UsageError(f"--benchmark-compare: {load.plain(str(error))}") from error
    return {load.plain(run.label): {bench.name for bench in run.saved.benchmarks} for run in runs}
