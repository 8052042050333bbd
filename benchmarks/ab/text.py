"""A comparison as a table for a terminal, and as JSON."""

import math
from dataclasses import asdict

from crossover.benchmarks.ab import ratio_interval
from crossover.benchmarks.ab.paired_turns import CellResult
from crossover.benchmarks.ab.ratio_interval import RatioEstimate
from crossover.benchmarks.ab.turns import StoppingRule
from crossover.benchmarks.report.analysis.verdict import Verdict, judge
from crossover.benchmarks.report.show import render
from crossover.benchmarks.report.show.columns import Column, sheet_of
from crossover.benchmarks.report.show.sheet import Rank
from crossover.benchmarks.report.show.wording import subject
from crossover.benchmarks.runs import units

__all__ = ["as_json", "lines_below", "ratio_text", "sentence", "text"]

FEWEST_PAIRS = 2
"""One pair of each of two pairs of processes gives an interval."""

STYLES = {Verdict.REGRESSION: "bold red", Verdict.IMPROVEMENT: "bold green"}


def ratio_text(found: RatioEstimate) -> str:
    """Returns `1.03x slower [1.01, 1.05]`, with the interval in the same direction."""
    ratio, low, high = found.ratio, found.low, found.high
    direction = " slower"
    if ratio < 1:
        ratio, low, high, direction = 1 / ratio, 1 / high, 1 / low, " faster"
    if units.significant(ratio) == "1.00":
        direction = ""
    brackets = "" if math.isnan(low) else f" [{units.significant(low)}, {units.significant(high)}]"
    return f"{units.significant(ratio)}x{direction}{brackets}"


def needed_text(cell: CellResult, limits: StoppingRule) -> str:
    """Says what would settle an undecided cell, and which option to raise for it."""
    found = cell.found
    assert found
    if math.isnan(found.low):
        return f"too few for an interval, which takes {FEWEST_PAIRS}: raise {raised(cell, limits, FEWEST_PAIRS)}"
    more = ratio_interval.more_pairs(found, limits.max_slowdown)
    if math.isinf(more):
        luck = f"processes of the same code differ by {found.luck:.1%}"
        return f"more pairs alone may not settle it, as {luck}: raise --processes"
    if more > ratio_interval.FAR:
        return "more pairs cannot settle it: the ratio is too close to what is allowed"
    more = max(1, float(f"{more:.2g}"))
    return f"about {more:,.0f} more pairs needed: raise {raised(cell, limits, found.pairs + more)}"


def raised(cell: CellResult, limits: StoppingRule, needed: float) -> str:
    """Names the options to raise for `needed` pairs: the one that ended the cell, and the other if it would be next."""
    seconds = needed * (cell.baseline_s + cell.contender_s)
    options = {
        "--rounds": needed > limits.rounds,
        "--cell-seconds": 0 < limits.cell_seconds < seconds,
    }
    return " and ".join(name for name, is_next in options.items() if is_next or name == cell.limited_by)


def sentence(cell: CellResult, limits: StoppingRule) -> str:
    """Says why the cell stopped, and what is left open."""
    name = f"{cell.device}, scale {cell.scale}"
    if not cell.found:
        return f"{name}: {cell.stopped}"
    line = f"{name}: {cell.verdict}, stopped after {cell.found.pairs} pairs: {cell.stopped}"
    if cell.verdict is Verdict.UNDECIDED:
        line += f"; {needed_text(cell, limits)}"
    if smaller := regression_at(cell):
        line += f"; slower for sure: --max-slowdown {100 * smaller:g}% would call that a regression"
    return line


def regression_at(cell: CellResult) -> float | None:
    """Returns the largest allowed slowdown that would make a regression of a cell which is slower for sure.

    In whole percent, or in tenths below one; None where there is no such slowdown, or none is needed.
    """
    if not cell.found or cell.verdict is Verdict.REGRESSION or not cell.found.low > 1:
        return None
    per_mille = math.floor(1000 * (cell.found.low - 1))
    if judge(cell.found.low, cell.found.high, per_mille / 1000) is not Verdict.REGRESSION:  # the interval ends at it
        per_mille -= 1
    return (per_mille - per_mille % 10 if per_mille >= 10 else per_mille) / 1000 or None


def lines_below(
    labels: tuple[str, str], cells: list[CellResult], limits: StoppingRule, verdict: Verdict, remarks: list[str]
) -> list[str]:
    allowed = f"{100 * limits.max_slowdown:g}% slower is allowed"
    processes = max((cell.found.processes for cell in cells if cell.found), default=0)
    return [
        *(sentence(cell, limits) for cell in cells),
        f"overall: {verdict} ({allowed})",
        f"ratio = time of {labels[1]} / time of {labels[0]}, over {processes} processes of each; "
        "brackets hold its 95% interval",
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


def text(
    labels: tuple[str, str], workload: str, cells: list[CellResult], lines: list[str], width: int | None, *, color: bool
) -> str:
    """Returns the table for a terminal of `width` columns, or for a file, which has no edge: `width` None."""
    baseline, contender = labels
    title = f"{subject('training', workload)}, turns of one epoch: {contender} against {baseline}"
    sheet = sheet_of(title, columns(baseline, contender), [], [{"": cell} for cell in cells], lines)
    styles = [STYLES.get(cell.verdict) if cell.verdict else None for cell in cells]
    return render.text(sheet, width, color=color, styles=styles)


def as_json(
    labels: tuple[str, str],
    workload: str,
    cells: list[CellResult],
    limits: StoppingRule,
    verdict: Verdict,
    remarks: list[str],
) -> str:
    """Returns the comparison as JSON for programs; what is not known is null."""
    document = {
        "baseline": labels[0],
        "contender": labels[1],
        "workload": workload,
        "limits": asdict(limits),
        "verdict": verdict,
        "cells": [
            asdict(cell) | {"regression_at": regression_at(cell), "sentence": sentence(cell, limits)} for cell in cells
        ],
        "remarks": remarks,
    }
    return render.as_json(document)
