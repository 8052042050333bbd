"""Whose commit a run is saved under."""

import json
import os
import subprocess

import pytest
from pytest_benchmark.utils import get_commit_info, get_tag

from crossover.benchmarks.machine.environment import bound_to_a_repository, for_children
from crossover.benchmarks.storage.pytest_benchmark_options import own_repository


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """Makes repositories with a commit each, and returns a folder with the name of its commit."""
    for name in bound_to_a_repository():  # these tests may run in a hook themselves
        monkeypatch.delenv(name, raising=False)

    def git(folder, *arguments):
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        run = subprocess.run(["git", "-C", folder, *identity, *arguments], capture_output=True, text=True, check=True)
        return run.stdout.strip()

    def make(name):
        (tmp_path / name).mkdir()
        git(tmp_path / name, "init", "-q")
        git(tmp_path / name, "commit", "-qm", name, "--allow-empty")
        return tmp_path / name, git(tmp_path / name, "rev-parse", "HEAD")

    return make


def test_the_commit_is_that_of_the_measured_folder(repository, monkeypatch):
    """And not that of the folder or the hook in which pytest was started."""
    own, commit = repository("own")
    other, others_commit = repository("other")
    monkeypatch.chdir(other)
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    assert others_commit == get_commit_info()["id"]

    with own_repository(own):
        assert commit == get_commit_info()["id"]
        assert get_tag().startswith(f"{commit}_")
    assert (str(other), str(other / ".git")) == (os.getcwd(), os.environ["GIT_DIR"])  # noqa: PTH109


@pytest.mark.runs
def test_a_run_in_a_hook_of_another_repository_is_saved_under_its_own_commit(
    repository, run_pytest, tmp_path, pytestconfig
):
    other, _ = repository("other")
    hook = {"GIT_DIR": str(other / ".git"), "GIT_INDEX_FILE": str(other / ".git" / "index"), "OMP_DYNAMIC": "false"}
    options = ["--scales", "1", "--epochs", "1", "--rounds", "1", "--benchmark-autosave"]
    shown = run_pytest("benchmarks/test_training.py", *options, PYTEST_ADDOPTS="--devices cpu", **hook)
    (path,) = (tmp_path / "results").rglob("*.json")
    run = json.loads(path.read_text())
    asked = ["git", "-C", pytestconfig.rootpath, "rev-parse", "HEAD"]
    commit = subprocess.run(asked, env=for_children(), capture_output=True, text=True, check=True).stdout.strip()

    assert 0 == shown.returncode, shown.stdout
    assert commit == run["commit_info"]["id"] == run["crossover"]["sessions"][0]["commit"]
    assert path.name.startswith(f"0001_{commit}_")
    assert (
        run["crossover"]["sessions"][0]["environment"].items()
        >= {"OMP_NUM_THREADS": "1", "OMP_DYNAMIC": "false"}.items()
    )
    assert run["crossover"]["options"]["command"].startswith("pytest --devices cpu ")
