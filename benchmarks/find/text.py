"""What a search says in words: a line while it works, and a sentence at its end."""

import math

from crossover.benchmarks.ab.ratio_interval import Estimate
from crossover.benchmarks.ab.text import ratio_text
from crossover.benchmarks.find.answer import Answer, Finding
from crossover.benchmarks.find.ratios import Crossing, Point
from crossover.benchmarks.find.result import Result
from crossover.benchmarks.find.sides import Choice
from crossover.benchmarks.report.show.wording import verb
from crossover.benchmarks.runs import units

__all__ = ["at", "estimate", "progress", "roughly", "sentence", "sweep"]


def progress(answer: Answer, labels: tuple[str, str], left_s: float) -> str:
    """Says in a line how many seconds are left, and what is known so far."""
    left = f"{max(0.0, left_s):.0f} s left"
    if answer.crossing:
        return f"{left}: {overtaking(answer.crossing, labels)} {place(answer.crossing)}"
    latest = next((point for point in answer.points if point.scale == answer.latest), None)
    ratio = f" {ratio_text(estimate(latest))} at {at(latest)} parameters" if latest else ""
    return f"{left}: {labels[1]} against {labels[0]}{ratio}"


def sentence(found: Result) -> str:
    """Returns the answer in a sentence."""
    doubts = []
    if found.failure:
        doubts.append(f"for a side has failed: {found.failure}")
    if found.is_busy:
        doubts.append("found on a busy machine")
    if found.answer.finding is Finding.UNDECIDED:
        doubts.append(open_words(found.answer))
    known = [f"undecided, {', and '.join(doubts)}"] * bool(doubts) + known_words(found)
    return f"{'; '.join(known)}, in {found.elapsed_s:.0f} s"


def known_words(found: Result) -> list[str]:
    """What the ratios show, however sure it is."""
    answer, crossing = found.answer, found.answer.crossing
    if answer.finding is Finding.NONE:
        return [none_words(answer, found.labels)]
    if not crossing:
        return []
    words = f"{overtaking(crossing, found.labels)} {place(crossing)}"
    if answer.finding is Finding.SEVERAL:
        return [f"there is more than one crossing: {words} first"]
    if answer.finding is Finding.FOUND and crossing.within > found.within:
        words += f" (wider than the {found.within:.0%} asked for: {answer.stopped})"
    return [words]


def overtaking(crossing: Crossing, labels: tuple[str, str]) -> str:
    winner, loser = labels[::-1] if crossing.to_contender else labels
    return f"{winner} {verb(winner, 'overtakes')} {loser}"


def place(crossing: Crossing) -> str:
    middle, low, high = (roughly(size) for size in (crossing.parameters, crossing.low, crossing.high))
    return f"at about {middle} parameters [{low}, {high}]"


def roughly(parameters: float) -> str:
    """A number of parameters to a third digit: with two, the ends of a narrow interval would look alike."""
    return units.count(parameters, digits=3)


def at(point: Point) -> str:
    return f"{point.parameters:,}"


def none_words(answer: Answer, labels: tuple[str, str]) -> str:
    """Who wins everywhere, and by how much at both ends."""
    first, last = answer.points[0], answer.points[-1]
    baseline, contender = labels
    if answer.signs[0] < 0:
        words = f"{contender} {verb(contender, 'is')} faster than {baseline} already at the smallest size, {at(first)}"
        return f"no crossing: {words} parameters, by {factor(first)}, and by {factor(last)} at the largest, {at(last)}"
    words = f"{contender} {verb(contender, 'does')} not overtake {baseline} up to {at(last)} parameters"
    leads = f"{baseline} {verb(baseline, 'leads')} by {factor(first)} at {at(first)} and by {factor(last)} there"
    return f"no crossing: {words}: {leads}"


def factor(point: Point) -> str:
    return f"{units.significant(math.exp(abs(point.summary().log_ratio)))}x"


def open_words(answer: Answer) -> str:
    """Where either side may be faster, and why no more was measured."""
    unsure = [at(point) for point, sign in zip(answer.points, answer.signs, strict=True) if not sign]
    if unsure:
        return f"either side may be faster at {' and '.join(unsure)} parameters: {answer.stopped}"
    return f"only {at(answer.points[0])} parameters were measured: {answer.stopped}"


def sweep(choice: Choice, workload: str | None) -> str:
    """Returns the command that measures all sizes."""
    trained = f" --workload {workload}" if workload else ""
    kind = "recipes" if len(choice.recipes) > 1 else "training"
    return f"crossover bench {kind} {choice.words}{trained}"


def estimate(point: Point) -> Estimate:
    """The ratio of a point, contender / baseline, in the form that `crossover ab` shows."""
    summary = point.summary()
    low, high = summary.bounds()
    processes = sum(bool(logs) for logs in point.logs)
    return Estimate(point.pairs, math.exp(summary.log_ratio), math.exp(low), math.exp(high), processes)
