"""What a table says, in words."""

import math
from collections.abc import Iterable, Iterator
from typing import Any

from crossover.benchmarks.report.analysis.axis import Axis
from crossover.benchmarks.report.analysis.crossover import Crossing, Crossover, Direction, Finding
from crossover.benchmarks.report.analysis.remarks import scale_list
from crossover.benchmarks.report.analysis.result import Result, grouped
from crossover.benchmarks.report.analysis.speedups import Speedups
from crossover.benchmarks.report.show.wording import verb
from crossover.benchmarks.runs.units import duration

__all__ = ["INTERVALS", "OPEN", "crossover_sentence", "limit_sentences", "limit_words", "reasons"]

INTERVALS = "times are medians over rounds; brackets hold the 95% interval"


def crossover_sentence(found: Crossover, speedups: Speedups) -> str:
    """Whether and where a device and the baseline overtake each other, and how sure that is."""
    sentence = shown_sentence(found, speedups)
    return f"undecided, on a busy machine: {sentence}" if found.is_busy else sentence


def shown_sentence(found: Crossover, speedups: Speedups) -> str:
    """What the speedups show, as if nothing had disturbed the rounds."""
    device, baseline, axis = found.device, speedups.baseline, speedups.axis
    overtaking = f"{device} {verb(device, 'overtakes')} {baseline}"
    if not found.span:
        dial = axis.dial.replace("_", " ")
        return f"no crossover of {device}: no {dial} was measured on both {baseline} and {device}"
    if not found.crossings:
        smallest, largest = map(axis.exact, found.span)
        words = {
            Finding.ALREADY: f"{device} {verb(device, 'is')} already faster than {baseline} at the smallest "
            f"{axis.thing} measured on both, {smallest} {axis.unit}",
            Finding.NOT_REACHED: f"{device} {verb(device, 'does')} not overtake {baseline} up to the largest "
            f"{axis.thing} measured on both, {largest} {axis.unit}",
            Finding.UNDECIDED: f"undecided whether {overtaking} between {smallest} and {largest} {axis.unit}: {OPEN}",
        }
        return words[found.shown]
    first, *others = found.crossings
    leaders = [device if each.direction is Direction.UP else baseline for each in found.crossings]
    if first.direction is Direction.UP:
        smallest, largest = map(axis.exact, first.between)
        sentence = f"{overtaking} at about {axis.words(first.size)}, between {smallest} "
        sentence += f"and {largest}{interval_words(first, axis) or no_interval_words(speedups)}"
    else:
        only, on = ("", "") if others else (" only", " on")
        sentence = f"{device} {verb(device, 'is')} faster than {baseline} for small {axis.things}{only}: "
        sentence += f"{baseline} {verb(baseline, 'is')} ahead from about "
        sentence += f"{axis.words(first.size)}{on}{interval_words(first, axis)}"
    for leader, each in zip(leaders[1:], others, strict=True):
        on = " on" if each is others[-1] else ""
        sentence += f"; {leader} {verb(leader, 'is')} ahead again from about {axis.words(each.size)}{on}"
        sentence += interval_words(each, axis)
    if found.shown is Finding.UNDECIDED:
        which = "the first crossover" if others else "it"
        sentence = (
            f"undecided: {sentence}, but speedups beside {which} may be on either side of 1; "
            "more rounds may tell (--rounds)"
        )
    ends = {"below": found.open_below, "above": found.open_above}
    places = [f"{end} {axis.exact(size)}" for end, size in ends.items() if size is not None]
    return f"{sentence}; undecided {' and '.join(places)} {axis.unit}: {OPEN}" if places else sentence


OPEN = "the interval of a speedup contains 1; more rounds may tell (--rounds)"
"""Why a side is undecided."""


def interval_words(crossing: Crossing, axis: Axis) -> str:
    """` (95% interval 2.4 million to 2.9 million)`, or nothing where there is none."""
    low, high = crossing.low, crossing.high
    if math.isnan(low) and math.isnan(high):
        return ""
    if math.isnan(high):
        return f" (95% interval {axis.about(low)} to beyond the largest {axis.thing})"
    if math.isnan(low):
        return f" (95% interval from below the smallest {axis.thing} to {axis.about(high)})"
    return f" (95% interval {axis.about(low)} to {axis.about(high)})"


def no_interval_words(speedups: Speedups) -> str:
    """`(one round: no interval)` in words that follow a sentence."""
    fewest = min(len(result.rounds_s) for result in speedups.results if result.rounds_s)
    return " (one round: no interval)" if fewest == 1 else f" ({fewest} rounds: no interval)"


def limit_sentences(speedups: Speedups) -> list[str]:
    """What explains the crossovers, and what binds each side, with the figures of its probe."""
    clauses = []
    for side, of_side in grouped(speedups.results, lambda result: str(speedups.key.label(result))).items():
        parts = []
        for bound, results in by_bound(sorted(of_side, key=lambda result: result.scale)).items():
            shares = [result.limit.share for result in results]
            reached = f"{shares[0]:.0%}" if len(shares) == 1 else f"{min(shares):.0%} to {max(shares):.0%}"
            listed = scale_list([result.scale for result in results])
            parts.append(f"{listed} by {bound} ({limit_words(bound, results[0])}; reached {reached})")
        if parts:
            clauses.append(f"{side} {verb(side, 'is')} bound at {', at '.join(parts)}")
    return [*reasons(speedups), f"limits: {'; '.join(clauses)}"] if clauses else []


def by_bound(results: Iterable[Result]) -> dict[str, list[Result]]:
    """The results by what binds them, without those of which that is unknown."""
    return grouped((result for result in results if result.limit.bound), lambda result: result.limit.bound)


def reasons(speedups: Speedups) -> list[str]:
    """What binds the sides beside each crossover, where that is known."""
    return [line for found in speedups.crossovers for line in why_there(found, speedups)]


def why_there(found: Crossover, speedups: Speedups) -> Iterator[str]:
    """What binds both sides just below and just above each crossover, a line for each crossover."""
    is_single, baseline = len(found.crossings) == 1, speedups.baseline
    for each in found.crossings:
        parts = []
        for place, size in zip(("below it", "above it"), each.between, strict=True):
            bounds = {
                speedups.key.label(result): result.limit.bound
                for result in speedups.results
                if speedups.axis.of(result) == size and result.limit.bound
            }
            if {baseline, found.device} <= set(bounds):
                words = f"{place} {baseline} {verb(baseline, 'is')} bound by {bounds[baseline]}"
                parts.append(f"{words} and {found.device} by {bounds[found.device]}")
        if len(parts) == len(each.between):
            leader, other = found.device, baseline
            if each.direction is Direction.DOWN:
                leader, other = other, leader
            where = "there" if is_single else f"{other} at about {speedups.axis.words(each.size)}"
            yield f"why {leader} {verb(leader, 'overtakes')} {where}: {', '.join(parts)}"


def limit_words(bound: str, result: Result) -> str:
    """What the probe of a result's device found for one limit."""
    probe: Any = result.probe
    if bound == "arithmetic":
        return f"{probe['flop_s'] / 1e9:,.0f} GFLOP/s"
    if bound == "launch":
        return f"{duration(probe['launch_s'])} an operation"
    rates = [rate / 1e9 for key in ("read_bytes_s", "copy_bytes_s") for rate in probe[key].values()]
    return f"{min(rates):,.0f} to {max(rates):,.0f} GB/s, by the size of the model"
