"""What speedups and crossovers are shown against: the axis along which the results of a table lie."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from crossover.benchmarks.report.analysis.remarks import scale_list
from crossover.benchmarks.report.analysis.result import Result
from crossover.benchmarks.runs import units

__all__ = ["AXES", "BATCH_SIZE", "FLOP", "PARAMETERS", "Axis"]


def nothing_to_note(result: Result) -> str:
    return ""


@dataclass(frozen=True, kw_only=True)
class Axis:
    """A quantity that grows from one result of a side to the next, and how it is written."""

    name: str
    """What it is called in options."""

    key: str
    """The attribute of a result that is its size on the axis, and the key of that in JSON and CSV."""

    title: str
    """What stands above its column, and at the axis of a picture."""

    unit: str
    """What follows a number in a sentence, if anything does."""

    about: Callable[[float], str]
    """How a size between two results is written."""

    exact: Callable[[float], str]
    """How the size of a result is written."""

    dial: str = "scale"
    """The attribute of results that is turned along it. All else is the same for the results of one crossover."""

    note: Callable[[Result], str] = nothing_to_note
    """What a reader must know of the size of a result; "" where there is nothing."""

    def __str__(self) -> str:
        return self.name

    def of(self, result: Result) -> int:
        """The size of a result; 0 where that is unknown."""
        size: int = getattr(result, self.key)
        return size

    def sort_key(self, result: Result) -> int:
        """The scale or batch size of a result."""
        key: int = getattr(result, self.dial)
        return key

    def words(self, size: float) -> str:
        """`2.6 million parameters`, for a size between two results."""
        return f"{self.about(size)} {self.unit}".rstrip()

    def text(self, result: Result) -> str:
        return self.exact(self.of(result)) if self.of(result) else "unknown"

    def notes(self, results: Sequence[Result]) -> list[str]:
        """What a reader must know of the sizes of results, and which have none."""
        unknown = sorted({result.scale for result in results if result.is_measured and not self.of(result)})
        lines = [f"{scale_list(unknown)}: {self.title} unknown, so in no crossover"] if unknown else []
        return [*dict.fromkeys(filter(None, map(self.note, results))), *lines]


PARAMETERS = Axis(
    name="parameters", key="parameters", title="parameters", unit="parameters", about=units.count, exact="{:,}".format
)

FROM_ROUNDS = "FLOP a step: from those of a round, to 0.5%; the run saved no others"

FLOP = Axis(
    name="flop",
    key="step_flop",
    title="FLOP a step",
    unit="a step",
    about=partial(units.flop, digits=2),
    exact=units.flop,
    note=lambda result: FROM_ROUNDS if result.is_step_flop_derived else "",
)
"""The arithmetic of one training step, which says more than parameters where a network uses each of them many times."""

BATCH_SIZE = Axis(
    name="batch size",
    key="batch_size",
    title="batch size",
    unit="",
    about=units.count,
    exact="{:,}".format,
    dial="batch_size",
)

AXES = (PARAMETERS, FLOP)
"""The axes that a table may be shown against. A batch size is one at each scale alone."""
