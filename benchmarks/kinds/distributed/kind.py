"""Training shared among processes: how many devices are worth it, and from which size?"""

import math
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from crossover.benchmarks.kinds.kind import Kind
from crossover.benchmarks.report.analysis import stats
from crossover.benchmarks.report.analysis.axis import Axis
from crossover.benchmarks.report.analysis.compare import Key, Row, compare
from crossover.benchmarks.report.analysis.grouping import grouped
from crossover.benchmarks.report.analysis.remarks import remarks
from crossover.benchmarks.report.analysis.result import Result
from crossover.benchmarks.report.analysis.speedups import Speedups, speedups
from crossover.benchmarks.report.show import columns
from crossover.benchmarks.report.show.columns import Column, for_programs, number_text, values
from crossover.benchmarks.report.show.crossings import Crossed
from crossover.benchmarks.report.show.sheet import Rank
from crossover.benchmarks.report.show.table import Table
from crossover.benchmarks.report.show.wording import percent
from crossover.benchmarks.runs import units
from crossover.benchmarks.runs.schema import PositiveCount, Text

__all__ = ["KIND", "DistributedCase"]

ONE = "one process"

STRAGGLER = 1.25
"""A rank is remarked on if it takes longer than the fastest by this factor for the same small training. Chosen to equal
the factor of a slow first round, not measured."""


class DistributedCase(msgspec.Struct):
    strategy: Text
    scaling: Text
    world_size: PositiveCount
    nodes: PositiveCount


def way(result: Result) -> str:
    """`one process`, `ddp on 2 processes`, `fsdp (weak) on 4 processes of 2 nodes`."""
    if result.case["world_size"] == 1:
        return ONE
    return f"{strategy_text(result)} on {processes_text(result, ' processes')}"


def strategy_text(result: Result) -> str:
    case = result.case
    return str(case["strategy"]) + ("" if case["scaling"] == "strong" else f" ({case['scaling']})")


def processes_text(result: Result, unit: str = "") -> str:
    world_size, nodes = int(result.case["world_size"]), int(result.case["nodes"])
    return f"{world_size}{unit}" + (f" of {nodes} nodes" if nodes > 1 else "")


WAY = Key(("run", "strategy", "scaling", "world_size", "nodes"), way)
"""Ways to share a training; each run has one number of processes."""


@dataclass(frozen=True, eq=False)
class ScalingRow(Row):
    """A way to share a training at a size on a device, with its speedup over one process."""

    peak_share: float = math.nan
    """Its peak memory / that of one process; NaN for one process itself."""

    @property
    def world_size(self) -> int:
        return int(self.result.case["world_size"])

    @property
    def peak_bytes(self) -> float:
        return peak_bytes(self.result)

    @property
    def efficiency(self) -> float:
        return self.speedup.value / self.world_size


def rows_of(results: list[Result]) -> list[ScalingRow]:
    """The rows of one machine, device by device, from one or more runs, oldest first."""
    ordered = sorted(map(remarked, newest(results)), key=size_order)
    ratios = compare(ordered, WAY, ONE)
    peaks = {(result.device, result.scale): peak_bytes(result) for result in ordered if way(result) == ONE}
    rows = []
    for results_of_device in grouped(ordered, lambda result: result.device).values():
        for result in results_of_device:
            base = math.nan if way(result) == ONE else peaks.get((result.device, result.scale), math.nan)
            rows.append(ScalingRow(result, ratios.get(result), peak_bytes(result) / base if base else math.nan))
    return rows


def newest(results: list[Result]) -> list[Result]:
    """Each cell once: from the last run that measured it, or else from the last that was asked for it."""
    cells = grouped(results, lambda result: (result.device, result.scale, way(result)))
    chosen = {max(reversed(same), key=lambda result: result.is_measured) for same in cells.values()}
    return [result for result in results if result in chosen]


def size_order(result: Result) -> tuple[int, Any, Any]:
    return result.scale, result.case["world_size"], result.case["nodes"]


def remarked(result: Result) -> Result:
    """The result with a remark if one rank is slower than another by itself, because the others wait for it.

    A few milliseconds once or twice tell nothing, so there must be enough rounds for an interval.
    """
    paces_s = result.details.rank_paces_s
    if len(paces_s) < stats.FEWEST_ROUNDS:
        return result
    medians_s = [statistics.median(times_s) for times_s in zip(*paces_s, strict=False)]
    if len(medians_s) < 2 or max(medians_s) <= STRAGGLER * min(medians_s):
        return result
    slow, fast = (medians_s.index(end(medians_s)) for end in (max, min))
    factor = medians_s[slow] / medians_s[fast]
    line = f"by itself rank {slow} was {factor:.1f}x slower than rank {fast}: in a round all wait for it"
    return replace(result, marks=[*result.marks, line])


