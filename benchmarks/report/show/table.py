"""The table of one benchmark: from its declaration and the results of a run to every form in which it is shown."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from crossover.benchmarks.report.analysis.axis import PARAMETERS, Axis
from crossover.benchmarks.report.analysis.compare import Key, Row
from crossover.benchmarks.report.analysis.crossover import Crossing
from crossover.benchmarks.report.analysis.remarks import remarks
from crossover.benchmarks.report.analysis.result import Result, grouped
from crossover.benchmarks.report.analysis.speedups import Speedups
from crossover.benchmarks.report.show.columns import (
    Across,
    Declared,
    Line,
    Mark,
    OnAxis,
    along,
    on_axis,
    sheet_of,
    values_of,
)
from crossover.benchmarks.report.show.crossings import above, json_crossover, mark
from crossover.benchmarks.report.show.render import known
from crossover.benchmarks.report.show.sentences import crossover_sentence
from crossover.benchmarks.report.show.series import Curves
from crossover.benchmarks.report.show.sheet import Sheet
from crossover.benchmarks.report.show.wording import epochs_text
from crossover.benchmarks.runs.schema import MLP

__all__ = ["DEVICES", "Answer", "Crossed", "Table", "nothing_crossed", "nothing_drawn", "reservations"]

TableRow = TypeVar("TableRow", bound=Row)

DEVICES = "Where does an accelerator pay off?"


@dataclass(frozen=True)
class Answer:
    """One table, and what a picture of it shows."""

    sheet: Sheet
    rows: list[dict[str, Any]]
    content: dict[str, Any]
    curves: list[Curves]
    sentences: list[str]
    """Where each side overtakes the baseline."""

    reasons: list[str]
    """What explains the crossovers."""

    best: list[str]
    """What is best on each device."""

    question: str
    """The question that the sentences answer."""


@dataclass(frozen=True)
class Crossed:
    """Speedups whose crossovers a table tells."""

    speedups: Speedups
    about: dict[str, Any] = field(default_factory=dict)
    """What tells them from other speedups of the table, by its key in JSON."""

    section: Hashable = None
    """The section of the table in which crossovers are marked."""

    side: str = "device"
    """What a side is, by its key in JSON."""

    words: str = ""
    """What begins a sentence about them; only a section's is said also where nothing was measured on both sides."""

    recipe: str | None = None
    """The name under which a picture shows them; None for the recipe of each result."""

    @property
    def sentences(self) -> list[str]:
        return [
            (self.words if found.span or self.section else "") + crossover_sentence(found, self.speedups)
            for found in self.speedups.crossovers
        ]


def nothing_drawn(rows: list[TableRow], crossed: list[Crossed], axis: Axis) -> list[Curves]:
    """The curves of a table that has no picture."""
    return []


def nothing_crossed(rows: list[TableRow], axis: Axis) -> list[Crossed]:
    """The crossovers of a table that tells none."""
    return []


