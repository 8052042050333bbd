"""How a command answers: data on stdout in the requested form, remarks and errors on stderr."""

import shutil
import sys
from enum import StrEnum
from typing import Annotated, Any, NoReturn

import typer

from crossover.benchmarks.cli.exit_codes import CANNOT_BE_DONE
from crossover.benchmarks.cli.usage_errors import listed, one_of
from crossover.benchmarks.report.show import render
from crossover.benchmarks.report.show.sheet import Sheet
from crossover.benchmarks.runs import load


class Format(StrEnum):
    TEXT = "text"
    MARKDOWN = "markdown"
    CSV = "csv"
    JSON = "json"


Form = Annotated[
    Format,
    typer.Option("--format", parser=one_of(Format), metavar=listed(Format), help="How the answer is written."),
]


def write(form: Format, sheets: list[Sheet], rows: list[dict[str, Any]], content: dict[str, Any]) -> None:
    """Print the answer in the requested form."""
    is_terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if is_terminal else None
    if form is Format.JSON:
        print(render.as_json(content))
    elif form is Format.CSV:
        print(render.csv(rows), end="")
    elif form is Format.MARKDOWN:
        print("\n\n".join(render.markdown(sheet) for sheet in sheets))
    else:
        print("\n\n".join(render.text(sheet, width, color=is_terminal) for sheet in sheets))


def remark(line: str) -> None:
    print(f"crossover: {load.plain(line)}", file=sys.stderr)


def fail(line: str) -> NoReturn:
    remark(line)
    raise SystemExit(CANNOT_BE_DONE)
