"""What a search says in words: a line while it works, and a sentence at its end."""

import math

from crossover.benchmarks.ab.ratio_interval import RatioEstimate
from crossover.benchmarks.ab.text import ratio_text
from crossover.benchmarks.find.answer import SearchAnswer, SearchFinding
from crossover.benchmarks.find.crossing import Edge, SearchCrossing
from crossover.benchmarks.find.ratios import MeasuredSize, Summary
from crossover.benchmarks.find.result import SearchResult
from crossover.benchmarks.report.show.wording import verb
from crossover.benchmarks.runs import units

__all__ = ["at", "estimate", "interval", "progress", "roughly", "sentence"]


def progress(
    answer: SearchAnswer, latest: MeasuredSize | None, labels: tuple[str, str], unit: str, left_s: float
) -> str:
    """Says in a line how many seconds are left, and what is known so far."""
    left = f"{max(0.0, left_s):.0f} s left"
    if answer.crossing:
        return f"{left}: {overtaking(answer.crossing, labels)} {place(answer.crossing, unit)}"
    if answer.edge:
        return f"{left}: {edge_words(answer.edge, labels, unit)}"
    summary = next((each for each in answer.summaries if latest and each.dial == latest.dial), None)
    ratio = f" {ratio_text(estimate(summary))} at {summary.size:,} {unit}" if summary else ""
    return f"{left}: {labels[1]} against {labels[0]}{ratio}"


def sentence(found: SearchResult) -> str:
    """Returns the answer in a sentence."""
    doubts = []
    if found.failure:
        doubts.append(f"because a side failed: {found.failure}")
    if found.is_busy:
        doubts.append("found on a busy machine")
    if found.answer.finding is SearchFinding.UNDECIDED and not found.answer.edge:
        doubts.append(open_words(found))
    is_open = bool(doubts) or found.answer.finding is SearchFinding.UNDECIDED
    known = [", ".join(["undecided", *(" and ".join(doubts),) * bool(doubts)])] * is_open + known_words(found)
    return f"{'; '.join(known)}, in {found.elapsed_s:.0f} s"


def known_words(found: SearchResult) -> list[str]:
    """What the ratios show, however sure it is."""
    answer, crossing = found.answer, found.answer.crossing
    if answer.finding is SearchFinding.NONE:
        return [none_words(found)]
    if answer.edge:
        return [edge_words(answer.edge, found.labels, found.dial.unit)]
    if not crossing:
        return []
    words = f"{overtaking(crossing, found.labels)} {place(crossing, found.dial.unit)}"
    if answer.finding is SearchFinding.SEVERAL:
        return [f"there is more than one crossing: {words} first"]
    if answer.finding is SearchFinding.FOUND and crossing.within > found.within:
        words += f" (wider than the {100 * found.within:g}% asked for: {found.stopped})"
    return [words]


def overtaking(crossing: SearchCrossing, labels: tuple[str, str]) -> str:
    winner, loser = labels[::-1] if crossing.to_contender else labels
    return f"{winner} {verb(winner, 'overtakes')} {loser}"


def place(crossing: SearchCrossing, unit: str) -> str:
    return f"at about {roughly(crossing.size)} {unit} {interval(crossing)}"


def interval(crossing: SearchCrossing) -> str:
    return f"[{roughly(crossing.low)}, {roughly(crossing.high)}]"


def roughly(size: float) -> str:
    """A size to a third digit: with two, the ends of a narrow interval would look alike."""
    return units.count(size, digits=3)


def at(point: MeasuredSize) -> str:
    return f"{point.size:,}"


def edge_words(edge: Edge, labels: tuple[str, str], unit: str) -> str:
    """From or up to where a side is faster, although the rest is open."""
    winner, loser = labels if edge.sign > 0 else labels[::-1]
    words, where = f"{winner} {verb(winner, 'is')} faster than {loser}", f"{roughly(edge.size)} {unit}"
    if edge.is_lower:
        return f"{words} from at most {where} on; below, either side may be"
    return f"{words} up to at least {where}; above, either side may be"


def none_words(found: SearchResult) -> str:
    """Who wins everywhere, and by how much at both ends."""
    answer, unit = found.answer, found.dial.unit
    first, last = answer.points[0], answer.points[-1]
    by_first, by_last = (factor(each) for each in (answer.summaries[0], answer.summaries[-1]))
    baseline, contender = found.labels
    if answer.summaries[0].sign < 0:
        words = f"{contender} {verb(contender, 'is')} faster than {baseline} already at the smallest size, {at(first)}"
        return f"no crossing: {words} {unit}, by {by_first}, and by {by_last} at the largest, {at(last)}"
    words = f"{contender} {verb(contender, 'does')} not overtake {baseline} up to {at(last)} {unit}"
    leads = f"{baseline} {verb(baseline, 'leads')} by {by_first} at {at(first)} and by {by_last} there"
    return f"no crossing: {words}: {leads}"


def factor(summary: Summary) -> str:
    return f"{units.significant(math.exp(abs(summary.log_ratio)))}x"


def open_words(found: SearchResult) -> str:
    """Where either side may be faster, and why no more was measured."""
    answer, unit = found.answer, found.dial.unit
    unsure = [f"{each.size:,}" for each in answer.summaries if not each.sign]
    if unsure:
        return f"either side may be faster at {' and '.join(unsure)} {unit}: {found.stopped}"
    return f"only {at(answer.points[0])} {unit} were measured: {found.stopped}"


def estimate(summary: Summary) -> RatioEstimate:
    """The ratio at a size, contender / baseline, in the form that `crossover ab` shows."""
    ratio, low, high = (math.exp(log) for log in (summary.log_ratio, *summary.bounds()))
    return RatioEstimate(summary.pairs, ratio, low, high, sum(count > 0 for count in summary.counts))
