"""Fit a table to a screen: intervals go below their numbers, then columns are left out, then the table is cut in parts.

Nothing wraps inside a number, and what is left out is named.
"""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import replace

from rich import box
from rich.cells import cell_len, chop_cells
from rich.table import Table
from rich.text import Text

from crossover.benchmarks.report.show.sheet import Rank, Sheet

__all__ = ["EDGE", "fitted", "view"]

GAP, NARROW_GAP, EDGE = 3, 2, 1
"""Blanks between two columns, also on a narrow screen, and on either side of the table.

That on the right needs no room on a screen.
"""

LONGEST = 32
"""Characters of a column of numbers at most, such as `[1.37x faster to 1.36x slower]`; a wider one holds names."""

INTERVAL = re.compile(r"(.*?) (\[.*\])(.*)")
MARK = re.compile(r"(1\.00x crossover) (to .*)")


def fitted(sheet: Sheet, width: int | None) -> tuple[list[Sheet], int, list[str]]:
    """The parts of a table that fit a screen one below the other, the blanks between columns, and what was left out.

    A name that is too wide is folded. With a width of None there is no edge.
    """
    if width is None or total(column_widths(sheet), GAP) <= width:
        return [sheet], GAP, []
    shown = stacked(sheet)
    left_out: list[str] = []
    while (place := to_leave_out(shown, width)) is not None:
        left_out.insert(0, shown.header[place].replace("\n", " "))
        shown = shown.only([each for each in range(len(shown.header)) if each != place])
    notes = [f"left out at {width} columns: {', '.join(left_out)}"] if left_out else []
    return parts(shown, width), NARROW_GAP, notes


def total(widths: Sequence[int], gap: int = NARROW_GAP) -> int:
    return EDGE + sum(widths) + gap * (len(widths) - 1)


def column_widths(sheet: Sheet) -> list[int]:
    """The width of the longest line in each column."""
    columns = zip(sheet.header, *sheet.rows, strict=True)
    return [max(cell_len(line) for value in column for line in value.split("\n")) for column in columns]


def stacked(sheet: Sheet) -> Sheet:
    """The sheet with each interval on a line of its own below its number, and headers no wider than they need to be."""
    rows = [[INTERVAL.sub(r"\1\3\n\2", value) for value in row] for row in sheet.rows]
    widths = column_widths(Sheet(sheet.title, ["" for _ in sheet.header], rows, []))
    header = [broken(name, width) for name, width in zip(sheet.header, widths, strict=True)]
    return Sheet(sheet.title, header, rows, sheet.notes, sheet.ranks)


def broken(header: str, width: int) -> str:
    """A header in lines of about the width of its column, broken between words."""
    widest = max([width, *(len(word) for word in header.split())])
    return "\n".join(textwrap.wrap(header, widest, break_long_words=False, break_on_hyphens=False)) or header


def to_leave_out(sheet: Sheet, width: int) -> int | None:
    """The place of the column to leave out next: the last of those that matter least. None if all others must stay.

    What tells rows apart is left out only where it is the same in all of several, and no part of the table would fit.
    """
    widths, places = column_widths(sheet), range(len(sheet.header))
    place = max(places, key=lambda place: (sheet.rank(place), place))
    if total(widths) > width and sheet.rank(place) > Rank.MAIN:
        return place
    least = [each if each <= LONGEST else LONGEST // 2 for each in widths]
    keys = [place for place in places if sheet.rank(place) is Rank.KEY]
    others = [least[place] for place in places if place not in keys]
    if total([*(least[place] for place in keys), max(others, default=0)]) <= width or len(sheet.rows) < 2:
        return None
    return next((place for place in reversed(keys) if len({row[place] for row in sheet.rows} - {""}) < 2), None)


def parts(sheet: Sheet, width: int) -> list[Sheet]:
    """The sheet cut between columns, with its key columns in every part."""
    widths = column_widths(sheet)
    keys = [place for place in range(len(widths)) if sheet.rank(place) is Rank.KEY]
    groups: list[list[int]] = [[]]
    for place in [place for place in range(len(widths)) if place not in keys]:
        if groups[-1] and total([widths[each] for each in [*keys, *groups[-1], place]]) > width:
            groups.append([])
        groups[-1].append(place)
    return [folded(sheet.only(sorted([*keys, *group])), width) for group in groups]


def folded(sheet: Sheet, width: int) -> Sheet:
    """The sheet with its names in lines short enough for the screen, but not shorter than half of `LONGEST`.

    If that is not enough, marks of crossovers are in two lines.
    """
    widths = column_widths(sheet)
    over, widest = total(widths) - width, max(widths)
    if over <= 0:
        return sheet
    if widest <= LONGEST:
        return replace(sheet, rows=[[MARK.sub(r"\1\n\2", value) for value in row] for row in sheet.rows])
    place, room = widths.index(widest), max(widest - over, LONGEST // 2)
    header, *rows = [
        [in_lines(value, room) if each == place else value for each, value in enumerate(row)]
        for row in [sheet.header, *sheet.rows]
    ]
    return folded(replace(sheet, header=header, rows=rows), width)


def in_lines(value: str, room: int) -> str:
    return "\n".join(part for line in value.split("\n") for part in chop_cells(line, room) or [line])


def view(sheet: Sheet, gap: int, styles: Sequence[str | None]) -> Table:
    """The sheet as rich draws it; `styles` has one for each row."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, gap - 2, 0, 1))
    for header, width in zip(sheet.header, column_widths(sheet), strict=True):
        table.add_column(Text(header), justify="right", overflow="fold", min_width=width)
    for row, style in zip(sheet.rows, styles, strict=True):
        table.add_row(*(Text(value) for value in row), style=style)
    return table
