"""`crossover plot` and `crossover report` as a user meets them."""

import subprocess
import sys

import pytest

ROUNDS = {"cpu": {1: [1.0], 4: [4.0]}, "mps": {1: [2.0], 4: [2.0]}}


@pytest.fixture(autouse=True)
def runs(save):
    """A run of training and one of another number of epochs."""
    save("run.json", ROUNDS)
    other = save("other.json", ROUNDS, machine="other")
    other.write_text(other.read_text().replace('"epochs": 10', '"epochs": 1'))


@pytest.fixture
def crossover_without(tmp_path):
    """Runs the command where some modules are not installed."""

    def run(missing, *arguments):
        blocked = f"import sys; sys.modules |= dict.fromkeys({missing}); "
        code = f"{blocked}from crossover.benchmarks.cli import main; main()"
        command = [sys.executable, "-c", code, *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)

    return run


@pytest.mark.parametrize(
    ("name", "begin"), [("x.png", b"\x89PNG"), ("x.svg", b"<svg "), ("x.html", b"<!DOCTYPE html>")]
)
def test_plot_makes_the_form_that_the_name_ends_in(crossover, tmp_path, name, begin):
    run = crossover("plot", "run.json", "-o", name)

    assert (0, "", "") == (run.returncode, run.stdout, run.stderr)
    assert (tmp_path / name).read_bytes().startswith(begin)


@pytest.mark.parametrize("words", [["plot", "-o", "x.html"], ["report", "-o", "x.html"], ["plot", "-o", "x.svg"]])
def test_the_axis_of_charts_can_be_that_of_flop(crossover, save, cell, tmp_path, words):
    save(
        "flop.json",
        [
            cell(rounds, scale=scale, device=device, step_flop=10**6 * scale)
            for device, scales in ROUNDS.items()
            for scale, rounds in scales.items()
        ],
    )
    run = crossover(words[0], "flop.json", "--against", "flop", *words[1:])
    drawn = (tmp_path / words[-1]).read_text()

    assert (0, "") == (run.returncode, run.stderr)
    assert "2 MFLOP a step" in drawn
    assert "FLOP a step: 4000000" in drawn if words[-1] == "x.svg" else '"FLOP a step": 4000000' in drawn


def test_report_makes_a_page(crossover, tmp_path):
    run = crossover("report", "run.json", "other.json", "-o", "x.html")

    assert (0, "", "") == (run.returncode, run.stdout, run.stderr)
    assert "mps overtakes cpu at" in (tmp_path / "x.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["plot", "run.json", "-o", "x.gif"], "it ends in one of .png, .svg, .html"),
        (["plot", "run.json"], "crossover: --output is missing; see `crossover plot --help`"),
        (["plot", "run.json", "-o", "none/x.png"], "--output: none/x.png cannot be written: No such file"),
        (["report", "run.json", "-o", "none/x.html"], "--output: none/x.html cannot be written: No such file"),
        (["plot", "run.json", "-o", "x.png", "--chart", "gain"], "--chart: no gain to draw: no recipe was measured"),
        (["plot", "run.json", "-o", "x.png", "--benchmark", "x"], "--benchmark: no x in run.json; there is training"),
        (["plot", "run.json", "other.json", "-o", "x.png"], "these runs must not be mixed: epochs differs"),
        (["plot", "-o", "x.png", "--benchmark", "loading"], "no picture; crossover table --benchmark loading shows it"),
        (["plot", "run.json", "-o", "x.png", "--against", "flop"], "--against: FLOP a step not saved in run.json: "),
        (["report", "run.json", "-o", "x.html", "--against", "flop"], "--against: FLOP a step not saved in run.json: "),
        (["plot", "none.json", "-o", "x.png"], "none.json: cannot be read: No such file"),
        (["plot", "-o", "x.png"], "no run under results/: make one with"),
        (["report", "-o", "x.html"], "no run under results/: make one with"),
    ],
)
def test_what_cannot_be_drawn_is_said_with_exit_code_2(crossover, tmp_path, arguments, expected):
    run = crossover(*arguments)

    assert (2, "") == (run.returncode, run.stdout)
    assert expected in run.stderr
    assert "Traceback" not in run.stderr
    assert not list(tmp_path.glob("x.*"))


@pytest.mark.parametrize(
    ("missing", "command"), [("altair", ["plot", "-o", "x.svg"]), ("vl_convert", ["report", "-o", "x.html"])]
)
def test_where_a_library_is_missing_it_says_what_to_install(crossover_without, missing, command):
    run = crossover_without([missing], *command, "run.json")

    assert (2, 1) == (run.returncode, len(run.stderr.splitlines()))
    assert "pip install altair vl-convert-python" in run.stderr


def test_the_table_needs_none_of_them(crossover_without):
    run = crossover_without(["altair", "vl_convert", "jinja2"], "table", "run.json")

    assert 0 == run.returncode, run.stderr