@dataclass(frozen=True, kw_only=True)
class Table(Generic[TableRow]):
    """How the results of a benchmark are compared and shown."""

    columns: OnAxis[TableRow]
    by_batch: OnAxis[TableRow] | None = None
    """The columns where the batch size is told, by whose samples a second batch sizes compare; None for the same."""

    rows: Callable[[list[Result]], list[TableRow]]
    """Compares the results of one run; of several runs that share a table."""

    side: Key | None = None
    """What has a column for each of its sides; without it, each row has a line of its own."""

    line: Callable[[TableRow], Hashable] = id
    """What the rows of a line have in common."""

    section: Callable[[TableRow], Hashable] = lambda row: None
    """What the lines between which crossovers are marked have in common."""

    ran: Callable[[TableRow], Hashable] = lambda row: row.result.device
    """What is left out of the table for people where none of it was measured."""

    axis: Axis = PARAMETERS
    """What results and crossovers are shown against."""

    crossed: Callable[[list[TableRow], Axis], list[Crossed]] = nothing_crossed
    marked: Callable[[str, Crossing, Speedups], dict[str, str]] = lambda side, crossing, speedups: {}
    """The line that marks a crossover, by header."""

    notes: Callable[[list[TableRow], list[Crossed]], Iterable[str]]
    """What a reader must know besides numbers and crossovers, before what was left out and what not to trust."""

    remarks: Callable[[list[TableRow]], list[str]] = lambda rows: remarks([row.result for row in rows])
    curves: Callable[[list[TableRow], list[Crossed], Axis], list[Curves]] = nothing_drawn
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

    def of_batch(self, results: list[Result], case: str, size: int, notes: Sequence[str] = ()) -> Answer:
        """The table of one run's cells of one batch size, which it names."""
        words = f"in batches of {size:,}, "

        def crossed(rows: list[TableRow], axis: Axis) -> list[Crossed]:
            return [replace(each, words=words + each.words) for each in self.crossed(rows, axis)]

        def best(rows: list[TableRow]) -> list[str]:
            return [words + line for line in self.best(rows)]

        table = replace(self, columns=self.by_batch or self.columns, crossed=crossed, best=best)
        found = table.answer(results, ", ".join(filter(None, [case, f"batches of {size:,}"])), notes)
        content = {"batch_size": size, **found.content}
        return replace(found, rows=[{"batch_size": size, **row} for row in found.rows], content=content)

    def answer(self, results: list[Result], case: str = "", notes: Sequence[str] = ()) -> Answer:
        """The table of one run, or of the runs that share it; `case` is named in its title, `notes` stand below it."""
        rows = self.rows(results)
        crossed = self.crossed(rows, self.axis)
        lines = list(self.lines(self.shown(rows), crossed))
        told = crossings_told(crossed)
        sentences = list(told)
        placed = self.axis.notes([row.result for row in rows]) if self.is_crossed else []
        notes = [*self.notes(rows, crossed), *placed, *self.remarks(rows), *notes]
        title = self.title([row.result for row in rows], case)
        sheet = sheet_of(title, self.declared, self.sides(self.shown(rows)), lines, [*sentences, *notes])
        first = rows[0].result
        epochs = self.epochs(first)
        content: dict[str, Any] = {"machine": first.machine, "source": first.source, "benchmark": first.benchmark}
        content |= {"workload": first.workload}
        content |= {} if epochs is None else {"epochs": epochs}
        content |= {} if self.axis is PARAMETERS else {"against": self.axis.name}
        content |= self.nested(rows) if self.is_nested else {"cells": [values_of(self.declared, row) for row in rows]}
        content["crossovers"] = list(told.values())
        content["notes"] = notes if self.is_nested else [*sentences, *notes]
        return Answer(
            sheet=sheet,
            rows=list(self.csv_rows(rows, crossed)),
            content=known(content),
            curves=self.curves(rows, crossed, self.axis),
            sentences=sentences,
            reasons=self.explained(crossed),
            best=self.best(rows),
            question=self.question,
        )

    def title(self, results: Sequence[Result], case: str) -> str:
        """What the table shows, in one line."""
        first = results[0]
        epochs = self.epochs(first)
        length = "" if epochs is None else epochs_text(epochs)
        trained = "" if first.workload == MLP else f" of {first.workload}"
        subject = f"{first.benchmark.capitalize()}{trained}"
        what = ", ".join(filter(None, [subject, case, length, f"on {first.machine}"]))
        return what + reservations(results)

    def shown(self, rows: list[TableRow]) -> list[TableRow]:
        """The rows for people: without what ran nothing, unless nothing ran at all."""
        ran = {self.ran(row) for row in rows if row.result.is_measured}
        return [row for row in rows if not ran or self.ran(row) in ran]

    def sides(self, rows: list[TableRow]) -> list[str]:
        return list(dict.fromkeys(str(self.side.label(row.result)) for row in rows)) if self.side else []

    def lines(self, rows: list[TableRow], crossed: list[Crossed]) -> Iterator[Line[TableRow] | Mark]:
        """The lines for people, with a mark for each crossover after the line below it."""
        for section, of_section in grouped(rows, self.section).items():
            marked = [each for each in crossed if each.section == section]
            turns = grouped(of_section, self.turn)
            for turn in sorted(turns) if marked else turns:
                for of_line in grouped(turns[turn], self.line).values():
                    yield {str(self.side.label(row.result)) if self.side else "": row for row in of_line}
                for each in marked:
                    for side, crossing in above(each.speedups.crossovers, self.sizes(turns[turn])):
                        yield Mark(self.marked(side, crossing, each.speedups))

    def csv_rows(self, rows: list[TableRow], crossed: list[Crossed]) -> Iterator[dict[str, Any]]:
        """A row for each cell; of a nested table one for each size, and one for each crossover between two sizes."""
        if not self.is_nested:
            yield from ({"machine": row.result.machine, **plain_values(self.declared, row)} for row in rows)
            return
        for of_size in self.by_turn(rows):
            first = of_size[0].result
            line = {"machine": first.machine, "row": "scale", "scale": first.scale, **self.placed(of_size[0])}
            for block in self.blocks:
                for row in of_size if block is self.blocks[0] else with_ratio(of_size):
                    values = plain_values(block.columns, row)
                    line |= {f"{self.side_name(row)}_{key}": value for key, value in values.items()}
            yield line
            for each in crossed:
                for side, crossing in above(each.speedups.crossovers, self.sizes(of_size)):
                    yield {
                        "machine": first.machine,
                        "row": mark(crossing, each.speedups.baseline),
                        self.axis.key: round(crossing.size),
                        f"{joined(side)}_speedup": 1.0,
                    }

    def nested(self, rows: list[TableRow]) -> dict[str, Any]:
        """An object for each size, with those of its cells and speedups inside."""
        cells, _ = self.blocks
        return {
            "rows": [
                {
                    "scale": of_size[0].result.scale,
                    **self.placed(of_size[0]),
                    "cells": [
                        {**place_of(row), "recipe": row.result.recipe, **values_of(cells.columns, row)}
                        for row in of_size
                    ],
                    "speedups": [
                        {
                            **place_of(row),
                            "speedup": row.speedup.value,
                            "low": row.speedup.low,
                            "high": row.speedup.high,
                        }
                        for row in with_ratio(of_size)
                    ],
                }
                for of_size in self.by_turn(rows)
            ]
        }

    def side_name(self, row: TableRow) -> str:
        """What begins the columns of a side in a CSV."""
        return joined(str(self.side.label(row.result)) if self.side else row.result.device)

    def turn(self, row: TableRow) -> int:
        """How far the axis's dial is turned for a row: its scale."""
        turn: int = getattr(row.result, self.axis.dial)
        return turn

    def by_turn(self, rows: list[TableRow]) -> list[list[TableRow]]:
        """The rows of each turn of the dial, from small to large."""
        return list(grouped(sorted(rows, key=self.turn), self.turn).values())

    def sizes(self, rows: list[TableRow]) -> set[int]:
        return {self.axis.of(row.result) for row in rows}

    def placed(self, row: TableRow) -> dict[str, Any]:
        """What programs are told of the size of a row."""
        return values_of([along(self.axis)], row)

    @property
    def is_crossed(self) -> bool:
        """Whether it tells crossovers."""
        return self.crossed is not nothing_crossed

    @property
    def declared(self) -> Declared[TableRow]:
        return on_axis(self.columns, self.axis)

    @property
    def blocks(self) -> list[Across[TableRow]]:
        return [each for each in self.declared if isinstance(each, Across)]


