"""How loading is judged: what each loader gains, the best number of workers, and how long an epoch waits."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from crossover.benchmarks.report.analysis import stats
from crossover.benchmarks.report.analysis.compare import Key, Row, compare, ratio
from crossover.benchmarks.report.analysis.grouping import grouped
from crossover.benchmarks.report.analysis.result import Result
from crossover.benchmarks.report.analysis.stats import UNKNOWN, Estimate

__all__ = ["ADVISED", "BASELINE", "LoadingRow", "dataset_of", "rows_of"]

ADVISED = 4
"""The number of workers that the article calls usually best."""

BASELINE = (0, "samples")
"""The article's own loader: no workers. Others are compared with it in the same use."""

LOADER = Key(("workers", "loader"), lambda result: (result.case["workers"], result.case["loader"]))

LEAST_WAIT_S = 1e-9
"""Shorter than a clock can tell; stands in for no wait at all, because a share of 0 has no logarithm."""


@dataclass(frozen=True, eq=False)
class LoadingRow(Row):
    """A loader with a number of workers, alone or with training, with its gain over the baseline."""

    is_best: bool = False
    """Whether it trains fastest for its dataset, scale and device."""

    is_as_good: bool = False
    """Whether its rounds leave open that it does."""

    @property
    def dataset(self) -> str:
        return str(self.result.case["dataset"])

    @property
    def workers(self) -> int:
        return int(self.result.case["workers"])

    @property
    def loader(self) -> str:
        return str(self.result.case["loader"])

    @property
    def use(self) -> str:
        return str(self.result.case["use"])

    @property
    def waiting(self) -> Estimate:
        """The share of a round of training that waited for batches."""
        waits_s, rounds_s = self.result.details.waits_s, self.result.rounds_s
        if not rounds_s or len(waits_s) != len(rounds_s):
            return UNKNOWN
        shares = [max(waited_s, LEAST_WAIT_S) / round_s for waited_s, round_s in zip(waits_s, rounds_s, strict=True)]
        return stats.median(shares)


def rows_of(results: list[Result]) -> list[LoadingRow]:
    """The rows of all results, dataset by dataset."""
    ratios = compare(results, LOADER, BASELINE)
    groups = grouped((LoadingRow(result, ratios.get(result)) for result in results), dataset_of)
    return [row for rows in groups.values() for row in judged(rows)]


def dataset_of(row: LoadingRow) -> tuple[str, int, str]:
    """What rows share that take their rounds in turn and compete for the best number of workers."""
    return row.result.device, row.result.scale, row.dataset


def judged(rows: list[LoadingRow]) -> list[LoadingRow]:
    """The rows of one dataset, scale and device with the best among them, and those that may be as good."""
    competing = [row for row in rows if row.result.is_measured and row.use == "training" and row.loader != "ready"]
    if len(competing) < 2:
        return rows
    best = min(competing, key=slowness(competing))
    return [replace(row, is_best=row is best, is_as_good=is_as_good(row, best)) for row in rows]


def slowness(competing: list[LoadingRow]) -> Callable[[LoadingRow], float]:
    """Time / the baseline's time, from paired gains; the median time in seconds where the baseline is missing."""
    if any(LOADER.label(row.result) == BASELINE for row in competing):
        return lambda row: 1 / row.ratio.value if row.ratio else 1.0
    return lambda row: row.result.time.value


def is_as_good(row: LoadingRow, best: LoadingRow) -> bool:
    """Whether a row is the best, or the interval of its ratio to the best contains 1; False without an interval."""
    if row is best:
        return True
    if not row.result.is_measured or row.use != "training" or row.loader != best.loader:
        return False
    found = ratio(best.result, row.result)
    return found.has_interval and found.low <= 1 <= found.high
