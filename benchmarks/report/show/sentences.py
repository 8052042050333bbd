"""What a table says, in words."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crossover.benchmarks.report.analysis.axis import BATCH_SIZE, Axis
from crossover.benchmarks.report.analysis.crossover import Crossing, Crossover, Direction, Finding
from crossover.benchmarks.report.analysis.grouping import grouped
from crossover.benchmarks.report.analysis.remarks import scale_list
from crossover.benchmarks.report.analysis.result import Result
from crossover.benchmarks.report.analysis.speedups import Speedups
from crossover.benchmarks.report.show.wording import verb
from crossover.benchmarks.runs.units import duration

__all__ = ["INTERVALS", "crossover_sentence", "limit_sentences", "limit_words", "reasons"]

INTERVALS = "times are medians over rounds; brackets hold the 95% interval"

OPEN = "the interval of a speedup contains 1; more rounds may tell (--rounds)"
"""Why a side is undecided."""


@dataclass(frozen=True)
class Phrases:
    """How crossovers along an axis are told."""

    uncrossed: Mapping[Finding, str]
    """The sentence where nothing crosses, by what the speedups show; `{unit}` is that of the axis."""

    up: str
    """Where the device overtakes the baseline; `{}` is the size in words."""

    small: str
    """Where the device is faster, if only at the small end."""

    smallest: str
    largest: str
    """The ends beyond which an interval may go on."""


BY_SIZE = Phrases(
    uncrossed={
        Finding.ALREADY: "{device} {is_} already faster than {baseline} at the smallest model measured on both, "
        "{smallest} {unit}",
        Finding.NOT_REACHED: "{device} {does} not overtake {baseline} up to the largest model measured on both, "
        "{largest} {unit}",
        Finding.UNDECIDED: "undecided whether {device} {overtakes} {baseline} between {smallest} and {largest} {unit}: "
        "{why}",
    },
    up="at about {}",
    small="for small models",
    smallest="the smallest model",
    largest="the largest model",
)

BY_BATCH = Phrases(
    uncrossed={
        Finding.ALREADY: "{device} {is_} ahead of {baseline} from batches of {smallest} to {largest}",
        Finding.NOT_REACHED: "{baseline} is ahead of {device} from batches of {smallest} to {largest}",
        Finding.UNDECIDED: "it is undecided whether {device} {overtakes} {baseline} between batches of {smallest} and "
        "{largest}: {why}",
    },
    up="from batches of about {} on",
    small="in small batches",
    smallest="the smallest",
    largest="the largest",
)


def phrases_of(axis: Axis) -> Phrases:
    return BY_BATCH if axis is BATCH_SIZE else BY_SIZE


def crossover_sentence(found: Crossover, speedups: Speedups) -> str:
    """Whether and where a device and the baseline overtake each other, and how sure that is."""
    sentence = shown_sentence(found, speedups)
    if speedups.axis is BATCH_SIZE:  # which has one number of parameters
        sentence = f"at {speedups.results[0].parameters:,} parameters {sentence}"
    return f"undecided, on a busy machine: {sentence}" if found.is_busy else sentence


def shown_sentence(found: Crossover, speedups: Speedups) -> str:
    """What the speedups show, as if nothing had disturbed the rounds."""
    axis = speedups.axis
    if not found.span:
        sides = f"{speedups.baseline} and {found.device}"
        return f"no crossover of {found.device}: no {axis.dial.replace('_', ' ')} was measured on both {sides}"
    if not found.crossings:
        smallest, largest = map(axis.exact, found.span)
        ends = {"smallest": smallest, "largest": largest, "unit": axis.unit}
        sentence = phrases_of(axis).uncrossed[found.shown]
        verbs = {"is_": "is", "does": "does", "overtakes": "overtakes"}
        ends |= {name: verb(found.device, word) for name, word in verbs.items()}
        return sentence.format(device=found.device, baseline=speedups.baseline, why=OPEN, **ends)
    sentence = crossed_sentence(found, speedups)
    if found.shown is Finding.UNDECIDED:
        which = "it" if len(found.crossings) == 1 else "the first crossover"
        doubt = f"speedups beside {which} may be on either side of 1; more rounds may tell (--rounds)"
        sentence = f"undecided: {sentence}, but {doubt}"
    beyond = {"below": found.open_below, "above": found.open_above}
    places = " and ".join(f"{end} {axis.exact(size)}" for end, size in beyond.items() if size is not None)
    return f"{sentence}; undecided {f'{places} {axis.unit}'.rstrip()}: {OPEN}" if places else sentence


def crossed_sentence(found: Crossover, speedups: Speedups) -> str:
    """Where each side overtakes the other, from small to large."""
    device, baseline, axis = found.device, speedups.baseline, speedups.axis
    phrases, (first, *others) = phrases_of(axis), found.crossings

    def ahead(crossing: Crossing, again: str) -> str:
        leader = device if crossing.direction is Direction.UP else baseline
        on = " on" if crossing is found.crossings[-1] or axis is BATCH_SIZE else ""
        place = f"from about {axis.words(crossing.size)}{on}{interval_words(crossing, axis)}"
        return f"{leader} {verb(leader, 'is')} ahead{again} {place}"

    if first.direction is Direction.UP:
        smallest, largest = map(axis.exact, first.between)
        sentence = f"{device} {verb(device, 'overtakes')} {baseline} {phrases.up.format(axis.words(first.size))}, "
        sentence += f"between {smallest} and {largest}{interval_words(first, axis) or no_interval_words(speedups)}"
    else:
        only = "" if others else " only"
        sentence = f"{device} {verb(device, 'is')} faster than {baseline} {phrases.small}{only}: {ahead(first, '')}"
    return "; ".join([sentence, *(ahead(each, " again") for each in others)])


def interval_words(crossing: Crossing, axis: Axis) -> str:
    """` (95% interval 2.4 million to 2.9 million)`, or nothing where there is none."""
    low, high = crossing.low, crossing.high
    if math.isnan(low) and math.isnan(high):
        return ""
    phrases = phrases_of(axis)
    start = f"from below {phrases.smallest}" if math.isnan(low) else axis.about(low)
    return f" (95% interval {start} to {f'beyond {phrases.largest}' if math.isnan(high) else axis.about(high)})"


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
