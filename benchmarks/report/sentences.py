"""What a table says, in words."""

import math
from typing import Any

from benchmarks.quantities import count, duration
from benchmarks.report.crossover import Crossover, Outcome
from benchmarks.report.records import records
from benchmarks.report.remarks import remarks, scale_list
from benchmarks.report.speedup import BASELINE
from benchmarks.report.table import SpeedupTable


def crossover_sentence(found: Crossover, table: SpeedupTable, baseline: str = BASELINE) -> str:
    """Whether and where a device overtakes the baseline, how sure that is, or why nothing can be said."""
    device = found.device
    if not found.between:
        return f"no crossover of {device}: no scale was measured on both {baseline} and {device}"
    smallest, largest = (f"{size:,}" for size in found.between)
    if math.isnan(found.parameters):
        words = {
            Outcome.ALREADY: f"{device} is already faster than {baseline} at the smallest model measured on both, "
            f"{smallest} parameters",
            Outcome.NOT_REACHED: f"{device} does not overtake {baseline} up to the largest model measured on both, "
            f"{largest} parameters",
            Outcome.UNDECIDED: f"undecided whether {device} overtakes {baseline} between {smallest} and {largest} "
            "parameters: the interval of a speedup contains 1; more rounds may tell (--rounds)",
            Outcome.BACK: f"{device} is faster than {baseline} for small models only: {baseline} is ahead from about "
            f"{count(found.back)} parameters on",
        }
        return words[found.outcome]
    sentence = f"{device} overtakes {baseline} at about {count(found.parameters)} parameters, between {smallest} and "
    sentence += f"{largest}{interval_words(found, table)}"
    if not math.isnan(found.back):
        sentence += f"; {baseline} is ahead again from about {count(found.back)} parameters on"
    if found.outcome is Outcome.UNDECIDED:
        sentence = (
            f"undecided: {sentence}, but speedups beside it may be on either side of 1; more rounds may tell (--rounds)"
        )
    return sentence


def interval_words(found: Crossover, table: SpeedupTable) -> str:
    """` (95% interval 2.4 million to 2.9 million)`, or why there is none."""
    low, high = found.low, found.high
    if not math.isnan(low) and not math.isnan(high):
        return f" (95% interval {count(low)} to {count(high)})"
    if not math.isnan(low):
        return f" (95% interval {count(low)} to beyond the largest model)"
    if not math.isnan(high):
        return f" (95% interval from below the smallest model to {count(high)})"
    fewest = table.cells[table.cells["rounds"] > 0]["rounds"].min()
    return " (one round: no interval)" if fewest == 1 else f" ({fewest} rounds: no interval)"


def notes(table: SpeedupTable) -> list[str]:
    """What a reader must know beside the numbers: how to read them, what was left out, what not to trust."""
    lines = []
    if not table.speedups.empty:
        lines.append(f"speedup = {BASELINE} time / device time: above 1 the device is faster")
    elif not table.crossovers:
        lines.append(f"no speedup: {only_device(table)}")
    if table.cells["low_s"].notna().any():
        lines.append("times are medians over rounds; brackets hold the 95% interval")
    return [*lines, *why(table), *remarks(table.cells)]


def only_device(table: SpeedupTable) -> str:
    """Why only one device was measured: no other is here, or no other was asked for."""
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
    """Of each crossover, what binds the devices beside it, where that is known."""
    return [sentence for found in table.crossovers if (sentence := why_there(found, table))]


def why_there(found: Crossover, table: SpeedupTable) -> str | None:
    """What binds both devices just below a crossover and just above it."""
    if math.isnan(found.parameters) or not found.between:
        return None
    parts = []
    for place, size in zip(("below it", "above it"), found.between, strict=True):
        cells = table.cells[(table.cells["parameters"] == size) & (table.cells["bound"] != "")]
        bounds = {cell["device"]: cell["bound"] for cell in records(cells)}
        if not {BASELINE, found.device} <= set(bounds):
            return None
        parts.append(f"{place} {BASELINE} is bound by {bounds[BASELINE]} and {found.device} by {bounds[found.device]}")
    return f"why {found.device} overtakes there: {', '.join(parts)}"


def limit_words(bound: str, probe: dict[str, Any]) -> str:
    """What the probe found of one limit."""
    if bound == "arithmetic":
        return f"{probe['flop_s'] / 1e9:,.0f} GFLOP/s"
    if bound == "launch":
        return f"{duration(probe['launch_s'])} an operation"
    rates = [rate / 1e9 for key in ("read_bytes_s", "copy_bytes_s") for rate in probe[key].values()]
    return f"{min(rates):,.0f} to {max(rates):,.0f} GB/s, by the size of the model"
