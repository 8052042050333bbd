"""Declared columns: what a table says of each of its rows, once for people and once for programs.

Text, markdown, CSV, JSON and the page are all made from these declarations.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import Any, Generic, TypeVar

from crossover.benchmarks.report.analysis.axis import Axis
from crossover.benchmarks.report.analysis.compare import Row
from crossover.benchmarks.report.analysis.stats import Estimate
from crossover.benchmarks.report.show.sheet import Rank, Sheet
from crossover.benchmarks.report.show.wording import estimate_text, limit_text, speedup_text, time_text
from crossover.benchmarks.runs import units

__all__ = [
    "DEVICE",
    "LIMIT",
    "RATE",
    "RECIPE",
    "REMARKS",
    "SCALE",
    "SPEEDUP",
    "STATUS",
    "TIME",
    "Across",
    "AnyRow",
    "Column",
    "Declared",
    "Line",
    "Mark",
    "OnAxis",
    "along",
    "attributes",
    "estimate_values",
    "number_text",
    "on_axis",
    "on_side",
    "sheet_of",
    "values_of",
]


AnyRow = TypeVar("AnyRow", contravariant=True)
Values = Mapping[str, Callable[[AnyRow], Any]]


@dataclass(frozen=True)
class Column(Generic[AnyRow]):
    """One thing that a table says of its rows."""

    header: str = ""
    """What people read above it; in `Across`, `{}` stands for the side."""

    text: Callable[[AnyRow], str] | None = None
    """What people read of a row; None for what only programs are told."""

    values: Values[AnyRow] = field(default_factory=dict)
    """What programs are told of a row, by its key in CSV and JSON. Numbers are in seconds, bytes and shares."""

    rank: Rank = Rank.MAIN


@dataclass(frozen=True)
class Across(Generic[AnyRow]):
    """Columns that a table for people repeats for each side: a time and a limit for each device, say."""

    columns: tuple[Column[AnyRow], ...]
    only: str | None = None
    """The one side that has them; None for all."""


Declared = Sequence[Column[AnyRow] | Across[AnyRow]]
OnAxis = Sequence[Column[AnyRow] | Across[AnyRow] | Callable[[Axis], Column[AnyRow]]]
"""Columns of which one depends on the axis, such as `along`."""

Line = dict[str, AnyRow]
"""What stands in one line of a table for people: a row for each side, or a single one."""


@dataclass(frozen=True)
class Mark:
    """A line between two others, such as a crossover: text by header."""

    texts: dict[str, str]


def sheet_of(
    title: str, declared: Declared[AnyRow], sides: Sequence[str], lines: Sequence[Line[AnyRow] | Mark], notes: list[str]
) -> Sheet:
    """The table for people, without columns that are empty in every line.

    A column beside `Across` says what holds for the last row of a line.
    """
    columns: list[tuple[str, str | None, Column[AnyRow]]] = []
    for each in declared:
        if isinstance(each, Across):
            chosen = [side for side in sides if each.only in (None, side)]
            columns += [(one.header.format(side), side, one) for side in chosen for one in each.columns if one.text]
        elif each.text:
            columns.append((each.header, None, each))
    header = [name for name, _, _ in columns]
    rows = [
        [line.texts.get(name, "") for name in header]
        if isinstance(line, Mark)
        else [text_of(column, line, side) for _, side, column in columns]
        for line in lines
    ]
    return Sheet(title, header, rows, notes, [column.rank for _, _, column in columns]).filled()


def text_of(column: Column[AnyRow], line: Line[AnyRow], side: str | None) -> str:
    row = line.get(side) if side is not None else list(line.values())[-1]
    return column.text(row) if row and column.text else ""


def flat(declared: Declared[AnyRow]) -> list[Column[AnyRow]]:
    return [column for each in declared for column in (each.columns if isinstance(each, Across) else [each])]


def values_of(columns: Declared[AnyRow], row: AnyRow) -> dict[str, Any]:
    """What programs are told of a row; NaN for an unknown number."""
    return {key: value(row) for column in flat(columns) for key, value in column.values.items()}


def attributes(*names: str) -> dict[str, Callable[[Row], Any]]:
    """Values that are those of the result, by the same names."""
    return {name: attrgetter(f"result.{name}") for name in names}


def estimate_values(name: str, of: Callable[[AnyRow], Estimate], unit: str = "") -> dict[str, Callable[[AnyRow], Any]]:
    """The value and the interval of an estimate: `gain`, `gain_low` and `gain_high`, with a unit at their end."""
    return {
        f"{name}{unit}": lambda row: of(row).value,
        f"{name}_low{unit}": lambda row: of(row).low,
        f"{name}_high{unit}": lambda row: of(row).high,
    }


DEVICE = Column[Row]("device", lambda row: row.result.place, attributes("device"), Rank.KEY)
SCALE = Column[Row]("scale", lambda row: str(row.result.scale), attributes("scale"), Rank.KEY)
RECIPE = Column[Row]("recipe", lambda row: row.result.recipe, attributes("recipe"), Rank.KEY)
STATUS = Column[Row](values=attributes("status", "reason"))
SECONDS: Values[Row] = {
    "median_s": lambda row: row.result.time.value,
    "low_s": lambda row: row.result.time.low,
    "high_s": lambda row: row.result.time.high,
    "rounds": lambda row: len(row.result.rounds_s),
}
TIME = Column[Row]("time", lambda row: time_text(row.result), SECONDS)
RATE = Column[Row](
    "samples",
    lambda row: estimate_text(row.result.samples_per_s, units.rate),
    estimate_values("samples_per_s", lambda row: row.result.samples_per_s),
)
SPEEDUP = Column[Row](
    "speedup", lambda row: speedup_text(row.speedup), estimate_values("speedup", lambda row: row.speedup)
)
LIMIT = Column[Row](
    "limit",
    lambda row: limit_text(row.result),
    {
        "bound": lambda row: row.result.limit.bound,
        "limit_s": lambda row: row.result.limit.least_s,
        "share": lambda row: row.result.limit.share,
    },
    Rank.DETAIL,
)
REMARKS = Column[Row](values=attributes("remarks"))


def along(axis: Axis, rank: Rank = Rank.KEY) -> Column[Row]:
    """The column that says where each row lies on an axis."""
    values: Values[Row] = {axis.key: lambda row: axis.of(row.result) or None} | attributes("parameters")
    return Column(axis.title, lambda row: axis.text(row.result), values, rank)


def on_axis(columns: OnAxis[AnyRow], axis: Axis) -> Declared[AnyRow]:
    """The columns of a table whose results lie on an axis."""
    return [each if isinstance(each, Column | Across) else each(axis) for each in columns]


def on_side(column: Column[AnyRow], header: str, rank: Rank | None = None) -> Column[AnyRow]:
    """The column with a header for `Across`, and a rank of its own if one is given."""
    return replace(column, header=header, rank=column.rank if rank is None else rank)


def number_text(number: float, form: Callable[[float], str]) -> str:
    """A number without an interval, or nothing where it is unknown."""
    return "" if math.isnan(number) else form(number)
