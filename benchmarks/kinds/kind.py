"""What is declared of a kind of benchmark: everything about it but what its rounds do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import msgspec

from crossover.benchmarks.report.analysis.axis import Axis
from crossover.benchmarks.report.analysis.compare import CPU
from crossover.benchmarks.report.analysis.grouping import grouped
from crossover.benchmarks.report.analysis.result import Result
from crossover.benchmarks.report.show import threads
from crossover.benchmarks.report.show.answer import Answer
from crossover.benchmarks.report.show.table import Table
from crossover.benchmarks.runs import units

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

    by_threads: Table[Any] | None = None
    """How numbers of the CPU's threads are compared and shown; None where each number has a table of its own."""

    beside: Callable[[list[Result]], list[Answer]] = lambda results: []
    """What is said of several batch sizes together, below their tables."""

    @property
    def is_drawn(self) -> bool:
        """Whether there is a picture of it."""
        return self.table.curves is not None

    def against(self, axis: Axis) -> Self:
        """The kind with its crossovers shown against another axis."""
        if not self.is_crossed:
            return self
        by_threads = self.by_threads and replace(self.by_threads, axis=axis)
        return replace(self, table=replace(self.table, axis=axis), by_threads=by_threads)

    @property
    def is_crossed(self) -> bool:
        """Whether its table tells crossovers."""
        return self.table.crossed is not None

    @property
    def file(self) -> str:
        return f"benchmarks/test_{self.name}.py"

    def answers(self, results: list[Result]) -> list[Answer]:
        """Its tables: a single one if its cases are declared, else one for each case and batch size.

        Batch sizes are named where there are several, or another than the workload's own. Numbers of threads have a
        table beside that of the devices, which has the CPU with torch's own.
        """
        if self.case:
            known = [result for result in results if is_of(result, self.case) and not result.threads]
            left = len(results) - len(known)
            notes = [f"{left} of {len(results)} cells left out: their case is not that of {self.name}"] if left else []
            return [self.table.answer(known, notes=notes)] if known else []
        cases = grouped(results, lambda result: (result.case_name, result.batch_size))
        parts = [(name, size, part) for (name, size), of_case in cases.items() for part in self.parts(of_case)]
        if not any(result.has_other_batch for result in results):
            return [part.answer(name) for name, _, part in parts]
        return [*(part.answer(name, size) for name, size, part in parts), *self.beside(results)]

    def parts(self, results: list[Result]) -> list["Part"]:
        """The tables of one case and batch size."""
        by_number = grouped(results, lambda result: result.other_threads)
        asked = [result for result in results if result.threads and result.device == CPU]
        if not self.by_threads or not asked:
            return [Part(self.table, own, units.threads(number) if number else "") for number, own in by_number.items()]
        own = by_number.get(None, [])
        others = [result for result in results if result.device != CPU]
        of_devices = [Part(self.table, own, notes=threads.notes(results, self.table.axis))] if others else []
        return [*of_devices, Part(self.by_threads, asked, "threads side by side")]


@dataclass(frozen=True)
class Part:
    """A table with the results that it shows, what they are called in its title, and what qualifies its answer."""

    table: Table[Any]
    results: list[Result]
    name: str = ""
    notes: Sequence[str] = ()

    def answer(self, case: str, batch_size: int | None = None) -> Answer:
        """The table of a case, which names a batch size where one is given."""
        name = ", ".join(filter(None, [case, self.name]))
        if batch_size is None:
            found = self.table.answer(self.results, name, self.notes)
        else:
            found = self.table.of_batch(self.results, name, batch_size, self.notes)
        return replace(found, reasons=[*found.reasons, *self.notes])


def is_of(result: Result, case: type[msgspec.Struct]) -> bool:
    """Whether the parts of a result's case are as declared; what was made elsewhere may have others."""
    try:
        msgspec.convert(result.case, case)
    except msgspec.ValidationError:
        return False
    return True
