"""All formatting of tables: text for a terminal, markdown, CSV and JSON."""

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import asdict
from io import StringIO
from typing import Any

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from benchmarks import quantities
from benchmarks.report.crossover import Crossover
from benchmarks.report.sentences import crossover_sentence, notes
from benchmarks.report.table import SpeedupTable

PIPE_WIDTH = 160
"""How wide text is where there is no terminal to ask."""

MARK = "crossover"

CELL_KEYS = ["device", "recipe", "status", "reason", "median_s", "low_s", "high_s", "rounds", "remarks"]
SPEEDUP_KEYS = ["device", "speedup", "low", "high"]


def title(table: SpeedupTable) -> str:
    """What the table is of, in a line."""
    cell = table.cells.iloc[0]
    epochs = "1 epoch" if cell["epochs"] == 1 else f"{cell['epochs']} epochs"
    return f"{cell['benchmark'].capitalize()}, {epochs}, on {table.machine}" + (
        "" if table.source == "measured" else f" ({table.source} figures, not measured by this suite)"
    )


def grid(table: SpeedupTable) -> list[list[str]]:
    """A header and rows of text: a row for each scale, and one for each crossover between the two it lies between."""
    measured = table.cells[table.cells["status"] == "measured"]["device"].unique()
    devices = [device for device in table.devices if device in measured] or table.devices
    contenders = [device for device in devices if device in set(table.speedups["device"])]
    header = ["scale", "parameters", *devices, *(f"{device} speedup" for device in contenders)]

    rows = [header]
    for scale, parameters in sizes(table):
        times = {cell["device"]: time_text(cell) for cell in of_scale(table.cells, scale)}
        ratios = {ratio["device"]: speedup_text(ratio) for ratio in of_scale(table.speedups, scale)}
        numbers = [times.get(device, "") for device in devices] + [ratios.get(device, "") for device in contenders]
        rows.append([str(scale), f"{parameters:,}", *numbers])
        for found in crossovers_above(table, parameters):
            mark = ["", quantities.count(found.parameters)] + [""] * len(numbers)
            mark[header.index(f"{found.device} speedup")] = f"1.00x {MARK}"
            rows.append(mark)
    return rows


def sizes(table: SpeedupTable) -> list[tuple[int, int]]:
    """Scale and parameters of each row, smallest first."""
    pairs = table.cells.drop_duplicates("scale").sort_values("scale")
    return list(zip(pairs["scale"].tolist(), pairs["parameters"].tolist(), strict=True))


def of_scale(frame: pd.DataFrame, scale: int) -> list[dict[str, Any]]:
    return [
        {str(key): value for key, value in row.items()} for row in frame[frame["scale"] == scale].to_dict("records")
    ]


def crossovers_above(table: SpeedupTable, parameters: int) -> list[Crossover]:
    """The crossovers that lie between the row of so many parameters and the next."""
    return [
        found
        for found in table.crossovers
        if found.between and found.between[0] == parameters and not math.isnan(found.parameters)
    ]


def time_text(cell: dict[str, Any]) -> str:
    """`3.40 s [3.31 s, 3.62 s]`, or the status of a cell that was not measured."""
    if math.isnan(cell["median_s"]):
        return str(cell["status"])
    return quantities.duration(cell["median_s"]) + interval_text(cell["low_s"], cell["high_s"], quantities.duration)


def speedup_text(ratio: dict[str, Any]) -> str:
    """`1.67x [1.58, 1.70] faster`"""
    speedup = ratio["speedup"]
    direction = "faster" if speedup > 1 else "slower" if speedup < 1 else "equal"
    brackets = interval_text(ratio["low"], ratio["high"], quantities.significant)
    return f"{quantities.significant(speedup)}x{brackets} {direction}"


def interval_text(low: float, high: float, form: Callable[[float], str]) -> str:
    return "" if math.isnan(low) else f" [{form(low)}, {form(high)}]"


