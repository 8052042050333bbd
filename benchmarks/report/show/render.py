"""All formatting: how numbers look, and tables as text for a terminal, markdown, CSV and JSON."""

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from crossover.benchmarks.report.analysis.limits import MOST_SHARE
from crossover.benchmarks.runs import units

__all__ = [
    "Sheet",
    "as_json",
    "csv",
    "filled",
    "interval_text",
    "json_object",
    "limit_text",
    "markdown",
    "percent",
    "share_text",
    "slowdown_text",
    "speedup_text",
    "text",
    "time_text",
]

WIDE = 10**9
"""Columns of a file or a pipe, which has no edge to wrap at."""

HEIGHT = 25
"""Rows of a screen. They change nothing, but rich assumes a width of 80 for some terminals unless it is told both."""

FORMULA_SIGNS = tuple("=+-@＝＋－＠")
"""Characters that can begin a spreadsheet's formula, at either width."""


@dataclass(frozen=True)
class Sheet:
    """A table ready to be shown, as text only."""

    title: str
    header: list[str]
    rows: list[list[str]]
    """A row whose first column is empty is a mark between two others."""

    notes: list[str]


def filled(header: list[str], rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """A table without the columns that are empty in every row; all columns if there are no rows."""
    places = [place for place in range(len(header)) if not rows or any(row[place] for row in rows)]
    return [header[place] for place in places], [[row[place] for place in places] for row in rows]


def time_text(cell: dict[str, Any]) -> str:
    """`3.40 s [3.31 s, 3.62 s]`, or the status of a cell that was not measured."""
    if math.isnan(cell["median_s"]):
        return str(cell["status"])
    return units.duration(cell["median_s"]) + interval_text(cell["low_s"], cell["high_s"], units.duration)


def speedup_text(ratio: dict[str, Any]) -> str:
    """`1.67x [1.58, 1.70] faster`"""
    brackets = interval_text(ratio["low"], ratio["high"], units.significant)
    return f"{units.significant(ratio['speedup'])}x{brackets} {direction(ratio['speedup'])}"


def share_text(share: float, low: float, high: float) -> str:
    """`62% [58%, 65%]`, or nothing where the share is unknown."""
    return "" if math.isnan(share) else percent(share) + interval_text(low, high, percent)


def percent(share: float) -> str:
    return f"{share:.0%}"


def interval_text(low: float, high: float, form: Callable[[float], str]) -> str:
    return "" if math.isnan(low) else f" [{form(low)}, {form(high)}]"


def limit_text(cell: dict[str, Any]) -> str:
    """`38% of memory`: how close a cell came to what binds it. A share above what is possible is marked as doubtful."""
    if not cell["bound"]:
        return ""
    doubt = " (probe disturbed)" if cell["share"] > MOST_SHARE else ""
    return f"{cell['share']:.0%} of {cell['bound']}{doubt}"


def direction(speedup: float) -> str:
    return "faster" if speedup > 1 else "slower" if speedup < 1 else "equal"


def slowdown_text(ratio: float, low: float, high: float) -> str:
    """A ratio of times as a change: `1.20x slower [1.10x slower to 1.31x slower]`."""
    return f"{change(ratio)}" + ("" if math.isnan(low) else f" [{change(low)} to {change(high)}]")


def change(ratio: float) -> str:
    """`1.20x slower` for 1.2, `1.25x faster` for 0.8."""
    size = f"{max(ratio, 1 / ratio):.2f}x"
    return f"{size} {direction(1 / ratio)}" if size != "1.00x" else "1.00x"


def text(
    sheet: Sheet, width: int | None = None, *, color: bool = False, styles: Sequence[str | None] | None = None
) -> str:
    """A table for a terminal of `width` columns, or for a file where nothing wraps (`width` None).

    In a narrow terminal, cells break between words, so that no number is split. `styles` gives each row a style, as
    rich names it; without it, the marks between rows stand out.
    """
    if styles is None:
        styles = [None if row[0] else "bold green" for row in sheet.rows]
    view = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in zip(sheet.header, *sheet.rows, strict=True):
        longest = max((len(word) for value in column for word in value.split()), default=0)
        view.add_column(Text(column[0]), justify="right", overflow="fold", min_width=longest)
    for row, style in zip(sheet.rows, styles, strict=True):
        view.add_row(*(Text(value) for value in row), style=style)
    console = Console(
        file=StringIO(),
        width=width or WIDE,
        height=HEIGHT,
        force_terminal=color,
        color_system="standard" if color else None,
        highlight=False,
    )
    console.print(Text(sheet.title))
    console.print(view, crop=False)  # a terminal too narrow for the longest words wraps lines, and nothing is lost
    for line in sheet.notes:
        console.print(Text(line))
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


def csv(rows: list[dict[str, Any]]) -> str:
    """Rows for a spreadsheet; unknown values are empty."""
    plain = [{spreadsheet_text(key): spreadsheet_text(value) for key, value in row.items()} for row in rows]
    return pd.DataFrame(plain).to_csv(index=False, float_format="%.6g", lineterminator="\n")


def spreadsheet_text(value: Any) -> Any:
    """A value that a spreadsheet does not take for a formula (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value.lstrip()[:1] in FORMULA_SIGNS else value


def as_json(content: Any) -> str:
    """Content for programs; unknown values are null."""
    return json.dumps(content, indent=2, allow_nan=False)


def json_object(values: dict[str, Any], keys: list[str]) -> dict[str, Any]:
    """The values of these keys; null for an unknown number."""
    return {key: None if is_unknown(values[key]) else values[key] for key in keys}


def is_unknown(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)
