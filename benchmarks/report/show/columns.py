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
from crossover.benchmarks.report.show.render import known
from crossover.benchmarks.report.show.sheet import Rank, Sheet
from crossover.benchmarks.report.show.wording import estimate_text, limit_text, speedup_text, time_text
from crossover.benchmarks.runs import units

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

    A column outside `Across` shows the last row of a line.
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


def values_of(declared: Declared[AnyRow], row: AnyRow) -> dict[str, Any]:
    """What programs are told of a row; NaN for an unknown number."""
    columns = [column for each in declared for column in (each.columns if isinstance(each, Across) else [each])]
    return {key: value(row) for column in columns for key, value in column.values.items()}


def plain_values(declared: Declared[AnyRow], row: AnyRow) -> dict[str, Any]:
    """The values that fit a spreadsheet: all but lists, and unknown ones empty."""
    told = {key: known(value) for key, value in values_of(declared, row).items()}
    return {key: value for key, value in told.items() if not isinstance(value, list)}


def values(*paths: str, **named: str) -> dict[str, Callable[[Any], Any]]:
    """Values that are attributes of a row, such as `result.status`: by the last name of the path, or by another."""
    paths_by_key = {path.rpartition(".")[2]: path for path in paths} | named
    return {key: attrgetter(path) for key, path in paths_by_key.items()}


def estimate_values(path: str, name: str, unit: str = "", *, is_only: bool = False) -> dict[str, Callable[[Any], Any]]:
    """An estimate and its interval: `gain`, `gain_low` and `gain_high`, with a unit at their end.

    Those of a row's only estimate are `gain`, `low` and `high`.
    """
    before = "" if is_only else f"{name}_"
    ends = {"value": f"{name}{unit}", "low": f"{before}low{unit}", "high": f"{before}high{unit}"}
    return values(**{key: f"{path}.{end}" for end, key in ends.items()})


def key(path: str) -> Column[Any]:
    """A column that tells rows apart by one of their attributes, such as `result.device`."""
    of = attrgetter(path)
    return Column(path.rpartition(".")[2], lambda row: str(of(row)), values(path), Rank.KEY)


def for_programs(*paths: str, **named: str) -> Column[Any]:
    """What people are not shown: attributes of a row."""
    return Column(values=values(*paths, **named))


def estimated(name: str, path: str, form: Callable[[Estimate], str], rank: Rank = Rank.MAIN) -> Column[Any]:
    """A column of an estimate that is an attribute of a row."""
    of = attrgetter(path)
    return Column(name, lambda row: form(of(row)), estimate_values(path, name), rank)


DEVICE = Column[Row]("device", lambda row: row.result.place, values("result.device"), Rank.KEY)
SCALE = key("result.scale")
RECIPE = key("result.recipe")
STATUS = for_programs("result.status", "result.reason")
REMARKS = for_programs("result.remarks")
TIME = Column[Row](
    "time",
    lambda row: time_text(row.result),
    estimate_values("result.time", "median", "_s", is_only=True) | {"rounds": lambda row: len(row.result.rounds_s)},
)
RATE = Column[Row](
    "samples",
    lambda row: estimate_text(row.result.samples_per_s, units.rate),
    estimate_values("result.samples_per_s", "samples_per_s"),
)
SPEEDUP = estimated("speedup", "speedup", speedup_text)
LIMIT = Column[Row](
    "limit",
    lambda row: limit_text(row.result),
    values("result.limit.bound", limit_s="result.limit.least_s", share="result.limit.share"),
    Rank.DETAIL,
)


def along(axis: Axis, rank: Rank = Rank.KEY) -> Column[Row]:
    """The column that says where each row lies on an axis."""
    placed: Values[Row] = {axis.key: lambda row: axis.of(row.result) or None}
    return Column(axis.title, lambda row: axis.text(row.result), {**placed, **values("result.parameters")}, rank)


def on_axis(columns: OnAxis[AnyRow], axis: Axis) -> Declared[AnyRow]:
    """The columns of a table whose results lie on an axis."""
    return [each if isinstance(each, Column | Across) else each(axis) for each in columns]


def on_side(column: Column[AnyRow], header: str, rank: Rank | None = None) -> Column[AnyRow]:
    """The column with a header for `Across`, and a rank of its own if one is given."""
    return replace(column, header=header, rank=column.rank if rank is None else rank)


def number_text(number: float | None, form: Callable[[float], str]) -> str:
    """A number without an interval, or nothing where it is unknown."""
    return "" if number is None or math.isnan(number) else form(number)
