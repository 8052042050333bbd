"""What is declared of a kind of benchmark: everything about it but what its rounds do."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Self

import msgspec

from crossover.benchmarks.report.analysis.axis import Axis
from crossover.benchmarks.report.analysis.result import Result, grouped
from crossover.benchmarks.report.show.answer import Answer
from crossover.benchmarks.report.show.table import Table

__all__ = ["Kind"]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of benchmark, measured by `benchmarks/test_NAME.py`."""

    name: str
    scales: str
    """The scales where none are asked for."""

    table: Table[Any]
    """How its results are compared and shown."""

    duration: str = ""
    """How long it usually takes at these scales, measured on two cores without an accelerator."""

    is_usual: bool = True
    """Whether a run of the whole folder includes it; if not, name it by its file or -k, or pass --all."""

    case: type[msgspec.Struct] | None = None
    """The parts in which its cells differ besides scale, device and recipe, with their types; None for any parts."""

    is_joined: bool = False
    """Whether one table has all runs of a machine, because each of them holds only one side."""

    beside: Callable[[list[Result]], list[Answer]] = lambda results: []
    """What is said of several batch sizes together, below their tables."""

    @property
    def is_drawn(self) -> bool:
        """Whether there is a picture of it."""
        return self.table.curves is not None

    def against(self, axis: Axis) -> Self:
        """The kind with its crossovers shown against another axis."""
        return replace(self, table=replace(self.table, axis=axis)) if self.is_crossed else self

    @property
    def is_crossed(self) -> bool:
        """Whether its table tells crossovers."""
        return self.table.crossed is not None

    @property
    def file(self) -> str:
        return f"benchmarks/test_{self.name}.py"

    def answers(self, results: list[Result]) -> list[Answer]:
        """Its tables: a single one if its cases are declared, else one for each case and batch size.

        Batch sizes are named where there are several, or another than the workload's own.
        """
        if self.case:
            known = [result for result in results if is_of(result, self.case)]
            left = len(results) - len(known)
            notes = [f"{left} of {len(results)} cells left out: their case is not that of {self.name}"] if left else []
            return [self.table.answer(known, notes=notes)] if known else []
        cases = grouped(results, lambda result: (result.case_name, result.batch_size))
        if all(result.batch_size == result.usual_batch_size for result in results):
            return [self.table.answer(of_case, name) for (name, _), of_case in cases.items()]
        found = [self.table.of_batch(of_case, name, size) for (name, size), of_case in cases.items()]
        return [*found, *self.beside(results)]


def is_of(result: Result, case: type[msgspec.Struct]) -> bool:
    """Whether the parts of a result's case are as declared; what was made elsewhere may have others."""
    try:
        msgspec.convert(result.case, case)
    except msgspec.ValidationError:
        return False
    return True
