"""The kinds of benchmarks. Each has a folder: `kind.py` declares it, and `timed.py` does what its rounds do."""

from crossover.benchmarks.kinds.distributed.kind import KIND as DISTRIBUTED
from crossover.benchmarks.kinds.inference.kind import KIND as INFERENCE
from crossover.benchmarks.kinds.kind import Kind
from crossover.benchmarks.kinds.loading.kind import KIND as LOADING
from crossover.benchmarks.kinds.recipes.kind import BY_RECIPE
from crossover.benchmarks.kinds.recipes.kind import KIND as RECIPES
from crossover.benchmarks.kinds.training.kind import BY_DEVICE
from crossover.benchmarks.kinds.training.kind import KIND as TRAINING
from crossover.benchmarks.report.analysis.axis import Axis
from crossover.benchmarks.report.analysis.grouping import grouped
from crossover.benchmarks.report.analysis.result import Result
from crossover.benchmarks.report.show.answer import Answer

__all__ = ["KINDS", "MAIN", "answers"]

KINDS: dict[str, Kind] = {kind.name: kind for kind in (TRAINING, RECIPES, INFERENCE, LOADING, DISTRIBUTED)}
"""The kinds by name, in the order in which they run."""

MAIN = TRAINING.name
"""The benchmark that comes first, because it answers the suite's main question, and that is shown unless named."""


def answers(results: list[Result], axis: Axis | None = None) -> list[Answer]:
    """The tables of a run in the order of its benchmarks, each against its own axis or another one."""
    tables = []
    for name, of_kind in grouped(results, lambda result: result.benchmark).items():
        kind = KINDS.get(name) or unknown(name, of_kind)
        tables += (kind.against(axis) if axis else kind).answers(of_kind)
    return tables


def unknown(name: str, results: list[Result]) -> Kind:
    """A benchmark that is of no kind declared here: by recipe if there are several recipes, else by device."""
    several = len({result.recipe for result in results}) > 1
    return Kind(name=name, scales=TRAINING.scales, table=BY_RECIPE if several else BY_DEVICE)
