"""Which saved runs a command takes: those that are named, or else those under results/."""

from pathlib import Path
from typing import Annotated, TypeVar

import typer

from crossover.benchmarks.cli.output import fail, remark
from crossover.benchmarks.kinds import KINDS, MAIN
from crossover.benchmarks.report.analysis.result import Result
from crossover.benchmarks.report.analysis.run_results import results
from crossover.benchmarks.runs import comparability, load
from crossover.benchmarks.runs.searches import SavedSearch

__all__ = [
    "RESULTS",
    "Runs",
    "cells_of",
    "existing_results",
    "joined",
    "newest",
    "newest_benchmarks",
    "newest_each",
    "newest_here",
    "of_one_workload",
    "of_this_machine",
    "refuse_mixture",
]

RESULTS = Path("results")

HOW_TO_MAKE_ONE = "make one with `make bench`, or with `crossover bench`"
EXAMPLE = "`crossover table docs/runs/apple-m2-max` shows an example"

Saved = TypeVar("Saved", load.SavedRun, SavedSearch)

Runs = Annotated[list[Path] | None, typer.Argument(metavar="RUN", help="Saved JSON files, or folders of them.")]


def read(places: list[Path]) -> list[load.SavedRun]:
    """The runs of files and folders, oldest first; what cannot be read of them is reported on stderr.

    Raises LoadError if a named file is not a run, or a folder holds none.
    """
    runs, remarks = load.read_all(places)
    for line in remarks:
        remark(line)
    return runs


def newest_each(places: list[Path], benchmark: str | None) -> list[load.SavedRun]:
    """Every named file, and from each folder the newest run of each machine and workload; with the benchmark, if named.

    Ends the command if no run has the benchmark.
    """
    return [run for place in places for run in newest_ones(having(benchmark, read([place])), benchmark)]


def newest_ones(runs: list[load.SavedRun], benchmark: str | None) -> list[load.SavedRun]:
    """The newest run of each machine and workload; if the benchmark's runs are joined, all that trained the same."""
    newest = load.newest_of_each(runs)
    if not is_joined(benchmark):
        return newest
    base_of = {run.subject: run for run in newest}
    return [run for run in runs if not comparability.obstacle(base_of[run.subject], run)]


def joined(runs: list[load.SavedRun], benchmark: str | None) -> list[list[load.SavedRun]]:
    """The runs of each table: one run, or all of a machine and workload for the benchmark whose runs are joined.

    Ends the command if those runs cannot stand in one table.
    """
    if not is_joined(benchmark):
        return [[run] for run in runs]
    subjects: dict[tuple[str, str], list[load.SavedRun]] = {}
    for run in sorted(runs, key=lambda run: run.taken):
        subjects.setdefault(run.subject, []).append(run)
    for (name, _), (first, *others) in subjects.items():
        if reasons := [reason for other in others if (reason := comparability.obstacle(first, other))]:
            fail(f"these runs must not be joined: {reasons[0]}")
        if len(versions := {str(run.machine.torch) for run in (first, *others)}) > 1:
            remark(f"torch differs between the joined runs of {name}: {', '.join(sorted(versions))}")
    return list(subjects.values())


def is_joined(benchmark: str | None) -> bool:
    return benchmark in KINDS and KINDS[benchmark].is_joined


def newest_benchmarks(places: list[Path]) -> list[tuple[list[load.SavedRun], str]]:
    """Each benchmark with the runs of its table, oldest first.

    They come from every named file and, from each folder, are the newest of each machine.
    """
    found: dict[str, list[load.SavedRun]] = {}
    for place in places:
        runs = read([place])
        for name in dict.fromkeys(name for run in runs for name in run.benchmarks):
            found.setdefault(name, []).extend(newest_ones([run for run in runs if name in run.benchmarks], name))
    tables = [(group, name) for name, runs in found.items() for group in joined(runs, name)]
    return sorted(tables, key=lambda table: table[0][-1].taken)


def having(benchmark: str | None, runs: list[load.SavedRun]) -> list[load.SavedRun]:
    """The runs that have a benchmark, or all if none is named; ends the command if there is none."""
    found = [run for run in runs if benchmark is None or benchmark in run.benchmarks]
    if not found:
        held = ", ".join(sorted({name for run in runs for name in run.benchmarks}))
        fail(f"--benchmark: no {benchmark} in {runs[-1].label if len(runs) == 1 else 'these runs'}; there is {held}")
    return found


def of_one_workload(runs: list[load.SavedRun]) -> list[load.SavedRun]:
    """The runs of the workload that most of them trained, the newest one where as many trained another.

    The others are told on stderr.
    """
    names = [run.saved.crossover.workload.name for run in sorted(runs, key=lambda run: run.taken, reverse=True)]
    workload = max(names, key=names.count)
    for run in runs:
        if (other := run.saved.crossover.workload.name) != workload:
            remark(f"{run.label} left out: it trained {other}, others {workload}")
    return [run for run in runs if run.saved.crossover.workload.name == workload]


def refuse_mixture(base: load.SavedRun, others: list[load.SavedRun]) -> None:
    """End the command if any run did other work than the first."""
    if refused := [line for run in others for line in comparability.refusals(base, run)]:
        fail(f"these runs must not be mixed: {'; '.join(refused)}")


def cells_of(runs: list[load.SavedRun], benchmark: str | None) -> list[Result]:
    """The cells of the named benchmark or else the main one; all cells if the runs have neither."""
    found = results(runs)
    return [result for result in found if result.benchmark == (benchmark or MAIN)] or found


def newest_here(benchmark: str | None) -> list[load.SavedRun]:
    """The newest run that this machine has saved under its current name; if runs are joined, all runs of that table.

    If no benchmark is named, a newer run without training does not hide one with it.
    """
    runs = runs_here()
    runs = having(benchmark, runs) if benchmark else with_training(runs)
    return newest_ones([run for run in runs if run.subject == runs[-1].subject], benchmark)


def with_training(runs: list[load.SavedRun]) -> list[load.SavedRun]:
    """The runs that have training, or all runs if none has."""
    return [run for run in runs if MAIN in run.benchmarks] or runs


def newest(place: Path) -> load.SavedRun:
    """The run of a file, or the newest one with training in a folder; the newest one if none has training."""
    return with_training(read([place]))[-1]


def existing_results() -> Path:
    """The folder of a user's own runs; ends the command if it holds none."""
    if not any(path.name != load.NOISE for path in RESULTS.rglob("*.json")):
        fail(f"no run under {RESULTS}/: {HOW_TO_MAKE_ONE}, or name one; {EXAMPLE}")
    return RESULTS


def runs_here() -> list[load.SavedRun]:
    """The runs that this machine has saved, oldest first; ends the command if there are none."""
    runs = of_this_machine([run for run in read([existing_results()]) if run.saved.crossover.source == "measured"])
    if not runs:
        names = ", ".join(sorted(str(folder) for folder in RESULTS.iterdir() if folder.is_dir()))
        fail(f"no run of this machine: {HOW_TO_MAKE_ONE}, or name one of {names}; {EXAMPLE}")
    return runs


def of_this_machine(saved: list[Saved]) -> list[Saved]:
    """The runs or searches of this machine, whatever it was called."""
    from crossover.benchmarks.machine import facts, host

    hardware = host.hardware()
    own = [each for each in saved if comparability.is_this_machine(hardware, each.machine_facts())]
    for line in facts.remarks():
        remark(line)
    return own
