"""The content of the page, from the same tables and words as every other table."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from crossover.benchmarks.report.analysis.run_results import results
from crossover.benchmarks.report.figures import figure
from crossover.benchmarks.report.figures.drawn import joined
from crossover.benchmarks.report.figures.figure import Picture
from crossover.benchmarks.report.page import Card, Figure, Page
from crossover.benchmarks.report.page.checked import Checked, checked
from crossover.benchmarks.report.page.facts import facts_sheet, in_a_line
from crossover.benchmarks.report.show.answer import DEVICES, Answer
from crossover.benchmarks.report.show.machines import by_batch
from crossover.benchmarks.report.show.sheet import Sheet
from crossover.benchmarks.runs import comparability, load
from crossover.benchmarks.runs.load import SavedRun
from crossover.benchmarks.runs.schema import MLP

__all__ = ["Shown", "of_picture", "page"]

FASTER, SLOWER = "What makes training faster?", "Did training get slower?"


@dataclass(frozen=True)
class Shown:
    """One benchmark of a run, or of several runs that make one table."""

    runs: list[SavedRun]
    benchmark: str
    answers: list[Answer]

    @property
    def run(self) -> SavedRun:
        """The newest of the runs."""
        return self.runs[-1]

    @property
    def machine(self) -> str:
        return load.plain(self.run.machine.name)


def page(parts: list[Shown], main: str, results: Path) -> Page:
    """The page of some benchmarks of some runs, oldest first.

    `main` is the benchmark by which machines are compared, and `results` the folder with their baselines and noise.
    """
    runs = list({run.label: run for part in parts for run in part.runs}.values())
    newest = load.newest_of_each(runs)
    compared = load.newest_of_each([part.run for part in parts if part.benchmark == main])
    base = (compared or newest)[0]
    refused = {run.label: lines for run in runs if (lines := comparability.refusals(base, run))}
    alike = [part for part in parts if part.run.label not in refused]
    checks = {run.label: check for run in newest if (check := checked(run, results))}
    return Page(
        title="Crossover: training performance",
        about=about(runs, newest),
        cards=[card(run, parts, checks.get(run.label)) for run in newest],
        figures=list(figures(alike)),
        tables=[
            *side_by_side(base, [part.run for part in alike if part.benchmark == main], main),
            *(answer.sheet for part in parts for answer in part.answers),
            *(check.sheet for check in checks.values() if check.sheet),
        ],
        machines=facts_sheet(runs),
        remarks=remarks(base, newest, refused),
    )


def about(runs: list[SavedRun], machines: list[SavedRun]) -> list[str]:
    count = f"{len(runs)} run{'s' * (len(runs) != 1)} of {len(machines)} machine{'s' * (len(machines) != 1)}"
    times = [run.taken for run in runs]
    first, last = (taken.date().isoformat() for taken in (min(times), max(times)))
    return [f"{count}, taken {first}" + (f" to {last}." if first != last else ".")]


def card(newest: SavedRun, parts: list[Shown], check: Checked | None) -> Card:
    """The answers of one machine and workload, each from its newest run that has the benchmark."""
    own = {part.benchmark: part for part in parts if part.run.subject == newest.subject}
    lines: dict[str, list[str]] = {DEVICES: [], FASTER: []}
    for answer in [answer for part in own.values() for answer in part.answers]:
        lines.setdefault(answer.question, []).extend([*answer.sentences, *answer.reasons])
        lines[FASTER] += answer.best
    lines[SLOWER] = check.lines if check else []
    answered = [(question, list(dict.fromkeys(said))) for question, said in lines.items() if said]
    machine, workload = map(load.plain, newest.subject)
    name = machine if workload == MLP else f"{machine}: {workload}"
    return Card(name, in_a_line(newest), answered)


def figures(parts: list[Shown]) -> Iterable[Figure]:
    """The charts of each benchmark, with all runs together."""
    for _, group in groupby(sorted(parts, key=lambda part: part.benchmark, reverse=True), lambda part: part.benchmark):
        found = [answer for part in group for answer in part.answers if answer.curves]
        if found:
            curves = joined(part for answer in found for part in answer.curves)
            yield Figure(figure.title(found), [], curves)


def of_picture(drawn: Picture) -> Page:
    """A page of one picture alone."""
    return Page(title=drawn.title, figures=[Figure("", drawn.sentences, drawn.curves)])


def side_by_side(base: SavedRun, runs: list[SavedRun], main: str) -> list[Sheet]:
    """The machines side by side, if there are at least two."""
    newest = load.newest_of_each(runs)
    if len(newest) < 2:
        return []
    return [table.sheet for table in by_batch(results(newest, main), load.plain(base.machine.name), [])]


def remarks(base: SavedRun, newest: list[SavedRun], refused: dict[str, list[str]]) -> list[str]:
    """What a reader must know of each machine and of each compared with the first, and what was kept apart."""
    lines = comparability.all_remarks(base, [run for run in newest if run is not base])
    lines += [f"{label} is not in the charts and not side by side: {'; '.join(why)}" for label, why in refused.items()]
    return [load.plain(line) for line in lines]
