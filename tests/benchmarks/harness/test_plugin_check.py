"""What would be green with nothing measured, though that was asked for, is refused in a line before the first cell."""

import json
from types import SimpleNamespace

import pytest

from crossover.benchmarks.harness import plugin_check

OPTIONS = ["--scales", "1", "--devices", "cpu", "--epochs", "1", "--rounds", "1"]

OTHER_FIXTURE = """
import pytest

class Instruments:
    @pytest.fixture
    def benchmark(self):
        return lambda function, *arguments: function(*arguments)

def pytest_configure(config):
    config.pluginmanager.register(Instruments())
"""
"""A plugin whose fixture stands in for pytest-benchmark's, as that of pytest-codspeed does under --codspeed."""


@pytest.fixture
def refused(run_pytest):
    """Runs training to be refused; returns the one line that says why."""

    def run(*arguments, **environment):
        shown = run_pytest("benchmarks/test_training.py", *OPTIONS, *arguments, **environment)

        assert pytest.ExitCode.USAGE_ERROR == shown.returncode, shown.stdout + shown.stderr
        assert "[1/1]" not in shown.stdout
        assert "Traceback" not in shown.stderr
        (line,) = [line for line in shown.stderr.splitlines() if line.startswith("ERROR: ")]
        return line

    return run


@pytest.mark.parametrize(
    ("arguments", "environment", "expected"),
    [
        (["-p", "no:benchmark"], {}, "pytest-benchmark, which takes the times, is switched off: leave out -p no:"),
        ([], {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}, "is not loaded: add -p pytest_benchmark.plugin, or unset PYTEST"),
        (["--disable-plugin-autoload", "--benchmark-autosave"], {}, "is not loaded: add -p pytest_benchmark.plugin"),
        (["-p", "no:skipping"], {}, "pytest's own plugin for skipping is switched off: leave out -p no:skipping"),
    ],
)
def test_a_plugin_that_is_needed_is_named(refused, arguments, environment, expected):
    assert expected in refused(*arguments, **environment)


def test_a_package_that_is_needed_is_named(monkeypatch):
    monkeypatch.setattr(plugin_check, "find_spec", lambda name: None if name == "machineid" else name)

    with pytest.raises(pytest.UsageError, match="machineid is missing: pip install py-machineid"):
        plugin_check.require_plugins(None)


@pytest.mark.runs
def test_a_plugin_that_replaces_the_fixture_is_named(refused, tmp_path):
    (tmp_path / "instrumented.py").write_text(OTHER_FIXTURE)
    line = refused("-p", "instrumented", "--benchmark-autosave", PYTHONPATH=str(tmp_path))

    assert "instrumented puts a fixture `benchmark` of its own in the place of pytest-benchmark's" in line


def test_a_fixture_that_wraps_the_one_that_measures_is_left_alone():
    measures = SimpleNamespace(func=SimpleNamespace(__module__=plugin_check.FIXTURE), argnames=("request",))
    wraps, replaces = (
        SimpleNamespace(func=SimpleNamespace(__module__="theirs"), argnames=names) for names in (["benchmark"], [])
    )

    def found(*definitions):
        info = SimpleNamespace(name2fixturedefs={"benchmark": definitions})
        return plugin_check.fixture_in_place(SimpleNamespace(_fixtureinfo=info))

    assert (None, None, "theirs", "theirs") == (
        found(measures),
        found(measures, wraps),
        found(measures, replaces),
        found(measures, replaces, wraps),
    )


@pytest.mark.runs
@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (["-n", "2"], {}),
        (["-n", "1", "--dist", "loadfile", "--benchmark-enable"], {}),
        (["--dist", "load"], {}),
        ([], {"PYTEST_XDIST_WORKER": "gw0"}),
    ],
)
def test_several_workers_measure_nothing(refused, arguments, environment):
    assert "leave out -n and --dist, and unset PYTEST_XDIST_WORKER" in refused(*arguments, **environment)


@pytest.mark.runs
def test_several_workers_may_try_the_cells(run_pytest):
    shown = run_pytest("benchmarks/test_training.py", *OPTIONS, "-n", "2", "--benchmark-disable")

    assert 0 == shown.returncode, shown.stdout + shown.stderr
    assert "1 passed" in shown.stdout


class Config:
    """pytest's, with every option off but for those that are named."""

    def __init__(self, *options):
        self.option = self
        self.options = options

    def getoption(self, name, _=False):
        return name in self.options

    __getattr__ = getoption


@pytest.mark.parametrize("switch", ["benchmark_disable", "benchmark_skip"])
@pytest.mark.parametrize("asked", plugin_check.ASKING)
def test_switched_off_benchmarks_cannot_be_compared_or_kept(switch, asked):
    with pytest.raises(pytest.UsageError) as refused:
        plugin_check.require_measuring(Config(switch, asked), [], {"test_training[cpu-1]"})

    switch, asked = (f"--{name.replace('_', '-')}" for name in (switch, asked))
    line = f"{switch} measures nothing, but {asked} asks for measurements: leave one of them out"
    assert line == str(refused.value)


@pytest.mark.parametrize(
    "options",
    [
        ["benchmark_disable"],
        ["benchmark_skip"],
        ["benchmark_disable", "benchmark_autosave", "collectonly", "benchmark_enable"],
        ["benchmark_skip", "benchmark_only", "benchmark_autosave", "setupplan"],
    ],
)
def test_what_asks_for_nothing_or_is_only_listed_is_let_through(options):
    plugin_check.require_measuring(Config(*options), [], {"test_training[cpu-1]"})
    plugin_check.require_measuring(
        Config("benchmark_disable", "benchmark_compare"), [], set()
    )  # tests of something else


@pytest.mark.runs
def test_a_comparison_without_measurements_or_common_cells_is_refused(refused, run_pytest):
    made = run_pytest("benchmarks/test_training.py", *OPTIONS, "--benchmark-autosave")
    gate = ["--benchmark-compare", "--benchmark-compare-fail=median:1000%"]

    assert 0 == made.returncode, made.stdout
    assert "--benchmark-disable measures nothing, but --benchmark-compare asks" in refused(*gate, "--benchmark-disable")
    assert "--benchmark-compare: no cell of this run was measured in " in refused(*gate, "--scales", "2")


@pytest.mark.runs
@pytest.mark.parametrize("arguments", [["--devices", "xpu"], ["-k", "nothing"]])
def test_a_run_in_which_no_cell_is_measured_is_not_green(run_pytest, arguments):
    shown = run_pytest("benchmarks/test_training.py", *OPTIONS, *arguments)

    assert pytest.ExitCode.NO_TESTS_COLLECTED == shown.returncode, shown.stdout
    assert ("nothing was measured: every cell was left out" in shown.stdout) == ("xpu" in arguments)


@pytest.mark.runs
@pytest.mark.parametrize("plugin", ["terminal", "capture", "cacheprovider", "debugging", "warnings"])
def test_plugins_that_are_not_needed_may_be_left_out(run_pytest, tmp_path, plugin):
    shown = run_pytest("benchmarks/test_training.py", *OPTIONS, "-p", f"no:{plugin}", "--benchmark-autosave")

    assert 0 == shown.returncode, shown.stdout + shown.stderr
    (path,) = (tmp_path / "results").rglob("*.json")
    assert ["measured"] == [cell["status"] for cell in json.loads(path.read_text())["crossover"]["cells"]]
