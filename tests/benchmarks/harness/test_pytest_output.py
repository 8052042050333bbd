"""How `pytest benchmarks` ends where its output cannot be written, or something is not caught: never with 1."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

C_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")


@pytest.fixture
def redirected(tmp_path, pytestconfig):
    """Runs `pytest benchmarks/test_training.py` with its output as a shell redirects it."""
    around = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST")}

    def run(redirection, *arguments, **environment):
        command = [sys.executable, "-m", "pytest", "benchmarks/test_training.py", "--scales", "1", "--devices", "cpu"]
        command += ["--epochs", "1", "--rounds", "1", f"--benchmark-storage={tmp_path / 'results'}", *arguments]
        return subprocess.run(
            ["sh", "-c", f'exec "$@" {redirection}', "sh", *command],
            cwd=pytestconfig.rootpath,
            env=around | {"OMP_NUM_THREADS": "1", "TMPDIR": str(tmp_path)} | environment,
            capture_output=True,
        )

    return run


def test_output_that_cannot_be_written_is_one_line(redirected):
    shown = redirected(">/dev/full", "--collect-only")

    expected = "crossover: pytest's output cannot be written: No space left on device\n"
    assert (pytest.ExitCode.INTERNAL_ERROR, expected) == (shown.returncode, shown.stderr.decode())


def test_without_an_output_nothing_is_measured(redirected):
    shown = redirected(">&-")

    expected = "ERROR: standard output is closed: send it to a file, or to /dev/null\n\n"
    assert (pytest.ExitCode.INTERNAL_ERROR, expected) == (shown.returncode, shown.stderr.decode())


def test_an_error_that_cannot_be_written_has_no_code_of_failed_tests(redirected):
    assert pytest.ExitCode.INTERNAL_ERROR == redirected("2>/dev/full", "--scales", "0").returncode


@pytest.mark.runs
@pytest.mark.parametrize(
    ("redirection", "code"), [(">/dev/full", pytest.ExitCode.INTERNAL_ERROR), ("| true", 0), ("2>&-", 0)]
)
def test_a_run_whose_output_is_lost_is_saved(redirected, tmp_path, redirection, code):
    shown = redirected(redirection, "--benchmark-autosave")

    assert code == shown.returncode or redirection == "| true", shown.stderr
    assert 1 == len(list((tmp_path / "results").rglob("0001_*.json")))


@pytest.mark.runs
@pytest.mark.parametrize("environment", [C_LOCALE, {"PYTHONIOENCODING": "cp1252"}])
def test_the_table_is_a_table_in_any_locale(redirected, environment):
    shown = redirected("", **environment)
    lines = shown.stdout.decode(environment.get("PYTHONIOENCODING", "ascii")).splitlines()  # cp1252 has a µ
    title = next(number for number, line in enumerate(lines) if line.startswith("Training, 1 epoch, on"))

    assert 0 == shown.returncode
    assert {" ", "-"} == set(lines[title + 3])
    assert "90,902" in lines[title + 4]


@pytest.mark.runs
def test_what_pytest_does_not_catch_is_no_failed_test(redirected, tmp_path):
    (tmp_path / "broken.py").write_text("def pytest_unconfigure():\n    raise ZeroDivisionError\n")
    shown = redirected("", "--collect-only", "-p", "broken", PYTHONPATH=str(tmp_path))

    assert pytest.ExitCode.INTERNAL_ERROR == shown.returncode
    assert b"ZeroDivisionError" in shown.stderr