def text(table: SpeedupTable, width: int | None = None, *, color: bool = False) -> str:
    """For people at a terminal."""
    header, *rows = grid(table)
    view = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in header:
        view.add_column(Text(column), justify="right", overflow="fold")
    for row in rows:
        style = "bold green" if row[0] == "" else None
        view.add_row(*(Text(value) for value in row), style=style)
    console = Console(
        file=StringIO(),
        width=width or PIPE_WIDTH,
        force_terminal=color,
        color_system="standard" if color else None,
        highlight=False,
    )
    console.print(Text(title(table)))
    console.print(view)
    for line in lines_below(table):
        console.print(Text(line))
    assert isinstance(console.file, StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


def lines_below(table: SpeedupTable) -> list[str]:
    return [*(crossover_sentence(found, table) for found in table.crossovers), *notes(table)]


def markdown(table: SpeedupTable) -> str:
    """For a README, an issue or a pull request."""
    header, *rows = [[markdown_text(value) for value in row] for row in grid(table)]
    lines = [
        f"**{markdown_text(title(table))}**",
        "",
        markdown_row(header),
        markdown_row(["---:"] * len(header)),
        *(markdown_row([bold(value) for value in row] if not row[0] else row) for row in rows),
        "",
        *(f"- {markdown_text(line)}" for line in lines_below(table)),
    ]
    return "\n".join(lines)


def markdown_row(values: list[str]) -> str:
    return f"| {' | '.join(values)} |"


def bold(value: str) -> str:
    return f"**{value}**" if value else ""


def markdown_text(value: str) -> str:
    """Text of which nothing acts as markdown or HTML."""
    for character in "\\`*_|<>[]":
        value = value.replace(character, f"\\{character}")
    return value.replace("&", "&amp;")


def csv(tables: list[SpeedupTable]) -> str:
    """For a spreadsheet: a row for each scale, and one marked `crossover` for each crossover."""
    frame = pd.DataFrame([row for table in tables for row in csv_rows(table)])
    return frame.to_csv(index=False, float_format="%.6g", lineterminator="\n")


def csv_rows(table: SpeedupTable) -> Iterator[dict[str, Any]]:
    machine = spreadsheet_text(table.machine)
    for scale, parameters in sizes(table):
        row: dict[str, Any] = {"machine": machine, "row": "scale", "scale": scale, "parameters": parameters}
        for cell in of_scale(table.cells, scale):
            keys = ["status", "reason", "median_s", "low_s", "high_s", "rounds"]
            row |= {f"{cell['device']}_{key}": spreadsheet_text(cell[key]) for key in keys}
        for ratio in of_scale(table.speedups, scale):
            row |= {
                f"{ratio['device']}_speedup{end}": ratio[f"{end[1:] or 'speedup'}"] for end in ("", "_low", "_high")
            }
        yield row
        for found in crossovers_above(table, parameters):
            at = round(found.parameters)
            yield {"machine": machine, "row": MARK, "parameters": at, f"{found.device}_speedup": 1.0}


def spreadsheet_text(value: Any) -> Any:
    """A value that a spreadsheet does not take for a formula (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") else value


def as_json(tables: list[SpeedupTable]) -> str:
    """For programs. What is not known is null."""
    return json.dumps({"tables": [json_table(table) for table in tables]}, indent=2, allow_nan=False)


def json_table(table: SpeedupTable) -> dict[str, Any]:
    first = table.cells.to_dict("records")[0]
    return {
        **{key: first[key] for key in ["machine", "source", "benchmark", "epochs"]},
        "rows": [
            {
                "scale": scale,
                "parameters": parameters,
                "cells": [json_object(cell, CELL_KEYS) for cell in of_scale(table.cells, scale)],
                "speedups": [json_object(ratio, SPEEDUP_KEYS) for ratio in of_scale(table.speedups, scale)],
            }
            for scale, parameters in sizes(table)
        ],
        "crossovers": [
            json_object(asdict(found), list(asdict(found))) | {"sentence": crossover_sentence(found, table)}
            for found in table.crossovers
        ],
        "notes": notes(table),
    }


def json_object(values: dict[str, Any], keys: list[str]) -> dict[str, Any]:
    """The values of these keys; null for a number that is not known."""
    return {key: None if is_unknown(values[key]) else values[key] for key in keys}


def is_unknown(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)
