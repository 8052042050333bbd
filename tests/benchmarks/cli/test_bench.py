"""`crossover bench`: runs from a user's own folder, in which the names of pytest's and of our files are taken."""

import json
import os
import subprocess
import sys

import pytest

from crossover.benchmarks.harness import bench
from crossover.benchmarks.kinds import KINDS

QUICK = ["--scales", "1", "--devices", "cpu", "--epochs", "1", "--rounds", "1"]

THEIRS = "raise SystemError('theirs')"

INI = """
[pytest]
addopts = -x --cov --strict-markers --no-such-option
testpaths = tests
python_files = check_*.py
filterwarnings = error
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A user's repository that breaks whatever takes a file of it for another one's."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "pytest.ini").write_text(INI)
    for name in ("conftest", "model", "utils", "benchmarks/__init__", "benchmarks/test_training", "tests/test_x"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / f"{name}.py").write_text(THEIRS)
    (folder / "training").mkdir()
    git = ["git", "-C", str(folder), "-c", "user.name=x", "-c", "user.email=x"]
    subprocess.run([*git, "init", "--quiet"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--allow-empty", "--message", "theirs"], check=True)
    return folder


@pytest.fixture(scope="module")
def run_bench(folder, pytestconfig):
    """Runs `crossover bench` there, with that folder first on Python's path."""
    around = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_XDIST", "PYTEST_ADD"))}
    around |= {"PYTHONPATH": os.pathsep.join([str(folder), str(pytestconfig.rootpath)]), "OMP_NUM_THREADS": "1"}

    def run(*words, cwd=folder, **environment):
        start = [sys.executable, "-P", "-c", "from crossover.benchmarks.cli import main; main()", "bench"]
        environment = {"TMPDIR": str(folder.parent)} | environment
        return subprocess.run([*start, *words], cwd=cwd, env=around | environment, capture_output=True, text=True)

    return run


@pytest.fixture(scope="module")
def measured(run_bench):
    """A real run of training there."""
    return run_bench("training", *QUICK)


@pytest.fixture(scope="module")
def saved(measured, folder):
    """The one run that it has saved."""
    (path,) = (folder / "results").rglob("*.json")
    return json.loads(path.read_text())


def test_it_measures_and_saves_there(measured, saved, folder):
    assert (0, "") == (measured.returncode, measured.stderr), measured.stdout
    assert "\nsaved: results/" in measured.stdout
    assert [("test_training[cpu-1]", "measured")] == [
        (cell["name"], cell["status"]) for cell in saved["crossover"]["cells"]
    ]
    assert (folder / ".pytest_cache").is_dir()


def test_what_is_saved_names_the_command_and_their_commit(saved, folder):
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, capture_output=True, text=True).stdout.strip()

    assert f"crossover bench training {' '.join(QUICK)}" == saved["crossover"]["options"]["command"]
    assert head == saved["commit_info"]["id"]


def test_a_cell_has_the_name_that_it_has_in_a_checkout(saved):
    """By that name pytest-benchmark compares runs, also once the package has moved."""
    assert ["benchmarks/test_training.py::test_training[cpu-1]"] == [each["fullname"] for each in saved["benchmarks"]]


def test_the_table_there_is_that_of_the_run(crossover, measured, folder, tmp_path):
    (tmp_path / "results").symlink_to(folder / "results")

    assert "Training, 1 epoch, on " in crossover("table").stdout


def collected(run):
    return [line.rpartition("::test_")[2] for line in run.stdout.splitlines() if "::test_" in line]


LIST = ["--collect-only", "-q", "--scales", "1", "--devices", "cpu", "--recipes", "article"]


def test_without_a_kind_it_takes_what_pytest_takes_of_the_folder(run_bench):
    """By options of the command and the environment; no name of a folder above is taken for what -k leaves out."""
    words = [f"not {part}" for part in bench.FOLDER.parts[1:-1]]
    deselected = "benchmarks/test_training.py::test_training[cpu-1]"
    run = run_bench(*LIST, "-k", " and ".join(words), PYTEST_ADDOPTS=f"--scales 7 --deselect {deselected}")

    assert ["recipes[cpu-1-article]", "distributed[torchrun]"] == collected(run), run.stderr
    assert "left out: loading (2 min); --all or crossover bench loading" in run.stdout
    assert "torchrun --nproc-per-node 2 --no-python crossover bench distributed" in run.stdout


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["my_model.py"], "loading, distributed; a model of your own is --workload my_model.py"),
        (["--scalez", "1"], "crossover bench: error: unrecognized arguments: --scalez"),
        (["-n", "2"], "ERROR: crossover bench runs in one process: leave out -n and --dist"),
        (["-p", "no:benchmark"], "ERROR: pytest-benchmark, which takes the times, is switched off"),
    ],
)
def test_a_word_that_it_does_not_take_is_refused_in_pytests_way(run_bench, words, expected):
    run = run_bench(*words)

    assert (pytest.ExitCode.USAGE_ERROR, False) == (run.returncode, "Traceback" in run.stderr)
    assert expected in run.stderr


@pytest.mark.runs
def test_a_folder_that_cannot_hold_the_run_is_one_line(run_bench, tmp_path):
    (tmp_path / "results").touch()
    run = run_bench("training", *QUICK, cwd=tmp_path)

    assert pytest.ExitCode.USAGE_ERROR == run.returncode
    assert "the run could not be saved there: Not a directory; --benchmark-storage names another folder" in run.stderr


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("training", "test_training.py"),
        ("test_loading.py", "test_loading.py"),
        ("benchmarks/test_recipes.py", "test_recipes.py"),
        ("benchmarks/test_recipes.py::test_recipes[cpu-1-fused]", "test_recipes.py::test_recipes[cpu-1-fused]"),
    ],
)
def test_a_kind_is_named_by_itself_or_as_pytest_names_it(word, expected):
    assert str(bench.FOLDER / expected) == bench.Bench(KINDS).place_of(word)


@pytest.mark.parametrize("word", ["trainin", "tests/test_training.py", "", "."])
def test_nothing_else_is_a_kind(word):
    with pytest.raises(pytest.UsageError, match="no kind of benchmark; it takes training, recipes, inference"):
        bench.Bench(KINDS).place_of(word)


def test_the_help_has_an_example_and_the_options(crossover):
    shown = " ".join(crossover("bench", "--help").stdout.split())

    assert "Example: crossover bench training --scales 1-3" in shown
    assert "`pytest --help` lists them" in shown
    assert "--rounds N the most rounds of a cell, as far as --cell-seconds allows. Default: 5" in shown
    assert "--scaling strong|weak" in shown


def test_every_other_word_is_left_to_pytest(crossover, monkeypatch):
    taken = []
    monkeypatch.setattr(pytest, "main", lambda words, plugins: taken.append(words) or 5)
    words = ["-pno:cacheprovider", "--scales=1-3", "-k", "a b", "training", "--", "-x"]
    run = crossover("bench", *words)

    assert (5, [[*bench.ARGUMENTS, *words]]) == (run.returncode, taken)
