"""A kind of benchmark is one declaration and one test file: all else has it as it has the built-in kinds."""

import csv
import io
import json
import runpy
import shutil

import pytest

from crossover.benchmarks import kinds

pytestmark = pytest.mark.runs

DECLARATION = """
from typing import Literal

import msgspec

from crossover.benchmarks.kinds import KINDS
from crossover.benchmarks.kinds.kind import Kind
from crossover.benchmarks.report.analysis.compare import Key, compared
from crossover.benchmarks.report.show import columns
from crossover.benchmarks.report.show.columns import Column
from crossover.benchmarks.report.show.sheet import Rank
from crossover.benchmarks.report.show.table import Table


class SumsCase(msgspec.Struct):
    way: Literal["loop", "sum"]


def way(result):
    return result.case["way"]


KINDS["sums"] = Kind(
    name="sums",
    scales="3,7",
    duration="2 s",
    is_usual=False,
    case=SumsCase,
    table=Table(
        columns=(
            columns.SCALE,
            Column("way", lambda row: way(row.result), {"way": lambda row: way(row.result)}, Rank.KEY),
            columns.STATUS,
            columns.TIME,
            columns.SPEEDUP,
        ),
        rows=lambda results: compared(results, Key(("way",), way), "loop"),
        notes=lambda rows, crossed: ["speedup = loop / sum"],
        epochs=lambda result: None,
    ),
)
"""

BENCHMARK = '''
import time

import pytest


class Sums:
    """Work that takes longer by a loop."""

    failure = None

    def __init__(self, cell):
        self.seconds = 0.02 if dict(cell.case)["way"] == "loop" else 0.005
        self.figures = {}

    unavailable = control = setup = check = release = lambda self: None

    def needed_bytes(self):
        return {}

    def predict(self):
        return self.seconds

    def work(self):
        time.sleep(self.seconds)


@pytest.mark.parametrize("way", ["loop", "sum"])
def test_sums(measure, cell, way):
    measure(cell, Sums(cell))
'''


@pytest.fixture(scope="module")
def folder(tmp_path_factory, pytestconfig):
    """A folder of benchmarks: the made-up one, declared in a plugin, and training; the kind is known here as well."""
    folder = tmp_path_factory.mktemp("made_up")
    (folder / "declared.py").write_text(DECLARATION)
    (folder / "test_sums.py").write_text(BENCHMARK)
    shutil.copy(pytestconfig.rootpath / "benchmarks" / "test_training.py", folder)
    runpy.run_path(folder / "declared.py")
    yield folder
    del kinds.KINDS["sums"]


@pytest.fixture(scope="module")
def pytest_of(run_pytest_into, folder, pytestconfig):
    """Runs the project's own conftest, with the declaration, over that folder."""

    def run(*arguments):
        own = ["-p", "declared", "-p", "conftest", "-c", "pyproject.toml", "--rootdir=.", "--devices", "cpu"]
        path = f"{folder}:{pytestconfig.rootpath}"
        return run_pytest_into(folder / "results", *own, *arguments, PYTHONPATH=path).stdout

    return run


@pytest.fixture(scope="module")
def measured(pytest_of, folder):
    """What was printed of a run, and where it was saved."""
    printed = pytest_of(folder / "test_sums.py", "--rounds", "3", "--benchmark-autosave")
    (saved,) = (folder / "results").rglob("*.json")
    return printed, saved


def collected(printed):
    return [line.rpartition("::test_")[2] for line in printed.splitlines() if "::test_" in line]


SUMS = ["sums[cpu-3-loop]", "sums[cpu-3-sum]", "sums[cpu-7-loop]", "sums[cpu-7-sum]"]


def test_its_usual_scales_and_duration_are_in_the_help(pytest_of, folder):
    shown = " ".join(pytest_of(folder, "--help").split())

    assert "; of sums 3,7" in shown
    assert "sums (2 s)" in shown


def test_a_run_of_the_folder_leaves_it_out_unless_all_are_asked_for(pytest_of, folder):
    usual, every = (pytest_of(folder, "--collect-only", "-q", *option) for option in ([], ["--all"]))

    assert {"training"} == {name.partition("[")[0] for name in collected(usual)}
    assert SUMS == collected(every)[-4:]
    assert collected(usual) == collected(every)[:-4]


def test_it_is_measured_saved_and_shown(measured):
    printed, saved = measured
    cells = json.loads(saved.read_text())["crossover"]["cells"]

    assert [f"test_{name}" for name in SUMS] == [cell["name"] for cell in cells]
    assert [{"way": way} for way in ("loop", "sum", "loop", "sum")] == [cell["case"] for cell in cells]
    assert "Sums, on " in printed
    assert "speedup = loop / sum" in printed


def test_each_form_of_its_table_has_what_is_declared(crossover, measured):
    shown = {form: crossover("table", measured[1], "--benchmark", "sums", "--format", form).stdout
             for form in ("text", "markdown", "csv", "json")}  # fmt: skip
    (table,) = json.loads(shown["json"])["tables"]
    rows = list(csv.DictReader(io.StringIO(shown["csv"])))
    keys = ["scale", "way", "status", "reason", "median_s", "low_s", "high_s", "rounds"]
    keys += ["speedup", "speedup_low", "speedup_high"]

    assert [(3, "loop"), (3, "sum"), (7, "loop"), (7, "sum")] == [(row["scale"], row["way"]) for row in table["cells"]]
    assert all(keys == list(row) for row in table["cells"])
    assert [row["median_s"] for row in table["cells"]] == pytest.approx([float(row["median_s"]) for row in rows], 1e-5)
    assert all(row["speedup"] > 1 for row in table["cells"] if row["way"] == "sum")
    assert ["scale", "way", "time", "speedup"] == shown["text"].splitlines()[2].split()
    assert "| scale | way | time | speedup |" in shown["markdown"]


def test_the_page_has_its_table(crossover, measured, tmp_path):
    run = crossover("report", measured[1], "-o", "page.html")

    assert (0, "") == (run.returncode, run.stderr)
    assert "speedup = loop / sum" in (tmp_path / "page.html").read_text()
