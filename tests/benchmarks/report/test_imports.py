"""The report starts fast because it leaves the heavy imports alone."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

RUN = Path(__file__).parents[3] / "docs" / "runs" / "apple-m2-max"


@cache
def imported(code, *words):
    """The top-level packages that a fresh interpreter has after some code, and our own two."""
    code = f"import atexit, sys; atexit.register(lambda: print(*sys.modules)); {code}"
    run = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    names = run.stdout.splitlines()[-1].split()
    return {name.partition(".")[0] for name in names} | {".".join(name.split(".")[:2]) for name in names}


def imported_by_table(form):
    return imported("from crossover.benchmarks.cli import main; main()", "table", RUN, "--format", form)


@pytest.mark.parametrize("heavy", ["torch", "crossover.model", "pytest", "altair", "vl_convert", "jinja2", "pandas"])
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_table_does_not_import(heavy, form):
    assert "crossover.benchmarks" in imported_by_table(form)
    assert heavy not in imported_by_table(form)


def test_nor_do_the_facts_of_the_machine():
    assert not {"torch", "crossover.model"} & imported("import crossover.benchmarks.machine.host")


def test_the_checks_above_can_fail():
    """The same question, asked of a table that does import pandas, and of what imports torch, the model and altair."""
    assert "pandas" in imported_by_table("csv")
    timed, drawn = "crossover.benchmarks.kinds.training.timed", "crossover.benchmarks.report.figures.charts"
    assert {"torch", "crossover.model", "altair"} <= imported(f"import {timed}, {drawn}")


def test_only_the_charts_need_altair(pytestconfig):
    folder = pytestconfig.rootpath / "benchmarks"
    naming = {
        path
        for path in folder.rglob("*.py")
        if re.search(r"^\s*(import|from) (altair|vl_convert)", path.read_text(), re.M)
    }

    assert {folder / "report" / "figures" / "charts"} == {path.parent for path in naming}
