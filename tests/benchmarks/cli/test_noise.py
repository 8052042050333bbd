"""`crossover noise`: short runs of training in processes of their own, which most tests here make up."""

import errno
import json
import math
import os
import signal
import sys
from pathlib import Path
from subprocess import CompletedProcess
from types import SimpleNamespace

import pytest

from crossover.benchmarks.cli import noise
from crossover.benchmarks.report.analysis.noise import history_of
from crossover.benchmarks.runs import load

FACTS = {"torch": "2.13", "threads": 2}


@pytest.fixture
def started():
    """The command lines of the runs that were started."""
    return []


@pytest.fixture
def environments():
    """The variables of the runs that were started."""
    return []


@pytest.fixture
def runs(monkeypatch, started, environments, document):
    """Makes up what each run measures: rounds, or a status with its reason, or a function for all that pytest does."""

    def make(*made):
        def run(command, *, env, **_):
            started.append(command)
            environments.append(env)
            rounds = made[len(started) - 1]
            if callable(rounds):
                return rounds()
            (option,) = (word for word in command if word.startswith("--benchmark-storage="))
            path = Path(option.partition("=")[2], f"000{len(started)}_run.json")
            taken = f"2026-01-0{len(started)}"
            path.write_text(json.dumps(document({"cpu": {1: rounds}}, machine="here", facts=FACTS, taken=taken)))
            return CompletedProcess(command, 0, "", "")

        monkeypatch.setattr(noise, "subprocess", SimpleNamespace(run=run))

    return make


def ended(code, stdout="", stderr=""):
    return lambda: CompletedProcess([], code, stdout, stderr)


@pytest.fixture
def here(tmp_path):
    """The folder of this machine."""
    return tmp_path / "results" / "here"


LUCK = [[math.exp(0.05 * deviation)] * 3 for deviation in (-1, 0, 1, -1, 1)]
"""Runs whose medians deviate by 5%: t · √2 · 0.05 in logarithms is a change of 22%."""


def test_how_much_runs_differ_is_written_and_said(crossover, runs, here):
    runs(*LUCK)
    run = crossover("noise", "--runs", "5")
    trial = history_of(here).trial

    assert [f"crossover: run {number} of 5" for number in range(1, 6)] == run.stderr.splitlines()
    assert (0, "here tells a change of 22% in a time from chance: saved in results/here/noise.json\n") == (
        run.returncode,
        run.stdout,
    )
    assert (5, "2.13", 2, None) == (trial.runs, trial.torch, trial.threads, trial.controlled)
    assert math.expm1(2.776 * math.sqrt(2) * 0.05) == pytest.approx(trial.timed, rel=0.02)


def test_options_and_variables_that_are_set_for_other_programs_do_not_reach_the_runs(
    crossover, runs, environments, monkeypatch
):
    monkeypatch.setenv("PYTEST_ADDOPTS", "-k nothing")
    monkeypatch.setenv("GIT_DIR", "elsewhere")
    monkeypatch.setenv("OTHER", "kept")
    runs(*LUCK[:3])
    crossover("noise", "--runs", "3")

    assert 3 == len(environments)
    for variables in environments:
        assert ("", "kept") == (variables["PYTEST_ADDOPTS"], variables["OTHER"])
        assert "GIT_DIR" not in variables


def test_each_run_is_one_of_training_with_the_options_that_were_given(crossover, runs, started):
    runs(*LUCK[:3])
    crossover("noise", "--runs", "3", "--scales", "2,4", "--rounds", "7", "--machine", "here")
    words = " ".join(started[0])

    assert 3 == len(started)
    assert sys.executable == started[0][0]
    for option in ("bench training", "--devices cpu", "--scales 2,4", "--rounds 7", "--machine here"):
        assert option in words


def test_check_goes_by_what_was_written(crossover, runs, save_here):
    before, now = save_here([1.0] * 3, [1.0] * 3, **FACTS)
    runs(*LUCK)
    crossover("noise", "--runs", "5")
    run = crossover("check", now, "--baseline", before)

    assert "noise floor 22% (from 5 runs of `crossover noise`)" in run.stdout
    assert "" == run.stderr


def test_what_was_written_is_no_run(crossover, runs):
    """A machine that has nothing else has no run yet, and is told how to make one."""
    runs(*LUCK)
    crossover("noise", "--runs", "5")
    run = crossover("table")

    assert (2, "") == (run.returncode, run.stdout)
    assert run.stderr.startswith("crossover: no run under results/: make one with `make bench`")


PYTEST_ERROR = "\nERROR: --scales: x is no scale\n\n1 test left out\n"


