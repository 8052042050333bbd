"""The report starts fast because it leaves the heavy imports alone."""

import re
import subprocess
import sys
from functools import cache

import pytest


@cache
def imported_by(*modules):
    """The top-level packages that a fresh interpreter has after importing the modules, and our own two."""
    code = f"import sys, {', '.join(modules)}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names = run.stdout.split()
    return {name.partition(".")[0] for name in names} | {".".join(name.split(".")[:2]) for name in names}


@pytest.mark.parametrize("heavy", ["torch", "crossover.model", "pytest", "altair", "vl_convert", "jinja2"])
def test_the_report_does_not_import(heavy):
    assert heavy not in imported_by(
        "crossover.benchmarks.cli.commands",
        "crossover.benchmarks.report.show.render",
        "crossover.benchmarks.machine.host",
    )


def test_the_check_above_can_fail():
    """The same question, asked of a module that does import torch and the model."""
    assert {"torch", "crossover.model"} <= imported_by("crossover.benchmarks.kinds.training.timed")


def test_only_the_charts_need_altair(pytestconfig):
    folder = pytestconfig.rootpath / "benchmarks"
    naming = {
        path
        for path in folder.rglob("*.py")
        if re.search(r"^\s*(import|from) (altair|vl_convert)", path.read_text(), re.M)
    }

    assert {folder / "report" / "figures" / "charts"} == {path.parent for path in naming}