def peak_bytes(result: Result) -> float:
    """The peak memory in bytes of the rank that needed most; NaN unless the peak of every rank is known."""
    peaks = [math.nan if peak is None else peak for peak in result.details.rank_peak_bytes]
    return math.nan if not peaks or any(map(math.isnan, peaks)) else max(peaks)


def by_device(rows: list[ScalingRow], axis: Axis) -> list[Crossed]:
    """The crossovers of each device over one process, where any scale was measured on both sides."""
    devices = grouped([row.result for row in rows], lambda result: result.device)
    crossed = []
    for device, results in devices.items():
        found = speedups(results, WAY, ONE, axis)
        found = replace(found, crossovers=[each for each in found.crossovers if each.span])
        words = f"{device}: " if len(devices) > 1 else ""
        crossed.append(Crossed(found, {"on": device}, section=device, side="way", words=words))
    return crossed


def marked(found: Speedups, side: str) -> dict[str, str]:
    """The strategy and the processes of a side, for the line that marks its crossover."""
    example = found.side(side)[0]
    return {"strategy": strategy_text(example), "processes": processes_text(example)}


def notes(rows: list[ScalingRow], crossed: list[Crossed]) -> Iterator[str]:
    """How to read the table."""
    if any(row.ratio for row in rows):
        yield f"speedup = time of {ONE} / time of these: above 1 they are faster; efficiency = speedup / processes"
        yield "both sides are of different runs: what the machine did meanwhile is in no interval"
    elif ONE not in {way(row.result) for row in rows}:
        yield f"no speedup: no run of {ONE} is beside it: the same command with --nproc-per-node 1"
    if any(row.result.time.has_interval for row in rows):
        yield "times are medians over rounds, from barrier to barrier; brackets hold the 95% interval"
    if not all(math.isnan(row.peak_bytes) for row in rows):
        yield "memory: the peak of the rank that needed most, and its share of that of one process"


def remarks_by_device(rows: list[ScalingRow]) -> list[str]:
    """What was left out and what not to trust, with the ways to share a training in the place of devices."""
    devices = grouped([row.result for row in rows], lambda result: result.device)
    return [
        f"{device}: {line}" if len(devices) > 1 else line
        for device, results in devices.items()
        for line in [*thread_notes(results), *remarks([replace(result, device=way(result)) for result in results])]
    ]


def thread_notes(results: list[Result]) -> Iterator[str]:
    """How many threads a process used: fewer, the more processes share a machine."""
    counts = {
        name: tuple(sorted({str(count) for result in known for count in result.details.rank_threads}))
        for name, known in grouped((result for result in results if result.details.rank_threads), way).items()
    }
    if counts:
        alike = grouped(counts, lambda name: counts[name])
        parts = [f"{', '.join(ways)}: {' to '.join(threads)}" for threads, ways in alike.items()]
        yield f"threads of a process: {'; '.join(parts)}"


def memory_text(row: ScalingRow) -> str:
    """`159 MB (55%)`: the peak, and its share of the peak of one process."""
    share = number_text(row.peak_share, lambda share: f" ({percent(share)})")
    return number_text(row.peak_bytes, units.memory) + share


KIND = Kind(
    name="distributed",
    scales="1,5,10,20",  # more devices pay off, if at all, for a large model
    case=DistributedCase,
    is_joined=True,
    table=Table(
        columns=(
            Column("device", lambda row: row.result.device, values(on="result.device"), Rank.KEY),
            columns.SCALE,
            columns.along,
            Column(
                "strategy",
                lambda row: "" if row.world_size == 1 else strategy_text(row.result),
                {
                    "strategy": lambda row: row.result.case["strategy"],
                    "scaling": lambda row: row.result.case["scaling"],
                },
                Rank.KEY,
            ),
            Column(
                "processes",
                lambda row: processes_text(row.result),
                {"world_size": lambda row: row.world_size, "nodes": lambda row: row.result.case["nodes"]},
                Rank.KEY,
            ),
            columns.STATUS,
            columns.TIME,
            columns.SPEEDUP,
            Column("efficiency", lambda row: number_text(row.efficiency, percent), values("efficiency"), Rank.DETAIL),
            Column("memory of a rank", memory_text, values("peak_bytes", "peak_share"), Rank.EXTRA),
            for_programs("result.details.rank_peak_bytes", "result.details.rank_threads"),
            columns.REMARKS,
        ),
        rows=rows_of,
        section=lambda row: row.result.device,
        crossed=by_device,
        marked=marked,
        notes=notes,
        remarks=remarks_by_device,
        question="How many devices are worth it?",
    ),
)
