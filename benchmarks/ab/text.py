"""A comparison as a table for a terminal, and as JSON."""

import math
from dataclasses import asdict

from crossover.benchmarks.ab import ratio_interval
from crossover.benchmarks.ab.paired_turns import CellResult, Limits
from crossover.benchmarks.ab.ratio_interval import Estimate
from crossover.benchmarks.report.analysis.verdict import Verdict
from crossover.benchmarks.report.show import render
from crossover.benchmarks.report.show.columns import Column, sheet_of
from crossover.benchmarks.report.show.sheet import Rank
from crossover.benchmarks.runs import units

__all__ = ["as_json", "lines_below", "ratio_text", "sentence", "text"]

STYLES = {Verdict.REGRESSION: "bold red", Verdict.IMPROVEMENT: "bold green"}


def ratio_text(found: Estimate) -> str:
    """Returns `1.03x slower [1.01, 1.05]`, with the interval in the same direction."""
    ratio, low, high = found.ratio, found.low, found.high
    direction = " slower"
    if ratio < 1:
        ratio, low, high, direction = 1 / ratio, 1 / high, 1 / low, " faster"
    if units.significant(ratio) == "1.00":
        direction = ""
    brackets = "" if math.isnan(low) else f" [{units.significant(low)}, {units.significant(high)}]"
    return f"{units.significant(ratio)}x{direction}{brackets}"


def needed_text(cell: CellResult, limits: Limits) -> str:
    """Says what would settle an undecided cell, and which option to raise for it."""
    found = cell.found
    assert found
    if math.isnan(found.low):
        fewest = ratio_interval.fewest_pairs(len(ratio_interval.looks(limits.rounds)))
        return f"too few for an interval, which takes {fewest}: raise {raised(cell, limits, fewest)}"
    more = ratio_interval.more_pairs(found, limits.max_slowdown)
    if more > ratio_interval.FAR or not cell.limited_by:  # no option ended it: it is as sure as it can be
        return (
            "more pairs cannot settle it: the ratio is too close to what is allowed, "
            f"as processes of the same code differ by up to {ratio_interval.PROCESS_LUCK:.0%}"
        )
    more = max(1, float(f"{more:.2g}"))
    return f"about {more:,.0f} more pairs needed: raise {raised(cell, limits, found.pairs + more)}"


def raised(cell: CellResult, limits: Limits, needed: float) -> str:
    """Names the options to raise for `needed` pairs: the one that ended the cell, and the other if it would be next."""
    seconds = needed * (cell.baseline_s + cell.contender_s)
    options = {
        "--rounds": needed > limits.rounds,
        "--cell-seconds": 0 < limits.cell_seconds < seconds,
    }
    return " and ".join(name for name, is_next in options.items() if is_next or name == cell.limited_by)


def sentence(cell: CellResult, limits: Limits) -> str:
    """Says why the cell stopped, and what is left open."""
    name = f"{cell.device}, scale {cell.scale}"
    if not cell.found:
        return f"{name}: {cell.stopped}"
    line = f"{name}: {cell.verdict}, stopped after {cell.found.pairs} pairs: {cell.stopped}"
    if cell.verdict is Verdict.UNDECIDED:
        line += f"; {needed_text(cell, limits)}"
    return line


def lines_below(
    labels: tuple[str, str], cells: list[CellResult], limits: Limits, verdict: Verdict, remarks: list[str]
) -> list[str]:
    allowed = f"{100 * limits.max_slowdown:g}% slower is allowed"
    luck = f"{ratio_interval.PROCESS_LUCK:.0%}"
    looks = len(ratio_interval.looks(limits.rounds))
    return [
        *(sentence(cell, limits) for cell in cells),
        f"overall: {verdict} ({allowed})",
        f"ratio = time of {labels[1]} / time of {labels[0]}, from pairs of turns; brackets hold its 95% interval, "
        f"widened for {looks} look{'s' if looks > 1 else ''} and for the luck of a process ({luck})",
        *remarks,
        *(f"{cell.device}, scale {cell.scale}: {line}" for cell in cells for line in cell.remarks),
    ]


def columns(baseline: str, contender: str) -> tuple[Column[CellResult], ...]:
    """What the table says of each cell."""
    return (
        Column("scale", lambda cell: str(cell.scale), rank=Rank.KEY),
        Column("parameters", lambda cell: f"{cell.parameters:,}" if cell.parameters else "", rank=Rank.DETAIL),
        Column("device", lambda cell: cell.device, rank=Rank.KEY),
        Column(baseline, lambda cell: units.duration(cell.baseline_s) if cell.verdict else ""),
        Column(contender, lambda cell: units.duration(cell.contender_s) if cell.verdict else ""),
        Column("ratio", lambda cell: ratio_text(cell.found) if cell.found and cell.verdict else ""),
        Column("verdict", lambda cell: cell.verdict or "left out"),
        Column("pairs", lambda cell: str(cell.found.pairs) if cell.found and cell.verdict else "", rank=Rank.EXTRA),
    )


def text(labels: tuple[str, str], cells: list[CellResult], lines: list[str], width: int | None, *, color: bool) -> str:
    """Returns the table for a terminal of `width` columns, or for a file, which has no edge: `width` None."""
    baseline, contender = labels
    title = f"Training, turns of one epoch: {contender} against {baseline}"
    sheet = sheet_of(title, columns(baseline, contender), [], [{"": cell} for cell in cells], lines)
    styles = [STYLES.get(cell.verdict) if cell.verdict else None for cell in cells]
    return render.text(sheet, width, color=color, styles=styles)


def as_json(
    labels: tuple[str, str], cells: list[CellResult], limits: Limits, verdict: Verdict, remarks: list[str]
) -> str:
    """Returns the comparison as JSON for programs; what is not known is null."""
    document = {
        "baseline": labels[0],
        "contender": labels[1],
        "limits": asdict(limits),
        "verdict": verdict,
        "cells": [asdict(cell) | {"sentence": sentence(cell, limits)} for cell in cells],
        "remarks": remarks,
    }
    return render.as_json(document)
