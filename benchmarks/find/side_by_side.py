"""Searches of several machines side by side: where each has its crossing."""

from crossover.benchmarks.ab.text import ratio_text
from crossover.benchmarks.find.answer import SearchFinding
from crossover.benchmarks.find.crossing import SearchCrossing
from crossover.benchmarks.find.result import SearchResult
from crossover.benchmarks.find.table import summary_of, trained
from crossover.benchmarks.find.text import estimate, interval, roughly, sentence
from crossover.benchmarks.report.analysis.grouping import grouped
from crossover.benchmarks.report.show.answer import Answer
from crossover.benchmarks.report.show.columns import Column, sheet_of
from crossover.benchmarks.report.show.sheet import Rank
from crossover.benchmarks.runs.comparability import machine_differences
from crossover.benchmarks.runs.plain import plain

__all__ = ["side_by_side"]


def side_by_side(searches: list[SearchResult]) -> list[Answer]:
    """A table for each workload and for each dial, as sizes of different ones cannot be compared."""
    return [table(own) for own in grouped(searches, lambda found: (found.workload, found.dial)).values()]


def table(searches: list[SearchResult]) -> Answer:
    first = searches[0]
    rows = [summary_of(found) for found in searches]
    wide = dict.fromkeys(found.machine for found in searches if is_wide(found))
    differing = dict.fromkeys(line for other in searches for line in remarks(first, other))
    notes = [
        f"crossing = {first.dial.unit} at which the contender is as fast as the baseline; brackets hold 95% intervals",
        "ratio = time of the contender / time of the baseline, at the smallest and the largest size measured",
        *(f"{found.machine}: {sentence(found)}" for found in searches if not sure_crossing(found)),
        *[f"crossings wider than asked for: {', '.join(wide)}"] * bool(wide),
        *differing,
    ]
    title = f"{trained(first)}, searches side by side"
    return Answer(
        sheet=sheet_of(title, COLUMNS, [], [{"": found} for found in searches], notes),
        rows=rows,
        content={"searches": rows},
    )


def remarks(one: SearchResult, other: SearchResult) -> list[str]:
    """What must be known of the machines of two searches, a line each."""
    return list(map(plain, machine_differences(one.facts, other.facts, one.machine, other.machine)))


def sure_crossing(found: SearchResult) -> SearchCrossing | None:
    """The only crossing, if it is sure."""
    return found.answer.crossing if found.outcome is SearchFinding.FOUND else None


def crossing_text(found: SearchResult) -> str:
    crossing = sure_crossing(found)
    return f"{roughly(crossing.size)} {interval(crossing)}" if crossing else found.outcome


def faster_above(found: SearchResult) -> str:
    crossing = sure_crossing(found)
    return found.labels[crossing.to_contender] if crossing else ""


def is_wide(found: SearchResult) -> bool:
    """Whether the interval of a sure crossing is wider than it was to be."""
    crossing = sure_crossing(found)
    return crossing is not None and crossing.within > found.within


def ratio_at(found: SearchResult, place: int) -> str:
    size = found.answer.summaries[place]
    return f"{ratio_text(estimate(size))} at {size.size:,}"


COLUMNS: tuple[Column[SearchResult], ...] = (
    Column("machine", lambda found: found.machine, rank=Rank.KEY),
    Column("baseline", lambda found: found.labels[0], rank=Rank.KEY),
    Column("contender", lambda found: found.labels[1], rank=Rank.KEY),
    Column("crossing", crossing_text),
    Column("faster above", faster_above),
    Column("ratio at the smallest", lambda found: ratio_at(found, 0), rank=Rank.DETAIL),
    Column("ratio at the largest", lambda found: ratio_at(found, -1), rank=Rank.DETAIL),
    Column("took", lambda found: f"{found.elapsed_s:.0f} s", rank=Rank.EXTRA),
)
