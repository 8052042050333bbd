"""What would end well with nothing measured, though that was asked for: refused in a line before the first cell."""

from importlib.util import find_spec
from typing import Any

import pytest

from crossover.benchmarks.storage import pytest_benchmark_options
from crossover.requirements import PACKAGES

__all__ = ["hear", "require_measuring", "require_plugins"]

REASON = "crossover_refusal"
"""Under this name a worker of pytest-xdist hands over why it measures nothing."""

FIXTURE = "pytest_benchmark.plugin"
"""The module whose fixture `benchmark` measures."""

ASKING = (
    "benchmark_compare",
    "benchmark_compare_fail",
    "benchmark_save",
    "benchmark_autosave",
    "benchmark_json",
    "resume",
)
"""The options that ask for measurements to compare or to keep."""


def require_plugins(manager: pytest.PytestPluginManager) -> None:
    """Raise UsageError where a package or a plugin is missing that every benchmark needs."""
    for module, package in PACKAGES.items():
        if find_spec(module) is None:
            raise pytest.UsageError(f"{module} is missing: pip install {package}")
    if manager.is_blocked("skipping"):
        raise pytest.UsageError("pytest's own plugin for skipping is switched off: leave out -p no:skipping")
    is_early = manager.has_plugin("conftest")  # -p conftest loads that before the plugins that are installed
    if is_early or hasattr(manager.hook, "pytest_benchmark_update_json"):
        return
    for name in ("benchmark", FIXTURE):
        if manager.is_blocked(name):
            raise pytest.UsageError(f"pytest-benchmark, which takes the times, is switched off: leave out -p no:{name}")
    raise pytest.UsageError(
        f"pytest-benchmark, which takes the times, is not loaded: add -p {FIXTURE}, or unset "
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD (--disable-plugin-autoload)"
    )


def require_measuring(config: pytest.Config, items: list[pytest.Item], names: set[str]) -> None:
    """Raise UsageError where the cells of these names would not be measured, or not be compared, though asked for."""
    if not names:
        return
    for item in items:
        if other := fixture_in_place(item):
            raise pytest.UsageError(
                f"{other} puts a fixture `benchmark` of its own in the place of pytest-benchmark's, which takes the "
                "times: leave out the option that asks for it, or the plugin by -p no:NAME"
            )
    switch = pytest_benchmark_options.off_switch(config)
    asked = [name for name in ASKING if config.getoption(name)]
    if switch and asked:
        option = f"--{asked[0].replace('_', '-')}"
        raise pytest.UsageError(f"{switch} measures nothing, but {option} asks for measurements: leave one of them out")
    if pytest_benchmark_options.is_timed(config):
        require_one_process(config)
        pytest_benchmark_options.require_common_cells(config, names)


def fixture_in_place(item: pytest.Item) -> str | None:
    """Returns the module whose fixture `benchmark` an item gets; None for pytest-benchmark's, wrapped or not."""
    info: Any = getattr(item, "_fixtureinfo", None)
    for found in reversed(info.name2fixturedefs.get("benchmark", ()) if info else ()):
        module: str = found.func.__module__
        if module == FIXTURE:
            return None
        if "benchmark" not in found.argnames:
            return module
    return None


def require_one_process(config: pytest.Config) -> None:
    """Raise UsageError where pytest-benchmark times nothing beside pytest-xdist; a worker leaves word of it too."""
    session: Any = config._benchmarksession  # type: ignore[attr-defined]
    if session.disabled:
        reason = (
            "processes that measure at the same time disturb each other, and pytest-benchmark times nothing beside "
            "pytest-xdist: leave out -n and --dist, and unset PYTEST_XDIST_WORKER; --benchmark-disable tries the cells"
        )
        getattr(config, "workeroutput", {})[REASON] = reason
        raise pytest.UsageError(reason)


def hear(node: Any) -> None:
    """Raise UsageError where a worker of pytest-xdist has ended because it would measure."""
    if reason := getattr(node, "workeroutput", {}).get(REASON):
        raise pytest.UsageError(reason)
