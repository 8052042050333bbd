"""The content of one picture: its curves, title and sentences."""

from collections.abc import Collection
from dataclasses import dataclass

from crossover.benchmarks.report.figures.drawn import Drawn, joined, maps
from crossover.benchmarks.report.show.answer import Answer
from crossover.benchmarks.report.show.series import Quantity
from crossover.benchmarks.report.show.wording import epochs_text, subject

__all__ = ["Picture", "PictureError", "of", "title"]

MOST_SENTENCES = 3
"""With more sentences it would be a text, not a picture."""

MISSING = {
    Quantity.SPEEDUP: "no scale was measured on both cpu and another device",
    Quantity.GAIN: "no recipe was measured beside article",
    Quantity.THREADS: "no two numbers of threads were measured (--threads)",
    Quantity.TIME: "nothing was measured",
    Quantity.MAP: "no two batch sizes were measured on both cpu and another device (--batch-sizes)",
}


class PictureError(Exception):
    """There is nothing to draw; the message says why in one line."""


@dataclass(frozen=True)
class Picture:
    """A picture before it is drawn."""

    title: str
    sentences: list[str]
    curves: list[Drawn]


def of(answers: list[Answer], wanted: list[Quantity]) -> Picture:
    """A picture of the tables of one benchmark, one a run, showing the wanted quantities or else those that tell most.

    Those are the speedup over the CPU, or else the gain over the article's loop or over the first number of threads,
    above the times. Raises PictureError for a quantity that is wanted and not known.
    """
    known = {each.quantity: [each] for each in joined(part for answer in answers for part in answer.curves)}
    if mapped := [each for one in known.get(Quantity.SPEEDUP, []) for each in maps(one)]:
        known[Quantity.MAP] = mapped
    shown = [each for each in Quantity if each in (wanted or most_telling(known))]
    for quantity in shown:
        if quantity not in known:
            raise PictureError(f"no {quantity} to draw: {MISSING[quantity]}")
    return Picture(title(answers), sentences(answers), [each for quantity in shown for each in known[quantity]])


def most_telling(known: Collection[Quantity]) -> list[Quantity]:
    compared = [each for each in (Quantity.SPEEDUP, Quantity.GAIN, Quantity.THREADS) if each in known]
    return [*compared[:1], Quantity.TIME]


def title(answers: list[Answer]) -> str:
    """The title of the one table, or what all tables have in common."""
    drawn = [answer for answer in answers if answer.curves]
    if len(drawn) == 1:
        return drawn[0].sheet.title
    benchmark, workload, epochs = (answers[0].content[key] for key in ("benchmark", "workload", "epochs"))
    points = [point for answer in drawn for each in answer.curves for point in each.points]
    runs, batch_sizes = {point.run for point in points}, {point.batch_size for point in points}
    which = f"{len(runs)} runs" if len(runs) > 1 else f"on {answers[0].content['machine']}"
    by_batch = ", by batch size" if len(batch_sizes) > 1 else ""
    return f"{subject(benchmark, workload)}, {epochs_text(epochs)}, {which}{by_batch}"


def sentences(answers: list[Answer]) -> list[str]:
    """Where devices overtake the CPU, by machine if there are several; none if there are more than can be read."""
    several = len({answer.content["machine"] for answer in answers}) > 1
    found = [
        f"{answer.content['machine']}: {line}" if several else line for answer in answers for line in answer.sentences
    ]
    return found if len(found) <= MOST_SENTENCES else []
