"""The pytest plugin that the suite is: its options, fixtures and hooks, which hand their work on to the harness."""

import gc
from collections.abc import Callable, Generator, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crossover.benchmarks import kinds
from crossover.benchmarks.harness import collection, option_group, parametrization, plugin_check, pytest_output, suite
from crossover.benchmarks.harness.items import cell_of, cells_of, ended_by
from crossover.benchmarks.machine import facts
from crossover.benchmarks.report.show import summary

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from crossover.benchmarks.harness.interleaving import InterleavedRounds
    from crossover.benchmarks.harness.measure import Measure, MeasureInTurn
    from crossover.benchmarks.harness.run import Run
    from crossover.benchmarks.harness.timed_protocol import Timed
    from crossover.benchmarks.kinds.training.timed import Training
    from crossover.benchmarks.machine.process_group import Ranks
    from crossover.benchmarks.machine.torchrun import Place
    from crossover.benchmarks.runs.cells import Cell
    from crossover.model.workload import Workload

FORESEEN_WARNINGS = (
    "ignore:Benchmark fixture was not used at all",  # a cell that was interrupted before a round
    "ignore:Not saving anything, no benchmarks have been run",  # what became of each cell is said
    "ignore:This DataLoader will create:UserWarning",  # more workers than cores: that is measured
    "ignore:Exception ignored in. <function _MultiProcessingDataLoaderIter",  # torch found no room to start its workers
    r"ignore:.*use of fork\(\) may lead to deadlocks:DeprecationWarning",  # PyTorch's workers use one thread each
)

RUN: "pytest.StashKey[Run]" = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    pytest_output.prepare()
    plugin_check.require_plugins(pluginmanager)
    option_group.add_options(parser, kinds.KINDS)


@pytest.hookimpl(tryfirst=True)  # before pytest goes by its filters
def pytest_cmdline_main(config: pytest.Config) -> None:
    for warning in FORESEEN_WARNINGS:
        config.addinivalue_line("filterwarnings", warning)


def pytest_configure(config: pytest.Config) -> None:
    pytest_output.keep_output(config)
    from crossover.benchmarks.harness.run import Run
    from crossover.benchmarks.machine import process_group  # imports torch, which is not needed for `pytest --help`
    from crossover.benchmarks.storage import pytest_benchmark_options
    from crossover.benchmarks.storage.run_lock import RunLockError

    process_group.take_place()
    try:
        run = config.stash[RUN] = Run(config, kinds.KINDS, summarise)
    except RunLockError as error:
        raise pytest.UsageError(str(error)) from error
    if run.place.rank:
        pytest_benchmark_options.save_nothing(config)
    pytest_benchmark_options.keep_to_own_tables(config)
    pytest_benchmark_options.name_by_own_commit(config)
    pytest_benchmark_options.use_results_folder(config, run.results, lambda: run.machine_facts["name"])
    pytest_benchmark_options.require_baseline(config)


def summarise(document: dict[str, Any], **how: Any) -> Iterator[str]:
    """Yield the texts and tables of a saved run: all that the measuring side knows of the report."""
    return summary.texts(document, kinds.answers, **how)


def pytest_unconfigure(config: pytest.Config) -> None:
    if run := config.stash.get(RUN, None):
        run.session.lock.end()
    gc.freeze()  # the process ends, and collecting garbage in all that torch holds would take seconds


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Directory | None:
    return suite.directory(path, parent)


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    return suite.module(module_path, parent)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    parametrization.parametrize(metafunc, metafunc.config.stash[RUN].options, share_cases)


def share_cases(place: "Place", scaling: str) -> list[tuple[str, str, int, int]]:
    """The ways to share a training among torchrun's ranks: strategy, scaling, world size and nodes of each."""
    from crossover.benchmarks.kinds.distributed import timed as distributed  # imports torch

    return distributed.cases(place, scaling)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if left_out := collection.unasked(items, config, kinds.KINDS):
        config.stash[RUN].left_out = left_out
        config.hook.pytest_deselected(items=left_out)
    items[:] = collection.in_order([item for item in items if item not in set(left_out)], kinds.KINDS)


@pytest.hookimpl(tryfirst=True)  # before pytest asks for `pytest_report_collectionfinish`
def pytest_collection_finish(session: pytest.Session) -> None:
    from crossover.benchmarks.harness import session_start, timer_check

    collection.require_ranks(session.items)
    collection.require_benchmarks(session.config.args, len(session.items))
    timer_check.require_clocks(session.config, session.items)
    run = session.config.stash[RUN]
    run.names = cells_of(session.items)
    collection.require_batch_sizes(run.names, run.options)
    collection.require_threads(session.items, run.options)
    plugin_check.require_measuring(run.config, session.items, set(run.names.values()))
    session_start.begin(run)


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, None, None]:
    from crossover.benchmarks.harness import session_finish

    with pytest_output.written(session), session_finish.saved(session.config.stash[RUN], session):
        return (yield)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    plugin_check.hear(node)


def pytest_report_collectionfinish(config: pytest.Config, items: list[pytest.Item]) -> list[str]:
    run = config.stash[RUN]
    greeting = collection.greeting(list(run.names), run.left_out, run.options)
    return [*greeting, *collection.missing_ranks(items, run.options), *run.circumstances, *run.news()]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    result = yield
    if benchmark := ended_by(item, nextitem):
        from crossover.benchmarks.harness import terminal_summary

        terminal_summary.show_table(item.config.stash[RUN], benchmark)
    return result


