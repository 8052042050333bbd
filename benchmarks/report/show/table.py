"""How the results of a benchmark are compared and shown, as each kind declares it."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from crossover.benchmarks.report.analysis.axis import PARAMETERS, Axis
from crossover.benchmarks.report.analysis.compare import Key, Row
from crossover.benchmarks.report.analysis.crossover import Crossing
from crossover.benchmarks.report.analysis.grouping import grouped
from crossover.benchmarks.report.analysis.remarks import remarks
from crossover.benchmarks.report.analysis.result import Result
from crossover.benchmarks.report.analysis.speedups import Speedups
from crossover.benchmarks.report.show import columns, crossings, nested
from crossover.benchmarks.report.show.answer import DEVICES, Answer, reservations
from crossover.benchmarks.report.show.columns import Declared, Line, Mark, OnAxis
from crossover.benchmarks.report.show.crossings import Crossed
from crossover.benchmarks.report.show.render import known
from crossover.benchmarks.report.show.series import Curves
from crossover.benchmarks.report.show.wording import epochs_text, subject

__all__ = ["Table"]

TableRow = TypeVar("TableRow", bound=Row)


@dataclass(frozen=True, kw_only=True)
class Table(Generic[TableRow]):
    """The declaration of a table."""

    columns: OnAxis[TableRow]
    by_batch: OnAxis[TableRow] | None = None
    """The columns of a table that names its batch size, with the samples a second to compare by; None for `columns`."""

    rows: Callable[[list[Result]], list[TableRow]]
    """Compares the results of one run; of several runs that share a table."""

    side: Key | None = None
    """What has a column for each of its sides; without it, each row has a line of its own."""

    line: Callable[[TableRow], Hashable] = id
    """What the rows of a line have in common."""

    section: Callable[[TableRow], Hashable] = lambda row: None
    """What the lines between which crossovers are marked have in common."""

    ran: Callable[[TableRow], Hashable] = lambda row: row.result.device
    """The group of a row: people are not shown a group of which nothing was measured."""

    axis: Axis = PARAMETERS
    """What results and crossovers are shown against."""

    crossed: Callable[[list[TableRow], Axis], list[Crossed]] | None = None
    """The speedups whose crossovers it tells; None where it tells none."""

    marked: Callable[[Speedups, str], dict[str, str]] = lambda speedups, side: {}
    """What the line that marks a crossover of a side says besides its size and its direction, by header."""

    notes: Callable[[list[TableRow], list[Crossed]], Iterable[str]]
    """What a reader must know besides numbers and crossovers, before what was left out and what not to trust."""

    remarks: Callable[[list[TableRow]], list[str]] = lambda rows: remarks([row.result for row in rows])
    curves: Callable[[list[TableRow], list[Crossed], Axis], list[Curves]] | None = None
    """What a picture shows of it; None where it has none."""

    explained: Callable[[list[Crossed]], list[str]] = lambda crossed: []
    """What explains the crossovers."""

    best: Callable[[list[TableRow]], list[str]] = lambda rows: []
    """What is best on each device."""

    question: str = DEVICES
    """The question on a page that the crossovers answer."""

    epochs: Callable[[Result], int | None] = lambda result: result.epochs
    """The epochs of a round; None where a round is something else."""

    is_nested: bool = False
    """Whether the JSON has an object for each size, with those of its sides inside, and the CSV a row for each size."""

    words: str = ""
    """What begins each sentence."""

    def of_batch(self, results: list[Result], case: str, size: int, notes: Sequence[str] = ()) -> Answer:
        """The table of one run's cells of one batch size, which it names."""
        table = replace(self, columns=self.by_batch or self.columns, words=f"in batches of {size:,}, ")
        found = table.answer(results, ", ".join(filter(None, [case, f"batches of {size:,}"])), notes)
        named = {"batch_size": size}
        return replace(found, rows=[named | row for row in found.rows], content=named | found.content)

    def answer(self, results: list[Result], case: str = "", notes: Sequence[str] = ()) -> Answer:
        """The table of one run, or of the runs that share it; `case` is named in its title, `notes` stand below it."""
        rows = self.rows(results)
        crossed = self.crossed(rows, self.axis) if self.crossed else []
        crossed = [replace(each, words=self.words + each.words) for each in crossed]
        told = crossings.told(crossed)
        compared = [row.result for row in rows]
        placed = self.axis.notes(compared) if self.crossed else []
        below = [*self.notes(rows, crossed), *placed, *self.remarks(rows), *notes]
        shown = self.shown(rows)
        lines = list(self.lines(shown, crossed))
        sheet = columns.sheet_of(self.title(compared, case), self.declared, self.sides(shown), lines, [*told, *below])
        content = self.head(compared[0]) | self.cells(rows) | {"crossovers": list(told.values())}
        return Answer(
            sheet=sheet,
            rows=list(self.csv_rows(rows, crossed)),
            content=known(content | {"notes": below if self.is_nested else sheet.notes}),
            curves=self.curves(rows, crossed, self.axis) if self.curves else [],
            sentences=list(told),
            reasons=self.explained(crossed),
            best=[self.words + line for line in self.best(rows)],
            question=self.question,
        )

    def title(self, results: Sequence[Result], case: str) -> str:
        """What the table shows, in one line."""
        first = results[0]
        epochs = self.epochs(first)
        length = "" if epochs is None else epochs_text(epochs)
        parts = [subject(first.benchmark, first.workload), case, length, f"on {first.machine}"]
        return ", ".join(filter(None, parts)) + reservations(results)

    def shown(self, rows: list[TableRow]) -> list[TableRow]:
        """The rows for people: without what ran nothing, unless nothing ran at all."""
        ran = {self.ran(row) for row in rows if row.result.is_measured}
        return [row for row in rows if not ran or self.ran(row) in ran]

    def sides(self, rows: list[TableRow]) -> list[str]:
        return list(dict.fromkeys(map(self.side_of, rows))) if self.side else []

    def side_of(self, row: TableRow) -> str:
        return str(self.side.label(row.result)) if self.side else ""

    def lines(self, rows: list[TableRow], crossed: list[Crossed]) -> Iterator[Line[TableRow] | Mark]:
        """The lines for people, with a mark for each crossover after the line below it."""
        for section, of_section in grouped(rows, self.section).items():
            marked = [each for each in crossed if each.section == section]
            sizes = grouped(of_section, lambda row: self.axis.sort_key(row.result))
            for size in sorted(sizes) if marked else sizes:
                for of_line in grouped(sizes[size], self.line).values():
                    yield {self.side_of(row): row for row in of_line}
                for each in marked:
                    for side, crossing in each.above(row.result for row in sizes[size]):
                        yield Mark(self.mark_of(side, crossing, each.speedups))

    def mark_of(self, side: str, crossing: Crossing, found: Speedups) -> dict[str, str]:
        """The line that marks a crossover, by header."""
        header = f"{side} speedup" if self.side else "speedup"
        place = {found.axis.title: found.axis.about(crossing.size)}
        return place | {header: f"1.00x {crossings.mark(crossing, found.baseline)}"} | self.marked(found, side)

    def head(self, first: Result) -> dict[str, Any]:
        """What programs are told of all results together."""
        head: dict[str, Any] = {"machine": first.machine, "source": first.source}
        head |= {"benchmark": first.benchmark, "workload": first.workload}
        epochs = self.epochs(first)
        head |= {} if epochs is None else {"epochs": epochs}
        return head if self.axis is PARAMETERS else head | {"against": self.axis.name}

    def cells(self, rows: list[TableRow]) -> dict[str, Any]:
        """What programs are told of each cell."""
        if self.is_nested:
            return {"rows": nested.objects(self.declared, rows, self.axis)}
        return {"cells": [columns.values_of(self.declared, row) for row in rows]}

    def csv_rows(self, rows: list[TableRow], crossed: list[Crossed]) -> Iterable[dict[str, Any]]:
        """What a spreadsheet is told of each cell."""
        if self.is_nested:
            return nested.csv_rows(self.declared, rows, self.axis, crossed, self.side_of)
        return ({"machine": row.result.machine} | columns.plain_values(self.declared, row) for row in rows)

    @property
    def declared(self) -> Declared[TableRow]:
        return columns.on_axis(self.columns, self.axis)
