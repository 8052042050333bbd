"""How the command ends where something comes between: its exit code says what, and 1 is a regression alone."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pandas
import pytest

from crossover.benchmarks.runs import load

START = "from crossover.benchmarks.cli import main; main()"

COMMANDS = [
    ["table", "."],
    ["machines", "."],
    ["check", ".", "--baseline", "."],
    ["pin", "."],
    ["plot", ".", "-o", "x.svg"],
    ["report", ".", "-o", "x.html"],
]


@pytest.mark.usefixtures("heeded")
@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_is_one_line(crossover, monkeypatch, words, name, code):
    monkeypatch.setattr(load, "read_all", lambda places: signal.raise_signal(signal.Signals[name]))
    run = crossover(*words)

    assert (code, "", f"crossover: stopped by {name}\n") == (run.returncode, run.stdout, run.stderr)


def test_ctrl_c_is_one_line_while_the_command_is_still_being_loaded():
    in_import = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
class Interrupt:
    def find_spec(self, name, path, target=None):
        if name == "crossover.benchmarks.cli.commands":
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Interrupt())
"""
    run = subprocess.run([sys.executable, "-c", in_import + START, "--help"], capture_output=True, text=True)

    assert (130, "", "crossover: stopped by SIGINT\n") == (run.returncode, run.stdout, run.stderr)


@pytest.mark.parametrize("words", COMMANDS)
def test_a_fault_of_its_own_is_no_regression_and_can_be_reported(crossover, monkeypatch, words):
    monkeypatch.setattr(load, "read_all", lambda places: 1 / 0)
    run = crossover(*words)

    assert (70, "") == (run.returncode, run.stdout)
    assert run.stderr.startswith("Traceback")
    assert "ZeroDivisionError" in run.stderr
    assert "crossover: this is a fault of Crossover itself" in run.stderr.splitlines()[-1]


@pytest.fixture
def files(save, tmp_path):
    """A run, and one that is three times as slow."""
    for name, seconds in (("before", 1.0), ("now", 3.0)):
        save(f"{name}.json", {"cpu": {1: [seconds * share for share in (0.99, 0.995, 1.0, 1.005, 1.01)]}})
    return tmp_path


def started(folder, *words, stdout):
    command = [sys.executable, "-c", START, *words]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3]), "PYTHONUNBUFFERED": ""}
    run = subprocess.run(command, cwd=folder, env=environment, stdout=stdout, stderr=subprocess.PIPE, text=True)
    return run.returncode, run.stderr


@pytest.fixture
def closed_pipe():
    """A pipe of which nobody reads the other end."""
    reading, writing = os.pipe()
    os.close(reading)
    yield writing
    os.close(writing)


def test_a_reader_who_has_gone_changes_no_verdict(files, closed_pipe):
    assert (0, "") == started(files, "table", "now.json", stdout=closed_pipe)
    assert (1, "") == started(files, "check", "now.json", "--baseline", "before.json", stdout=closed_pipe)


def test_a_reader_who_has_gone_amid_a_long_answer_changes_no_verdict_either(files, closed_pipe, save):
    for name, seconds in (("before", 1.0), ("now", 3.0)):
        save(f"{name}.json", {"cpu": {scale: [seconds] * 5 for scale in range(1, 200)}})

    check = ["check", "now.json", "--baseline", "before.json", "--format", "json"]
    assert (1, "") == started(files, *check, stdout=closed_pipe)


IN_ONE_PROCESS = """
import json, os, sys
from pathlib import Path
from crossover.benchmarks.cli import main

kept = [(number, os.dup(number)) for number in (1, 2) if (sys.stdout, sys.stderr)[number - 1]]
codes = []
for words in json.loads(sys.argv.pop()):
    for number, copy in kept:
        os.dup2(copy, number)  # a command that cannot write gives up its output
    sys.argv[1:] = words
    try:
        main()
    except SystemExit as end:
        codes.append(end.code)
Path("codes").write_text(json.dumps(codes))
"""

ANSWERS = {
    "table": ["table", "now.json"],
    "machines": ["machines", "now.json"],
    "check": ["check", "now.json", "--baseline", "before.json"],
    "pin": ["pin", "test-machine/now.json"],
    "ab --help": ["ab", "--help"],
    "an error": ["tabel"],
}
DRAWN = {"plot": ["plot", "now.json", "-o", "x.svg"], "report": ["report", "now.json", "-o", "x.html"]}
"""What writes nothing but its file, and takes as long as all others together."""

USUAL = dict.fromkeys(ANSWERS, 0) | {"check": 1, "an error": 2}
UNWRITTEN = dict.fromkeys(ANSWERS, 2)


