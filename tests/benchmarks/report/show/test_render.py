"""Tables as text, markdown, CSV and JSON, whatever stands in them. What a whole table looks like: golden/."""

import re

import pytest

from crossover.benchmarks.report.show import render
from crossover.benchmarks.report.show.sheet import Sheet

SHEET = Sheet("title", ["key", "time"], [["a", "1.00 s [0.90 s, 1.10 s]"], ["", "mark"]], ["a note"])


@pytest.mark.parametrize("columns", ["40", None])
def test_in_a_file_nothing_wraps_whatever_the_terminal(monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns) if columns else monkeypatch.delenv("COLUMNS", raising=False)
    long = " ".join(["word"] * 100)
    title, _, header, _, row, _, note = render.text(Sheet(long, [long, "b"], [["1", long]], [long])).splitlines()

    assert (long, f" {long}", long) == (title, header.removesuffix("b").rstrip(), note)
    assert row.endswith(f"1   {long}")


@pytest.mark.parametrize("kind", ["dumb", "xterm"])
def test_every_terminal_is_as_wide_as_it_is(monkeypatch, kind):
    monkeypatch.setenv("TERM", kind)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", render.text(SHEET, 110, color=True))

    assert render.text(SHEET) == "\n".join(line.rstrip() for line in plain.splitlines())


def test_text_does_not_interpret_markup():
    text = render.text(Sheet("[red]m", ["a"], [["[bold]x[/bold] :smile:"]], []))

    assert "[red]m" in text
    assert "[bold]x[/bold] :smile:" in text


def test_markdown_shows_strange_names_as_plain_text():
    lines = render.markdown(Sheet("a|b<c>", ["k", "<x>"], [["a", "<script>|`x`"], ["", "b"]], ["[x](y) &lt;"]))

    assert [
        "**a\\|b\\<c\\>**",
        "",
        "| k | \\<x\\> |",
        "| ---: | ---: |",
        "| a | \\<script\\>\\|\\`x\\` |",
        "|  | **b** |",
        "",
        "- \\[x\\](y) &amp;lt;",
    ] == lines.splitlines()


def test_csv_holds_no_formula_in_its_header_either():
    """A device gives its name to columns."""
    assert "'=1+1_s,b\n'=HYPERLINK(1),0.333333\n" == render.csv([{"=1+1_s": "=HYPERLINK(1)", "b": 1 / 3}])


@pytest.mark.parametrize("value", ["=1", "+1", "-x", "@SUM(1)", " =1", "\t=1", "＝1", "＠x"])
def test_what_a_spreadsheet_takes_for_a_formula_is_quoted(value):
    assert f"'{value}" == render.spreadsheet_text(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("http://x.org www.x.org a@b.org", r"http:\/\/x.org www\.x.org a\@b.org"),
        ("#1 @all $x$ ~~y~~", r"\#1 \@all \$x\$ \~\~y\~\~"),
        ("- a - b", r"\- a - b"),
        ("1. a", r"1\. a"),
        ("2.00 s [1.90 s, 2.10 s]", r"2.00 s \[1.90 s, 2.10 s\]"),
    ],
)
def test_nothing_in_markdown_is_more_than_text(value, expected):
    assert expected == render.markdown_text(value)


def test_json_says_null_for_what_is_not_known():
    assert '[null,{"a":null,"b":[null,1.5]}]' == re.sub(
        r"\s", "", render.as_json([float("nan"), {"a": float("inf"), "b": (None, 1.5)}])
    )
