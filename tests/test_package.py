"""The suite beside a user's own `model.py` and `benchmarks/`: neither takes the other's place."""

import os
import shutil
import subprocess
import sys

import pytest

CODE = """
import benchmarks, model
from crossover.benchmarks.runs import load
from crossover.model import constants
print(benchmarks.OWNER, model.OWNER, load.__name__, constants.__name__)
"""


@pytest.fixture
def imported(tmp_path):
    """What a program prints in a folder with a `model.py` and `benchmarks/` of its own, with a path to the suite."""
    (tmp_path / "model.py").write_text("OWNER = 'theirs'")
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "__init__.py").write_text("OWNER = 'theirs'")

    def run(path=None, code=CODE):
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTHONPATH", "PYTEST_"))
        }
        environment |= {"PYTHONPATH": str(path)} if path else {}
        environment["TMPDIR"] = str(tmp_path)  # a session that a user runs meanwhile is none of the tests' business
        command = [sys.executable, *(["-c", code] if isinstance(code, str) else code)]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        return done.stdout + done.stderr

    return run


EXPECTED = "theirs theirs crossover.benchmarks.runs.load crossover.model.constants\n"


def test_an_installation_that_can_be_edited_leaves_the_names_of_its_folders_to_their_owner(imported):
    assert EXPECTED == imported()


BENCH = """
import sys
from crossover.benchmarks.cli import main
sys.argv = ["crossover", "bench", "--collect-only", "-q", "--scales", "1", "--devices", "cpu"]
try:
    main()
except SystemExit:
    pass
"""


def test_so_does_a_checkout_also_once_the_command_has_run_pytest(imported, pytestconfig):
    """By itself, pytest would import a checkout's `benchmarks/` by that name."""
    shown = imported(pytestconfig.rootpath, BENCH + CODE)

    assert "benchmarks/test_training.py::test_training[cpu-1]" in shown.splitlines()
    assert shown.endswith(f"\n{EXPECTED}")


@pytest.mark.runs
def test_so_does_a_plain_installation_which_holds_all_files(imported, pytestconfig, tmp_path):
    """Built from a copy: setuptools leaves files where it builds."""
    source, target = tmp_path / "source", tmp_path / "installed"
    for name in ("crossover", "model", "benchmarks"):
        shutil.copytree(pytestconfig.rootpath / name, source / name)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(pytestconfig.rootpath / name, source)
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(target), str(source)]
    subprocess.run(install, check=True, capture_output=True)
    where = "import crossover.model.network as found; print(found.__file__)"

    assert EXPECTED == imported(target)
    assert f"{target}/crossover/model/network.py\n" == imported(target, where)
    for part in ("benchmarks", "model"):
        expected, installed = (
            {path.relative_to(place) for path in (place / part).rglob("*.*") if path.suffix != ".pyc"}
            for place in (source, target / "crossover")
        )
        assert expected <= installed

    quick = ["training", "--scales", "1", "--devices", "cpu", "--epochs", "1", "--rounds", "1"]
    shown = imported(target, [target / "bin" / "crossover", "bench", *quick])
    assert "\nsaved: results/" in shown
    assert "\nconfigfile: installed/crossover/benchmarks/bench.ini\n" in shown
