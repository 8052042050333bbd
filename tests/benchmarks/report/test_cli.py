"""The `crossover` command as a user meets it: output, errors, exit codes."""

import json
import subprocess
import sys

import pytest


@pytest.fixture
def crossover(tmp_path):
    def run(*arguments):
        command = [sys.executable, "-c", "from benchmarks.report.cli import main; main()", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)

    return run


@pytest.fixture
def published(pytestconfig):
    return pytestconfig.rootpath / "results" / "apple-m2-max"


def test_the_published_run_gives_its_table_and_crossover_back(crossover, published):
    run = crossover("table", published)

    assert 0 == run.returncode
    assert "" == run.stderr
    assert "mps overtakes cpu at about 2.6 million parameters, between 2,254,502 and 9,009,002" in run.stdout
    speedups = [line.split()[-2] for line in run.stdout.splitlines() if line.endswith(("slower", "x faster"[1:]))]
    speedups = [speedup for speedup in speedups if speedup.endswith("x")]
    assert ["0.19x", "0.24x", "0.58x", "0.73x", "0.94x", "1.67x", "6.38x", "5.84x", "5.53x"] == speedups
    assert "one round: no interval" in run.stdout


@pytest.mark.parametrize("form", ["text", "markdown", "csv", "json"])
def test_every_format_holds_the_crossover_between_its_rows(crossover, published, form):
    lines = crossover("table", published, "--format", form).stdout.splitlines()
    row_5, row_10 = (
        next(i for i, line in enumerate(lines) if size in line.replace(",", "")) for size in ("2254502", "9009002")
    )

    if form == "json":
        assert 2.59e6 < json.loads("\n".join(lines))["tables"][0]["crossovers"][0]["parameters"] < 2.6e6
    else:
        assert row_5 + 2 == row_10
        assert "crossover" in lines[row_5 + 1]


@pytest.mark.parametrize(
    ("content", "expected"),
    [("", "is empty"), ('{"benchm', "is no JSON, or only a part of one"), ('{"benchmarks": []}', "another project")],
)
def test_a_file_that_is_no_run_is_one_line_and_exit_code_2(crossover, tmp_path, content, expected):
    (tmp_path / "x.json").write_text(content)
    run = crossover("table", "x.json")

    assert (2, "") == (run.returncode, run.stdout)
    assert 1 == len(run.stderr.splitlines())
    assert expected in run.stderr


def test_an_empty_folder_is_one_line_and_exit_code_2(crossover, tmp_path):
    (tmp_path / "empty").mkdir()
    run = crossover("table", "empty")

    assert (2, "") == (run.returncode, run.stdout)
    assert "crossover: empty: no saved run in this folder\n" == run.stderr


def test_the_good_files_of_a_folder_are_used(crossover, tmp_path, document):
    (tmp_path / "good.json").write_text(json.dumps(document({"cpu": {1: [1.0]}})))
    (tmp_path / "broken.json").write_text("{")
    run = crossover("table", tmp_path)

    assert 0 == run.returncode
    assert "1.00 s" in run.stdout
    assert 1 == len(run.stderr.splitlines())
    assert "broken.json: is no JSON" in run.stderr


def test_without_results_it_says_how_to_make_some(crossover):
    run = crossover("table")

    assert 2 == run.returncode
    assert "make a run with `pytest benchmarks --benchmark-autosave`" in run.stderr
    assert 1 == len(run.stderr.splitlines())


def test_runs_of_other_machines_are_not_taken_for_this_one(crossover, tmp_path, document):
    other = document({"cpu": {1: [1.0]}}, machine="other")
    other["machine_info"]["crossover"]["id"] = "another"
    (tmp_path / "results" / "other").mkdir(parents=True)
    (tmp_path / "results" / "other" / "0001.json").write_text(json.dumps(other))
    run = crossover("table")

    assert 2 == run.returncode
    assert "no run of this machine" in run.stderr
    assert "results/other" in run.stderr


def test_help_has_an_example(crossover):
    run = crossover("table", "--help")

    assert 0 == run.returncode
    assert "Example: crossover table" in run.stdout


def test_an_unknown_format_is_a_usage_error(crossover, published):
    run = crossover("table", published, "--format", "xml")

    assert 2 == run.returncode
    assert "--format" in run.stderr
    assert "Traceback" not in run.stderr