@pytest.fixture
def cell(request: pytest.FixtureRequest, device: str, scale: int) -> "Cell":
    """The cell that the test measures."""
    found = cell_of(request.node)
    assert found  # it has a device and a scale
    return found


@pytest.fixture(scope="session")
def workload(pytestconfig: pytest.Config) -> "Workload":
    """What is trained."""
    return pytestconfig.stash[RUN].workload


@pytest.fixture
def batch_size(workload: "Workload") -> int:
    """The samples in a batch: that of the workload; a test that takes it has a cell for each of `--batch-sizes`."""
    return workload.batch_size


@pytest.fixture
def threads() -> None:
    """The CPU's threads: torch's own; a test that takes them has a cell for each number of `--threads`."""


@pytest.fixture(scope="session")
def by_threads(pytestconfig: pytest.Config) -> "Generator[Callable[[Training], Timed]]":
    """A function that has a training with a number of threads of its own timed in processes of their own."""
    from crossover.benchmarks.storage.pytest_benchmark_options import is_timed
    from crossover.benchmarks.threads.processes import Processes
    from crossover.benchmarks.threads.timed import TrainingByThreads

    run = pytestconfig.stash[RUN]
    with Processes(run.options.budget.rounds if is_timed(pytestconfig) else 1) as processes:
        yield lambda training: TrainingByThreads(training, pytestconfig.getoption("workload"), processes)


@pytest.fixture
def epochs(pytestconfig: pytest.Config) -> int:
    """The number of epochs in a round."""
    return pytestconfig.stash[RUN].options.epochs


@pytest.fixture
def measure(benchmark: "BenchmarkFixture", pytestconfig: pytest.Config) -> "Measure":
    """A function that measures the cell of the test, or leaves it out with a reason."""
    from crossover.benchmarks.harness.measure import measure

    return partial(measure, benchmark=benchmark, run=pytestconfig.stash[RUN])


@pytest.fixture(scope="session")
def turns(pytestconfig: pytest.Config) -> "InterleavedRounds":
    """The cells that wait for others, to take their rounds in turn with them."""
    from crossover.benchmarks.harness.interleaving import InterleavedRounds

    return InterleavedRounds(pytestconfig.stash[RUN])


@pytest.fixture
def measure_in_turn(
    benchmark: "BenchmarkFixture", pytestconfig: pytest.Config, turns: "InterleavedRounds"
) -> "MeasureInTurn":
    """Like `measure`, but round by round in turn with the other cells of the same scale and device."""
    from crossover.benchmarks.harness.measure import measure_in_turn

    return partial(measure_in_turn, benchmark=benchmark, run=pytestconfig.stash[RUN], turns=turns)


@pytest.fixture(scope="session")
def ranks(pytestconfig: pytest.Config) -> "Generator[Ranks]":
    """The connected ranks that torchrun started; all know the earlier session and the probes of rank 0."""
    from crossover.benchmarks.machine.process_group import Ranks

    ranks = Ranks.launched()
    assert ranks
    with ranks.joined():
        run = pytestconfig.stash[RUN]
        run.earlier, run.probes = ranks.of_first_rank(run.earlier, run.probes)
        yield ranks


@pytest.fixture
def measure_together(benchmark: "BenchmarkFixture", pytestconfig: pytest.Config) -> "Measure":
    """Like `measure`, but on all ranks at the same time."""
    from crossover.benchmarks.harness.measure import measure
    from crossover.benchmarks.kinds.distributed.timed import CommonPlan

    return partial(measure, benchmark=benchmark, run=pytestconfig.stash[RUN], plan_type=CommonPlan)


def pytest_report_teststatus(report: pytest.TestReport, config: pytest.Config) -> tuple[str, str, str] | None:
    return config.stash[RUN].terminal.status_letter(report)


@pytest.hookimpl(wrapper=True)
def pytest_benchmark_generate_machine_info() -> Generator[None, dict[str, Any], dict[str, Any]]:
    with facts.reading("pytest-benchmark's description of the machine"):
        return (yield)
    return {}


@pytest.hookimpl(wrapper=True)
def pytest_benchmark_generate_commit_info(config: pytest.Config) -> Generator[None, dict[str, Any], dict[str, Any]]:
    from crossover.benchmarks.storage import pytest_benchmark_options

    with facts.reading("commit"), pytest_benchmark_options.own_repository(config.rootpath):
        return (yield)
    return {"id": "unknown", "dirty": False}


def pytest_benchmark_update_machine_info(config: pytest.Config, machine_info: dict[str, Any]) -> None:
    from crossover.benchmarks.machine.machine_info import adapt

    adapt(machine_info, config.stash[RUN].machine_facts)


@pytest.hookimpl(trylast=True)  # what other plugins add has to be readable too
def pytest_benchmark_update_json(config: pytest.Config, output_json: dict[str, Any]) -> None:
    config.stash[RUN].hand_over(output_json)


def pytest_benchmark_compare_machine_info(config: pytest.Config, compared_benchmark: dict[str, Any]) -> None:
    config.stash[RUN].compared.append(compared_benchmark)


@pytest.hookimpl(wrapper=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> Generator[None, None, None]:
    from crossover.benchmarks.harness import terminal_summary

    try:
        return (yield)
    finally:  # also where --benchmark-compare-fail ends the summary with its error
        terminal_summary.write(config.stash[RUN], terminalreporter)
