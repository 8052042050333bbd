"""The words of the command line: help that is whole, and errors of one line that name what to change."""

import re
import shlex

import pytest
import typer

from crossover.benchmarks.cli.commands import app
from crossover.benchmarks.harness import option_group
from crossover.benchmarks.kinds import KINDS

GROUP = typer.main.get_command(app)
COMMANDS = sorted(GROUP.commands)


@pytest.fixture(autouse=True)
def width(monkeypatch):
    """What a terminal usually has, which typer asks for by this variable."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERMINAL_WIDTH", "80")


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_help_has_a_short_form_an_example_and_no_line_that_is_cut(crossover, command):
    short, long = (crossover(*command, option) for option in ("-h", "--help"))

    assert (0, "") == (short.returncode, short.stderr)
    assert long.stdout == short.stdout
    assert f"Example: {' '.join(['crossover', *command])} " in long.stdout
    assert all(len(line) <= 80 for line in long.stdout.splitlines())
    assert not re.search(r"\w(\.\.\.|…)", long.stdout)


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_can_be_typed(name):
    command = GROUP.commands[name]
    examples = re.findall(rf"Example: crossover {name} (.+)", command.help)

    assert examples
    for example in examples:
        command.make_context(name, shlex.split(example))


def test_without_words_the_help_is_shown_but_nothing_was_done(crossover):
    run = crossover()

    assert 2 == run.returncode
    assert crossover("--help").stdout == run.stdout


def test_the_version_is_shown(crossover):
    run = crossover("--version")

    assert (0, "") == (run.returncode, run.stderr)
    assert re.fullmatch(r"crossover (\d+\.\d+\.\d+|of a folder .*)\n", run.stdout)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("tabel", "no such command 'tabel'. Did you mean 'table'?"),
        ("zzz", "no such command 'zzz'; see `crossover --help`"),
        ("--verison", "no such option: --verison; did you mean --version?"),
        ("table --formt csv", "no such option: --formt; did you mean --format?"),
        ("ab main --sclaes 1", "no such option: --sclaes; did you mean --scales?"),
        ("check --zzz", "no such option: --zzz; see `crossover check --help`"),
        ("check -x", "no such option: -x; see `crossover check --help`"),
        ("table --format jsn", "--format: 'jsn' is none of text, markdown, csv, json; did you mean json?"),
        ("table --against weight", "--against: 'weight' is none of parameters, flop"),
        ("plot -o x.svg --against flops", "--against: 'flops' is none of parameters, flop; did you mean flop?"),
        ("table --benchmark loading --against flop", "--against: loading has no crossover to show against FLOP a step"),
        ("table --format xml", "--format: 'xml' is none of text, markdown, csv, json"),
        ("ab main --format JSON", "--format: 'JSON' is none of text, json; did you mean json?"),
        (
            "plot -o x.svg --chart sped",
            "--chart: 'sped' is none of speedup, gain, threads, time, map; did you mean speedup?",
        ),
        ("plot -o x.svg --ground drak", "--ground: 'drak' is none of light, dark; did you mean dark?"),
        ("check --max-slowdown fast", "--max-slowdown: 'fast' is no slowdown; it takes a percentage above 0"),
        ("ab main --rounds many", "--rounds: 'many' is out of range; it takes 1 to 5000 pairs"),
        ("ab main --cell-seconds long", "--cell-seconds: 'long' is out of range; it takes seconds, such as 120"),
        ("ab main --max-slowdown fast", "--max-slowdown: 'fast' is no slowdown; it takes a percentage above 0"),
        ("check --max-slowdown", "option '--max-slowdown' requires an argument"),
        ("report", "--output is missing; see `crossover report --help`"),
        ("pin", "RUN is missing; see `crossover pin --help`"),
        ("pin one two", "got unexpected extra argument"),
    ],
)
def test_an_error_is_one_line_that_names_what_to_change(crossover, words, expected):
    run = crossover(*words.split())

    assert (2, "") == (run.returncode, run.stdout)
    assert run.stderr.startswith(f"crossover: {expected}")
    assert 1 == len(run.stderr.splitlines())
    assert run.stderr.strip().isprintable()


class Parser:
    """Stands in for pytest's: keeps what each option takes."""

    def __init__(self):
        self.metavars = {}

    def getgroup(self, *_):
        return self

    def addoption(self, name, **facts):
        self.metavars[name] = facts.get("metavar")


def test_an_option_takes_the_same_in_each_command_and_in_pytest():
    of_pytest = Parser()
    option_group.add_options(of_pytest, KINDS)
    found = {name: {metavar} for name, metavar in of_pytest.metavars.items()}
    for command in GROUP.commands.values():
        for parameter in command.params:
            for name in parameter.opts:
                found.setdefault(name, set()).add(parameter.metavar)
    found["--baseline"] -= {"MACHINE"}  # of `machines`, which compares no two runs
    found["--format"] -= {"text|json"}  # of `ab`, which has no rows to write
    for name in ("--output", "-o"):
        found[name] -= {"FILE.html"}

    assert {} == {name: metavars for name, metavars in found.items() if len(metavars) > 1}
