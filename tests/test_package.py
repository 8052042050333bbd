"""The suite beside a user's own `model.py` and `benchmarks/`: neither takes the other's place."""

import os
import shutil
import subprocess
import sys

import pytest

CODE = """
import benchmarks, model
from crossover.benchmarks.kinds.training import timed as training
from crossover.benchmarks.runs import load
from crossover.model.workloads import MLP
print(benchmarks.OWNER, model.OWNER, MLP.size(1).parameters, training.__name__, load.__name__)
"""


@pytest.fixture
def imported(tmp_path):
    """What a program prints in a folder with a `model.py` and `benchmarks/` of its own, with a path to the suite."""
    (tmp_path / "model.py").write_text("OWNER = 'theirs'")
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "__init__.py").write_text("OWNER = 'theirs'")

    def run(path=None, code=CODE):
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        environment |= {"PYTHONPATH": str(path)} if path else {}
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        return done.stdout + done.stderr

    return run


EXPECTED = "theirs theirs 90902 crossover.benchmarks.kinds.training.timed crossover.benchmarks.runs.load\n"


def test_a_checkout_leaves_the_names_of_its_folders_to_their_owner(imported, pytestconfig):
    assert EXPECTED == imported(pytestconfig.rootpath)


def test_so_does_an_installation_that_can_be_edited(imported):
    assert EXPECTED == imported()


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
    expected = {path.relative_to(source / "benchmarks") for path in (source / "benchmarks").rglob("*.*")}
    installed = {
        path.relative_to(target / "crossover" / "benchmarks")
        for path in (target / "crossover" / "benchmarks").rglob("*.*")
    }
    assert {path for path in expected if path.suffix != ".pyc" and path.parent.name} <= installed
    assert (target / "crossover" / "model" / "recipes" / "native" / "native.cpp").is_file()
