"""What a table says, in words."""

import math
from collections.abc import Iterator
from typing import Any

from crossover.benchmarks.report.analysis.crossover import Crossing, Crossover, Direction, Finding
from crossover.benchmarks.report.analysis.remarks import remarks, scale_list
from crossover.benchmarks.report.analysis.speedup import BASELINE
from crossover.benchmarks.report.analysis.table import SpeedupTable
from crossover.benchmarks.runs.records import records
from crossover.benchmarks.runs.units import count, duration

__all__ = ["crossover_sentence", "limit_words", "notes", "reasons"]


def crossover_sentence(found: Crossover, table: SpeedupTable, baseline: str = BASELINE) -> str:
    """Whether and where a device and the baseline overtake each other, and how sure that is."""
    device = found.device
    if not found.span:
        return f"no crossover of {device}: no scale was measured on both {baseline} and {device}"
    if not found.crossings:
        smallest, largest = (f"{size:,}" for size in found.span)
        words = {
            Finding.ALREADY: f"{device} is already faster than {baseline} at the smallest model measured on both, "
            f"{smallest} parameters",
            Finding.NOT_REACHED: f"{device} does not overtake {baseline} up to the largest model measured on both, "
            f"{largest} parameters",
            Finding.UNDECIDED: f"undecided whether {device} overtakes {baseline} between {smallest} and {largest} "
            f"parameters: {OPEN}",
        }
        return words[found.outcome]
    first, *others = found.crossings
    leaders = [device if each.direction is Direction.UP else baseline for each in found.crossings]
    if first.direction is Direction.UP:
        smallest, largest = (f"{size:,}" for size in first.between)
        sentence = f"{device} overtakes {baseline} at about {count(first.parameters)} parameters, between {smallest} "
        sentence += f"and {largest}{interval_words(first) or no_interval_words(table)}"
    else:
        only, on = ("", "") if others else (" only", " on")
        sentence = f"{device} is faster than {baseline} for small models{only}: {baseline} is ahead from about "
        sentence += f"{count(first.parameters)} parameters{on}{interval_words(first)}"
    for leader, each in zip(leaders[1:], others, strict=True):
        on = " on" if each is others[-1] else ""
        sentence += f"; {leader} is ahead again from about {count(each.parameters)} parameters{on}"
        sentence += interval_words(each)
    if found.outcome is Finding.UNDECIDED:
        which = "the first crossover" if others else "it"
        sentence = (
            f"undecided: {sentence}, but speedups beside {which} may be on either side of 1; "
            "more rounds may tell (--rounds)"
        )
    ends = {"below": found.open_below, "above": found.open_above}
    places = [f"{place} {size:,}" for place, size in ends.items() if size is not None]
    return f"{sentence}; undecided {' and '.join(places)} parameters: {OPEN}" if places else sentence


OPEN = "the interval of a speedup contains 1; more rounds may tell (--rounds)"
"""Why a side is undecided."""


def interval_words(crossing: Crossing) -> str:
    """` (95% interval 2.4 million to 2.9 million)`, or nothing where there is none."""
    low, high = crossing.low, crossing.high
    if math.isnan(low) and math.isnan(high):
        return ""
    if math.isnan(high):
        return f" (95% interval {count(low)} to beyond the largest model)"
    if math.isnan(low):
        return f" (95% interval from below the smallest model to {count(high)})"
    return f" (95% interval {count(low)} to {count(high)})"


def no_interval_words(table: SpeedupTable) -> str:
    """` (one round: no interval)`"""
    fewest = table.cells[table.cells["rounds"] > 0]["rounds"].min()
    return " (one round: no interval)" if fewest == 1 else f" ({fewest} rounds: no interval)"


def notes(table: SpeedupTable) -> list[str]:
    """What a reader must know besides the numbers: how to read them, what was left out, what not to trust."""
    lines = []
    if not table.speedups.empty:
        lines.append(f"speedup = {BASELINE} time / device time: above 1 the device is faster")
    elif not table.crossovers:
        lines.append(f"no speedup: {only_device(table)}")
    if table.cells["low_s"].notna().any():
        lines.append("times are medians over rounds; brackets hold the 95% interval")
    return [*lines, *why(table), *remarks(table.cells)]


def only_device(table: SpeedupTable) -> str:
    """Why only one device was measured: there is no other, or no other was asked for."""
    no_gpu = table.cells["no_gpu"].iloc[0]
    if no_gpu and table.devices == [BASELINE]:
        return f"{no_gpu}; {BASELINE} is all there is to measure"
    return f"{' and '.join(table.devices)} was the only device asked for (--devices)"


def why(table: SpeedupTable) -> list[str]:
    """What explains the crossovers, and what binds each device, with the figures of its probe."""
    clauses = []
    for device, cells in table.cells[table.cells["bound"] != ""].groupby("device", sort=False):
        parts = []
        for bound, bound_cells in cells.sort_values("scale").groupby("bound", sort=False):
            shares = bound_cells["share"]
            reached = f"{shares.min():.0%}" if len(shares) == 1 else f"{shares.min():.0%} to {shares.max():.0%}"
            listed = scale_list(bound_cells["scale"].tolist())
            parts.append(f"{listed} by {bound} ({limit_words(str(bound), cells['probe'].iloc[0])}; reached {reached})")
        clauses.append(f"{device} is bound at {', at '.join(parts)}")
    return [*reasons(table), f"limits: {'; '.join(clauses)}"] if clauses else []


def reasons(table: SpeedupTable) -> list[str]:
    """What binds the devices beside each crossover, where that is known."""
    return [line for found in table.crossovers for line in why_there(found, table)]


def why_there(found: Crossover, table: SpeedupTable) -> Iterator[str]:
    """What binds both devices just below and just above each crossover, a line for each crossover."""
    is_single = len(found.crossings) == 1
    for each in found.crossings:
        parts = []
        for place, size in zip(("below it", "above it"), each.between, strict=True):
            cells = table.cells[(table.cells["parameters"] == size) & (table.cells["bound"] != "")]
            bounds = {cell["device"]: cell["bound"] for cell in records(cells)}
            if {BASELINE, found.device} <= set(bounds):
                words = f"{BASELINE} is bound by {bounds[BASELINE]} and {found.device} by {bounds[found.device]}"
                parts.append(f"{place} {words}")
        if len(parts) == len(each.between):
            leader, other = found.device, BASELINE
            if each.direction is Direction.DOWN:
                leader, other = other, leader
            where = "there" if is_single else f"{other} at about {count(each.parameters)} parameters"
            yield f"why {leader} overtakes {where}: {', '.join(parts)}"


def limit_words(bound: str, probe: dict[str, Any]) -> str:
    """What the probe found for one limit."""
    if bound == "arithmetic":
        return f"{probe['flop_s'] / 1e9:,.0f} GFLOP/s"
    if bound == "launch":
        return f"{duration(probe['launch_s'])} an operation"
    rates = [rate / 1e9 for key in ("read_bytes_s", "copy_bytes_s") for rate in probe[key].values()]
    return f"{min(rates):,.0f} to {max(rates):,.0f} GB/s, by the size of the model"
