"""How a comparison with other libraries is shown."""

import pytest
import typer
from typer.testing import CliRunner

from peers import compare, table

MEASURED = {
    "article": {"seconds": [4.0, 8.0, 4.0], "losses": [0.5, 0.5, 0.5]},
    "native": {"seconds": [1.0, 2.0, 1.0], "losses": [0.5, 0.5, 0.5]},
    "jax": {"seconds": [2.0, 4.0, 2.0], "losses": [0.1, 0.1, 0.1]},
}


def test_ratios_are_of_rounds_taken_next_to_each_other():
    """The second round of each took twice as long, which no ratio shows."""
    rows = table.sheet(1, 10, MEASURED).rows

    assert ["", "4.00x [4.00, 4.00] faster", "2.00x [2.00, 2.00] faster"] == [row[2] for row in rows]
    assert ["4.00x [4.00, 4.00] faster", "", "2.00x [2.00, 2.00] faster"] == [row[3] for row in rows]


def test_a_library_that_learnt_something_else_is_marked():
    assert ["0.500", "0.500", "0.100 (learnt otherwise)"] == [row[4] for row in table.sheet(1, 10, MEASURED).rows]


def test_a_comparison_says_where_and_when_it_was_made():
    run = {"cpu": "Some CPU", "cores": 2, "threads": 2, "date": "2026-01-31", "versions": {"torch": "2.13.0"}}

    shown = table.text(run | {"scales": [{"scale": 1, "epochs": 10, "measured": MEASURED}]})

    assert "Scale 1, 91,000 parameters, 10 epochs, 3 rounds in turn" in shown
    assert shown.endswith("Some CPU, 2 cores, 2 threads, 2026-01-31: torch 2.13.0")


@pytest.mark.parametrize(
    ("option", "value", "hint"),
    [
        ("--contenders", "keras", "known: article"),
        ("--scales", "0", "1-5,10"),
        ("-o", "/dev/null/x.json", "cannot be written"),
    ],
)
def test_bad_options_say_what_is_taken(option, value, hint, capsys):
    app = typer.Typer()
    app.command()(compare.compare)
    result = CliRunner().invoke(app, [option, value], env={"COLUMNS": "300"})

    assert 2 == result.exit_code
    assert hint in result.output
