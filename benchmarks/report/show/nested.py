"""The cells of all devices by size: an object for each size in JSON, and a row in CSV."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from crossover.benchmarks.report.analysis.axis import Axis
from crossover.benchmarks.report.analysis.compare import Row
from crossover.benchmarks.report.analysis.grouping import grouped
from crossover.benchmarks.report.show import columns
from crossover.benchmarks.report.show.columns import Across, Column, Declared, plain_values, values_of
from crossover.benchmarks.report.show.crossings import Crossed, mark

__all__ = ["csv_rows", "objects"]

AnyRow = TypeVar("AnyRow", bound=Row)

RECIPE = columns.for_programs("result.recipe")
SPEEDUP = Column[Row](values=columns.estimate_values("speedup", "speedup", is_only=True))


def objects(declared: Declared[AnyRow], rows: Sequence[AnyRow], axis: Axis) -> list[dict[str, Any]]:
    """An object for each size, with those of its cells and speedups inside."""
    cells, _ = blocks(declared)
    return [
        {
            "scale": of_size[0].result.scale,
            **values_of([columns.along(axis)], of_size[0]),
            "cells": [place_of(row) | values_of([RECIPE, *cells.columns], row) for row in of_size],
            "speedups": [place_of(row) | values_of([SPEEDUP], row) for row in of_size if row.ratio],
        }
        for of_size in by_size(rows, axis)
    ]


def csv_rows(
    declared: Declared[AnyRow],
    rows: Sequence[AnyRow],
    axis: Axis,
    crossed: Sequence[Crossed],
    side_of: Callable[[AnyRow], str],
) -> Iterator[dict[str, Any]]:
    """A row for each size, and one for each crossover between two sizes; columns begin with the side of a cell."""
    cells, speedups = blocks(declared)
    for of_size in by_size(rows, axis):
        first = of_size[0].result
        line = {"machine": first.machine, "row": "scale", "scale": first.scale}
        line |= values_of([columns.along(axis)], of_size[0])
        for block, told in [(cells, of_size), (speedups, [row for row in of_size if row.ratio])]:
            for row in told:
                values = plain_values(block.columns, row)
                line |= {f"{joined(side_of(row))}_{key}": value for key, value in values.items()}
        yield line
        for each in crossed:
            for side, crossing in each.above(row.result for row in of_size):
                words = mark(crossing, each.speedups.baseline)
                place = {axis.key: round(crossing.size), f"{joined(side)}_speedup": 1.0}
                yield {"machine": first.machine, "row": words, **place}


def place_of(row: Row) -> dict[str, Any]:
    """What programs are told of where a cell ran."""
    threads = row.result.threads
    return {"device": row.result.device} | ({} if threads is None else {"threads": threads})


def joined(words: str) -> str:
    return words.replace(" ", "_")


def blocks(declared: Declared[AnyRow]) -> list[Across[AnyRow]]:
    """The columns of cells and those of speedups."""
    return [each for each in declared if isinstance(each, Across)]


def by_size(rows: Sequence[AnyRow], axis: Axis) -> list[list[AnyRow]]:
    """The rows of each scale or batch size, as the axis has it, from small to large."""

    def size(row: AnyRow) -> int:
        return axis.sort_key(row.result)

    return list(grouped(sorted(rows, key=size), size).values())
