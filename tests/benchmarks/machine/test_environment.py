"""Variables that were inherited from whatever started this process."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from crossover.benchmarks.machine import environment


@pytest.fixture
def variables(monkeypatch):
    """Makes this process one with few variables."""

    def have(**values):
        for name in os.environ:
            if name not in ("PATH", "HOME"):
                monkeypatch.delenv(name)
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return have


@pytest.mark.parametrize(
    "name",
    ["GIT_INDEX_FILE", "GIT_DIR", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "COV_CORE_SOURCE", "COVERAGE_PROCESS_START"],
)
def test_what_leads_a_child_astray_is_not_passed_on(variables, name):
    variables(**{name: "x"}, KEPT="y")

    assert {"PATH", "HOME", "KEPT"} == environment.for_children().keys()


def test_settings_for_git_are_passed_on():
    """A container names its safe.directory like this, and git itself passes it into other repositories."""
    setting = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "crossover.word", "GIT_CONFIG_VALUE_0": "heard"}
    code = "from crossover.benchmarks.ab.git import git; print(git('.', 'config', 'crossover.word'))"

    assert "heard\n" == python(sys.executable, code, os.environ | setting)


def python(program, code, variables):
    return subprocess.run([program, "-c", code], env=variables, capture_output=True, text=True, check=True).stdout


def test_another_interpreter_takes_no_modules_of_this_one(tmp_path, monkeypatch):
    """With this one's torch on its path, a comparison of interpreters would compare torch with itself."""
    (tmp_path / "of_this_interpreter.py").touch()
    (tmp_path / "python").symlink_to(sys.executable)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    code = "import importlib.util as util; print(bool(util.find_spec('of_this_interpreter')))"
    found = {
        program: python(program, code, environment.for_interpreter(program))
        for program in (sys.executable, str(tmp_path / "python"))
    }

    assert ["True\n", "False\n"] == list(found.values())


@pytest.mark.parametrize(
    ("name", "is_decisive"),
    [
        ("OMP_WAIT_POLICY", True),
        ("GOMP_SPINCOUNT", True),
        ("MKL_NUM_THREADS", True),
        ("CUDA_VISIBLE_DEVICES", True),
        ("CUDA_LAUNCH_BLOCKING", True),
        ("TORCH_BLAS_PREFER_CUBLASLT", True),
        ("PYTORCH_CUDA_ALLOC_CONF", True),
        ("MALLOC_ARENA_MAX", True),
        ("LD_PRELOAD", True),
        ("PYTHONPATH", True),
        ("PYTHONMALLOC", True),
        ("CXX", True),
        ("CUDA_VERSION", False),
        ("NCCL_VERSION", False),
        ("TORCH_HOME", False),
        ("CUDA_CACHE_PATH", False),
        ("TORCHELASTIC_RUN_ID", False),
        ("MASTER_PORT", False),
        ("PYTHONUNBUFFERED", False),
        ("CXXFLAGS", False),
        ("MY_OMP_NUM_THREADS", False),
        ("PATH", False),
    ],
)
def test_the_variables_that_may_change_the_times(variables, name, is_decisive):
    variables(**{name: os.environ.get(name, "x")})

    assert is_decisive == (name in environment.decisive())


def test_an_empty_variable_is_none(variables):
    variables(LD_PRELOAD="")

    assert {} == environment.decisive()


def test_what_is_saved_of_a_variable_has_a_place_in_the_file(variables):
    variables(LD_PRELOAD="/\udcff.so", PYTHONPATH="/x" * 600)

    assert {"LD_PRELOAD": "/?.so", "PYTHONPATH": "/x" * 500} == environment.decisive()
    json.dumps(environment.decisive(), ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("home", "expected"),
    [
        ("/home/me", "~/lib:~:/home/me2/lib:/home/me.old:/mnt/home/me"),
        (
            "/",
            "/home/me/lib:/home/me:/home/me2/lib:/home/me.old:/mnt/home/me",
        ),  # the home of a container's unknown user
    ],
)
def test_the_home_folder_is_not_named(monkeypatch, home, expected):
    monkeypatch.setenv("HOME", home)

    assert expected == environment.shareable("/home/me/lib:/home/me:/home/me2/lib:/home/me.old:/mnt/home/me")


def test_a_user_may_have_no_home(monkeypatch):
    def no_home():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", no_home)
    monkeypatch.setattr(environment.facts, "unread", {})

    assert "/lib" == environment.shareable("/lib")
    assert {"home folder"} == set(environment.facts.unread)


def test_nothing_is_traced_meanwhile(monkeypatch):
    """Not in a thread and not in a process that is started either."""
    monkeypatch.setenv("COV_CORE_SOURCE", "x")
    traced, lines = [], []

    def tracer(frame, event, argument):
        traced.append(frame.f_code.co_name)

    def work():
        lines.append("COV_CORE_SOURCE" in os.environ)

    def both():
        work()
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()

    before = sys.gettrace(), threading.gettrace()
    sys.settrace(tracer), threading.settrace(tracer)
    try:
        with environment.untraced():
            both()
        count = traced.count("work")
        both()
    finally:
        sys.settrace(before[0]), threading.settrace(before[1])

    assert (0, 2) == (count, traced.count("work"))
    assert [False, False, True, True] == lines
