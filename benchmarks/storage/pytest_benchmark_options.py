"""Where pytest-benchmark saves a run, and what it compares the run with."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_benchmark.storage.file import FileStorage
from pytest_benchmark.utils import get_machine_id

__all__ = [
    "is_saved",
    "is_timed",
    "keep_to_own_tables",
    "require_baseline",
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


def is_saved(config: pytest.Config) -> bool:
    option = config.option
    return bool(option.benchmark_save or option.benchmark_autosave or option.benchmark_json) and is_timed(config)


def is_timed(config: pytest.Config) -> bool:
    """Whether cells will be measured, not only listed or tried."""
    option = config.option
    is_disabled = option.benchmark_disable and not option.benchmark_enable
    return not (is_disabled or option.benchmark_skip or option.collectonly)


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
    words = [argument.partition("=")[0] for argument in config.invocation_params.args]
    option.benchmark_quiet = option.benchmark_quiet or not (asked or set(words) & ASKING_FOR_TABLES)


def storage(config: pytest.Config) -> Path | None:
    """Returns the folder of --benchmark-storage, or None where it is no folder."""
    name: str = config.option.benchmark_storage
    is_folder = name.startswith("file://") or "://" not in name
    return Path(name.removeprefix("file://")).resolve() if is_folder else None


def require_baseline(config: pytest.Config) -> None:
    """Raise UsageError now, not an hour later, where --benchmark-compare has nothing to compare with."""
    wanted, folder = config.option.benchmark_compare, storage(config)
    if not wanted and config.option.benchmark_compare_fail:
        raise pytest.UsageError("--benchmark-compare-fail judges by a saved run: add --benchmark-compare")
    if not wanted or not folder:
        return
    from crossover.benchmarks.runs import load

    pattern = "[0-9][0-9][0-9][0-9]_" if wanted is True else wanted
    is_there = folder.is_dir()  # if not, pytest-benchmark would make it
    files = FileStorage(folder, None, get_machine_id()).query(pattern) if is_there else []
    if not files:
        matching = "" if wanted is True else f" that matches {wanted}"
        raise pytest.UsageError(f"--benchmark-compare: no saved run in {folder}{matching}")
    try:
        for path in files[-1:] if wanted is True else files:
            load.read(path)
    except load.LoadError as error:
        raise pytest.UsageError(f"--benchmark-compare: {load.plain(str(error))}") from error
