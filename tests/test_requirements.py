"""What is said of a package that is missing is true of what the project asks for."""

import re
import tomllib

import pytest

from crossover.requirements import PACKAGES, what_is_missing


def test_the_packages_are_those_of_the_project(pytestconfig):
    project = tomllib.loads((pytestconfig.rootpath / "pyproject.toml").read_text())["project"]

    assert [re.match("[a-z-]+", line)[0] for line in project["dependencies"]] == list(PACKAGES.values())


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ModuleNotFoundError("No module named 'x'", name="pytest_benchmark.utils"), "pip install pytest-benchmark"),
        (ModuleNotFoundError("No module named 'x'", name="other"), "other is missing: pip install other"),
        (ModuleNotFoundError("No x\nat all", name="crossover.x"), r"^Crossover is damaged .*: install .* \(No x\)$"),
        (ImportError("cannot import name 'x'", name="typer.core"), "^typer is damaged or too old: install it again "),
        (ImportError(), "^Crossover is damaged"),
    ],
)
def test_an_import_that_fails_is_a_line_that_says_what_to_install(error, expected):
    assert re.search(expected, what_is_missing(error))
