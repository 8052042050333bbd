"""Crossovers in tables for people and programs: between which rows they lie, how they are marked and told."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from crossover.benchmarks.report.analysis.axis import Axis
from crossover.benchmarks.report.analysis.crossover import Crossing, Crossover, Direction
from crossover.benchmarks.report.analysis.result import Result
from crossover.benchmarks.report.analysis.speedups import Speedups
from crossover.benchmarks.report.show.sentences import crossover_sentence

__all__ = ["Crossed", "mark", "told"]


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
    """The words before each sentence; without a section, left out where nothing was measured on both sides."""

    recipe: str | None = None
    """The name under which a picture shows them; None for the recipe of each result."""

    @property
    def sentences(self) -> list[str]:
        return [
            (self.words if found.span or self.section else "") + crossover_sentence(found, self.speedups)
            for found in self.speedups.crossovers
        ]

    def above(self, results: Iterable[Result]) -> Iterator[tuple[str, Crossing]]:
        """The crossings between some results and the next larger ones, each with its side."""
        sizes = {self.speedups.axis.of(result) for result in results}
        for found in self.speedups.crossovers:
            yield from ((found.device, each) for each in found.crossings if each.between[0] in sizes)


def mark(crossing: Crossing, baseline: str) -> str:
    """`crossover` where the device overtakes the baseline, `crossover to cpu` where a baseline `cpu` overtakes it."""
    return "crossover" if crossing.direction is Direction.UP else f"crossover to {baseline}"


def told(crossed: Iterable[Crossed]) -> dict[str, dict[str, Any]]:
    """What programs are told of each crossover, by its sentence; one that is the same for several is said once."""
    found: dict[str, dict[str, Any]] = {}
    for each in crossed:
        for crossover, sentence in zip(each.speedups.crossovers, each.sentences, strict=True):
            numbers = json_crossover(crossover, each.speedups.axis)
            content = {**each.about, each.side: crossover.device, **numbers, "sentence": sentence}
            found.setdefault(sentence, content)
    return found


def json_crossover(found: Crossover, axis: Axis) -> dict[str, Any]:
    """All crossings; the first way up is also at the top level, and where the baseline leads again is in `back`.

    The size of a crossing has the key of the axis. Where nothing crosses, `between` holds the sizes of the smallest and
    the largest row.
    """
    up, back = found.first_up, found.back
    first = up or back
    numbers = json_crossing(up, axis) if up else {}
    return {
        "outcome": found.outcome.replace("scale", axis.dial.replace("_", " ")),
        "busy": found.is_busy,
        **{key: numbers.get(key) for key in (axis.key, "low", "high")},
        "between": first.between if first else found.span,
        "back": back and back.size,
        "crossings": [json_crossing(each, axis) for each in found.crossings],
    }


def json_crossing(crossing: Crossing, axis: Axis) -> dict[str, Any]:
    return {axis.key if name == "size" else name: value for name, value in asdict(crossing).items()}