def reservations(results: Sequence[Result]) -> str:
    """What must be known of all of a table before it is read, to stand at the end of its title."""
    words = ""
    if results[0].source != "measured":
        words += f" ({results[0].source} figures, not measured by this suite)"
    if any(result.is_busy for result in results):
        words += " (busy machine)"
    if all(result.is_finished for result in results):
        return words
    return f"{words} ({'running' if any(result.is_running for result in results) else 'unfinished'})"


def crossings_told(crossed: list[Crossed]) -> dict[str, dict[str, Any]]:
    """What programs are told of each crossover, by its sentence; one that is the same for several is said once."""
    told: dict[str, dict[str, Any]] = {}
    for each in crossed:
        for found, sentence in zip(each.speedups.crossovers, each.sentences, strict=True):
            side = {each.side: found.device}
            told.setdefault(
                sentence, {**each.about, **side, **json_crossover(found, each.speedups.axis), "sentence": sentence}
            )
    return told


def place_of(row: Row) -> dict[str, Any]:
    """What programs are told of where a cell ran."""
    threads = row.result.threads
    return {"device": row.result.device} | ({} if threads is None else {"threads": threads})


def joined(words: str) -> str:
    return words.replace(" ", "_")


def plain_values(columns: Declared[TableRow], row: TableRow) -> dict[str, Any]:
    """The values that fit a spreadsheet: all but lists, and unknown ones empty."""
    values: dict[str, Any] = known(values_of(columns, row))
    return {key: value for key, value in values.items() if not isinstance(value, list)}


def with_ratio(rows: list[TableRow]) -> list[TableRow]:
    return [row for row in rows if row.ratio]