@pytest.mark.parametrize(
    ("made", "words", "expected"),
    [
        ([], ["--runs", "2"], "crossover: --runs: "),
        ([], ["--runs", "few"], "crossover: --runs: "),
        ([], ["--rounds", "0"], "crossover: --rounds: "),
        ([], ["here"], "(here); see `crossover noise --help`"),
        ([ended(4, stderr=PYTEST_ERROR)], [], "run 1 of 6 ended with 4: ERROR: --scales: x is no scale"),
        ([[1.0], ended(1, "3 tests\n1 failed\n")], [], "run 2 of 6 ended with 1: 1 failed"),
        ([[1.0], ended(-9)], [], "run 2 of 6 ended with -9: it printed nothing"),
        ([ended(1, "\x1b[31mred error\n")], [], "ended with 1: \N{REPLACEMENT CHARACTER}[31mred error"),
        ([ended(0)] * 6, [], "no saved run in this folder"),
        (["too slow: hours"] * 6, [], "no cell was measured in all runs: raise --runs, or name other --scales"),
    ],
)
def test_what_cannot_be_done_is_one_line(crossover, runs, here, made, words, expected):
    runs(*made)
    run = crossover("noise", *words)
    *progress, line = run.stderr.splitlines()

    assert (2, "") == (run.returncode, run.stdout)
    assert expected in line
    assert all(each.startswith("crossover: run ") for each in progress)
    assert not here.exists()


@pytest.fixture
def former(here):
    """What an earlier trial has left."""
    here.mkdir(parents=True)
    (here / load.NOISE).write_text("{}")
    return lambda: {path.name: path.read_text() for path in here.iterdir()} == {load.NOISE: "{}"}


@pytest.mark.parametrize("place", ["results", "results/here"])
def test_a_folder_that_cannot_be_written_to_is_one_line(crossover, runs, tmp_path, place):
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).touch()
    runs(*LUCK)
    run = crossover("noise", "--runs", "5")

    assert (2, "") == (run.returncode, run.stdout)
    assert run.stderr.splitlines()[-1].startswith("crossover: results/here/noise.json: cannot be written: ")


def test_a_full_disk_leaves_the_old_file(crossover, runs, monkeypatch, former):
    def fsync(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    runs(*LUCK)
    monkeypatch.setattr(os, "fsync", fsync)
    run = crossover("noise", "--runs", "5")

    assert (2, "crossover: results/here/noise.json: cannot be written: No space left on device") == (
        run.returncode,
        run.stderr.splitlines()[-1],
    )
    assert former()


@pytest.mark.usefixtures("heeded")
def test_ctrl_c_leaves_the_old_file(crossover, runs, former):
    runs(*LUCK[:2], lambda: signal.raise_signal(signal.SIGINT))
    run = crossover("noise")

    assert (130, "", "crossover: stopped by SIGINT") == (run.returncode, run.stdout, run.stderr.splitlines()[-1])
    assert former()


@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell")
def test_an_error_in_another_encoding_is_one_line_too(crossover, monkeypatch, tmp_path):
    script = tmp_path / "python"
    script.write_bytes(b"#!/bin/sh\necho 'ERROR: \xe9'\nexit 4\n")
    script.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(script))
    run = crossover("noise")

    assert (2, "crossover: run 1 of 6 ended with 4: ERROR: \N{REPLACEMENT CHARACTER}") == (
        run.returncode,
        run.stderr.splitlines()[-1],
    )


@pytest.fixture
def as_started_by_a_user(monkeypatch, tmp_path):
    """In a worker of pytest-xdist, pytest-benchmark measures nothing; a session of a user's is left alone."""
    for name in [name for name in os.environ if name.startswith(("PYTEST_XDIST", "PYTEST_ADD"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TMPDIR", str(tmp_path))


@pytest.mark.runs
@pytest.mark.usefixtures("as_started_by_a_user")
def test_real_runs_of_this_machine(crossover, here):
    run = crossover("noise", "--runs", "3", "--scales", "1", "--rounds", "1", "--machine", "here")
    trial = history_of(here).trial

    assert 0 == run.returncode, run.stderr
    assert run.stdout.startswith("here tells a change of ")
    assert (3, True, True) == (trial.runs, trial.timed > 0, trial.controlled > 0)


@pytest.mark.runs
@pytest.mark.usefixtures("as_started_by_a_user")
def test_what_pytest_refuses_is_said(crossover, here):
    run = crossover("noise", "--scales", "x")

    assert (2, 2) == (run.returncode, len(run.stderr.splitlines()))
    assert "--scales" in run.stderr.splitlines()[-1]
    assert not here.exists()