@pytest.fixture
def every_command(files):
    """Runs commands with their output as a shell redirects it; returns exit codes, stdout and stderr."""
    (files / "test-machine").mkdir()
    shutil.copy(files / "now.json", files / "test-machine")

    def run(commands, redirection="", **environment):
        command = [sys.executable, "-c", IN_ONE_PROCESS, json.dumps(list(commands.values()))]
        around = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])} | environment
        shell = ["sh", "-c", f'exec "$@" {redirection}', "sh", *command]
        done = subprocess.run(shell, cwd=files, env=around, capture_output=True)
        codes = dict(zip(commands, json.loads((files / "codes").read_text()), strict=True))
        return codes, done.stdout, done.stderr

    return run


C_LOCALE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize(
    ("environment", "drawn", "signs"),
    [
        ({"PYTHONIOENCODING": "cp1252"}, {}, ["----", "…", "'é'"]),
        (C_LOCALE, DRAWN, ["----", "..."]),
        ({"PYTHONIOENCODING": "utf-8"}, {}, ["────", "…", "'é'"]),
    ],
)
@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell")
def test_every_command_answers_in_any_encoding(every_command, environment, drawn, signs):
    codes, answer, remarks = every_command(ANSWERS | {"an error": ["é"]} | drawn, **environment)
    encoding = environment.get("PYTHONIOENCODING", "ascii")

    assert USUAL | dict.fromkeys(drawn, 0) == codes
    shown = answer.decode(encoding) + remarks.decode(encoding)
    assert [] == [sign for sign in signs if sign not in shown]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
@pytest.mark.parametrize(
    ("redirection", "drawn", "expected", "reason"),
    [
        (">/dev/full", {}, UNWRITTEN, b"No space left on device"),
        (">&-", DRAWN, UNWRITTEN, b"Bad file descriptor"),
        ("2>/dev/full", {}, USUAL, None),
        ("2>&-", DRAWN, USUAL, None),
    ],
)
def test_an_answer_that_cannot_be_written_is_one_line_and_a_lost_remark_is_none(
    every_command, redirection, drawn, expected, reason
):
    codes, answer, remarks = every_command(ANSWERS | drawn, redirection)

    assert expected | dict.fromkeys(drawn, 0) == codes
    lines = [line for line in remarks.splitlines() if not line.startswith(b"crossover: no such command")]
    unwritten = [b"crossover: the answer cannot be written: " + reason] * 5 if reason else []
    assert unwritten == lines
    assert (b"now.json against before.json" in answer) == (expected is USUAL)


@pytest.mark.parametrize("name", ["x\udcff.json", "\udce9/x.json"])
def test_a_file_whose_name_is_no_text_is_read_pinned_and_drawn(crossover, tmp_path, document, name):
    path = tmp_path / "test-machine" / name
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(document({"cpu": {1: [1.0] * 5}, "mps": {1: [2.0] * 5}})))
    now = path.with_name("now.json")
    now.write_text(path.read_text())

    assert 0 == crossover("table", path).returncode
    assert 0 == crossover("pin", path).returncode
    assert 0 == crossover("check", now).returncode
    for suffix in (".svg", ".html"):
        assert 0 == crossover("plot", path, "-o", path.with_suffix(suffix)).returncode
        assert path.with_suffix(suffix).stat().st_size
    assert 0 == crossover("report", path, "-o", path.with_suffix(".page")).returncode


@pytest.mark.parametrize("words", COMMANDS[-2:])
@pytest.mark.parametrize("place", ["folder", "no/folder", "\udcff/folder"])
def test_a_place_that_cannot_be_written_to_is_one_line(crossover, files, words, place):
    (files / "folder.svg").mkdir()
    run = crossover(*words[:2], "-o", f"{place}.svg")

    assert (2, "") == (run.returncode, run.stdout)
    assert re.fullmatch(r"crossover: --output: .*folder.svg cannot be written: .*\n", run.stderr)


@pytest.fixture
def without(tmp_path):
    """Runs a program with all that is installed here but for some of its modules."""

    def run(*names, tree=Path(__file__).parents[3], words):
        folder = tmp_path / "site-packages"
        folder.mkdir()
        for installed in Path(pandas.__file__).parents[1].iterdir():
            if installed.stem not in names:
                (folder / installed.name).symlink_to(installed)
        around = os.environ | {"PYTHONPATH": f"{tree}{os.pathsep}{folder}"}
        done = subprocess.run([sys.executable, "-S", *words], cwd=tree, env=around, capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr

    return run


def test_a_package_that_is_missing_is_named(without):
    found = without("msgspec", words=["-c", START, "check"])

    assert (2, "", "crossover: msgspec is missing: pip install msgspec\n") == found


def test_a_broken_installation_is_one_line(without, tmp_path, pytestconfig):
    for name in ("crossover", "benchmarks", "model"):
        shutil.copytree(pytestconfig.rootpath / name, tmp_path / name, ignore=shutil.ignore_patterns("render.py"))
    code, answer, remarks = without(tree=tmp_path, words=["-c", START, "table"])

    assert (2, "") == (code, answer)
    assert re.fullmatch("crossover: Crossover is damaged or too old: install it again (.*render.*)\n", remarks)
