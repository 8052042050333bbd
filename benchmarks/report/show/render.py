"""Tables as text for a terminal, as markdown, CSV and JSON."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

from rich.console import Console
from rich.text import Text

from crossover.benchmarks.report.show.layout import EDGE, fitted, view
from crossover.benchmarks.report.show.sheet import Sheet

__all__ = ["as_json", "csv", "known", "markdown", "text"]

WIDE = 10**9
"""Columns of a file or a pipe, which has no edge to wrap at."""

HEIGHT = 25
"""Rows of a screen. They change nothing, but rich assumes a width of 80 for some terminals unless it is told both."""

FORMULA_SIGNS = tuple("=+-@＝＋－＠")
"""Characters that can begin a spreadsheet's formula, at either width."""


def text(
    sheet: Sheet, width: int | None = None, *, color: bool = False, styles: Sequence[str | None] | None = None
) -> str:
    """A table for a terminal of `width` columns, or for a file, which has no edge (`width` None).

    `styles` gives each row a style, as rich names it; without it, the marks between rows stand out.
    """
    if styles is None:
        styles = [None if row[0] else "bold green" for row in sheet.rows]
    edge = width or WIDE
    console = Console(
        file=StringIO(),
        width=edge + EDGE,
        height=HEIGHT,
        force_terminal=color,
        color_system="standard" if color else None,
        highlight=False,
    )
    console.print(Text(sheet.title), width=edge)
    parts, gap, left_out = fitted(sheet, width)
    for part in parts:
        console.print(view(part, gap, styles), crop=False)  # what cannot be folded loses nothing
    for line in [*sheet.notes, *left_out]:
        console.print(Text(line), width=edge)
    assert isinstance(console.file, StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


def markdown(sheet: Sheet) -> str:
    """A table for a README, an issue or a pull request."""
    header, *rows = [[markdown_text(value) for value in row] for row in [sheet.header, *sheet.rows]]
    lines = [
        f"**{markdown_text(sheet.title)}**",
        "",
        markdown_row(header),
        markdown_row(["---:"] * len(header)),
        *(markdown_row([bold(value) for value in row] if not row[0] else row) for row in rows),
        "",
        *(f"- {markdown_text(line)}" for line in sheet.notes),
    ]
    return "\n".join(lines)


def markdown_row(values: list[str]) -> str:
    return f"| {' | '.join(values)} |"


def bold(value: str) -> str:
    return f"**{value}**" if value else ""


def markdown_text(value: str) -> str:
    """Escape everything that markdown or HTML could act on, as GitHub reads it: links, mentions, numbers, formulas."""
    value = re.sub(r"[\\`*_|<>\[\]~#@$]|^\s*[-+=]|(?<=:)//|(?<=www)\.", lambda found: escaped(found[0]), value)
    return re.sub(r"^(\s*\d+)([.)])(?=\s|$)", r"\1\\\2", value.replace("&", "&amp;")).strip()


def escaped(mark: str) -> str:
    return f"{mark[:-1]}\\{mark[-1]}" if mark != "//" else "\\/\\/"


def csv(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows for a spreadsheet; unknown values are empty."""
    import pandas as pd  # takes half a second, and no other form needs it

    plain = [{spreadsheet_text(key): spreadsheet_text(value) for key, value in row.items()} for row in rows]
    return pd.DataFrame(plain).to_csv(index=False, float_format="%.6g", lineterminator="\n")


def spreadsheet_text(value: Any) -> Any:
    """A value that a spreadsheet does not take for a formula (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value.lstrip()[:1] in FORMULA_SIGNS else value


def as_json(content: Any) -> str:
    """Content for programs; unknown values are null."""
    return json.dumps(known(content), indent=2, allow_nan=False)


def known(value: Any) -> Any:
    """The value with None for every number in it that is not finite."""
    if isinstance(value, Mapping):
        return {key: known(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [known(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
