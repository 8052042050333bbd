"""How well `crossover check` judges where another process comes and goes, by real runs of the same code.

Run it as `python -m tools.busy_trial FOLDER`, from a clean commit and on an otherwise quiet machine. It takes runs in
fresh processes, every third beside a process that keeps a core busy from time to time, and saves them in the folder;
runs that are there already count. Then it compares each pair: as saved, where each regression or improvement is false,
and with the later run's times doubled.
"""

import argparse
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import combinations
from pathlib import Path

from crossover import program
from crossover.benchmarks.machine import environment
from crossover.benchmarks.report.analysis import noise
from crossover.benchmarks.report.analysis.noise import Floors, History
from crossover.benchmarks.report.analysis.regression import judgements
from crossover.benchmarks.report.analysis.result import Result
from crossover.benchmarks.report.analysis.run_results import results
from crossover.benchmarks.report.analysis.verdict import Verdict, overall
from crossover.benchmarks.runs import load
from crossover.benchmarks.runs.load import SavedRun

NEIGHBOUR = """
import random, time
while True:
    end = time.monotonic() + random.uniform(2, 8)
    while time.monotonic() < end: pass
    time.sleep(random.uniform(0, 3))
"""
"""A busy process that rests from time to time."""

EVERY = 3
"""Every third run has a neighbour."""


@contextmanager
def neighbour(is_there: bool) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-c", NEIGHBOUR]) if is_there else None
    try:
        yield
    finally:
        if process:
            process.kill()
            process.wait()


def take(number: int, folder: Path, scales: str, rounds: str) -> None:
    """Take one run in a process of its own."""
    command = [sys.executable, "-m", "pytest", "-q", "benchmarks/test_training.py", "--devices", "cpu"]
    command += ["--scales", scales, "--rounds", rounds, "--machine", "trial"]
    command += [f"--benchmark-storage={folder}", "--benchmark-autosave"]
    with neighbour(number % EVERY == EVERY - 1):
        variables = environment.for_children() | {"PYTEST_ADDOPTS": ""}
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=variables)


def verdict_of(before: SavedRun, now: list[Result], floors: Floors, max_slowdown: float) -> tuple[Verdict, bool]:
    """The verdict on a run, and whether a cell was said to be disturbed."""
    found = judgements([*results([before]), *now], before.label, floors, max_slowdown)
    return overall(each.verdict for each in found), any(each.is_disturbed for each in found)


def report(runs: list[SavedRun], floors: Floors | None) -> Iterator[str]:
    """The verdicts over all pairs, by whether both runs were quiet. Without `floors` they come from the other runs."""
    busy = [any(result.is_busy for result in results([run])) for run in runs]
    yield f"{len(runs)} runs, {sum(busy)} of them disturbed"
    for factor in (1.0, 2.0):
        for max_slowdown in (0.10, 0.30):
            counts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
            for one, other in combinations(range(len(runs)), 2):
                before, others = runs[one], [run for run in runs if run not in (runs[one], runs[other])]
                now = [
                    replace(result, rounds_s=[factor * round_s for round_s in result.rounds_s])
                    for result in results([runs[other]])
                ]
                known = floors or noise.floors(History(others), before)
                verdict, is_disturbed = verdict_of(before, now, known, max_slowdown)
                counts[busy[one] or busy[other]][f"{verdict}{' (disturbed)' if is_disturbed else ''}"] += 1
            for is_busy, found in counts.items():
                pairs = "pairs with a disturbed run" if is_busy else "quiet pairs"
                shown = ", ".join(f"{verdict} {count}" for verdict, count in sorted(found.items()))
                yield f"  times x {factor:g}, --max-slowdown {max_slowdown:.0%}, {found.total()} {pairs}: {shown}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=12)
    parser.add_argument("--scales", default="1,3")
    parser.add_argument("--rounds", default="5")
    asked = parser.parse_args()
    for number in range(len(list(asked.folder.rglob("[0-9]*.json"))), asked.runs):
        print(f"run {number + 1} of {asked.runs}", file=sys.stderr, flush=True)
        take(number, asked.folder, asked.scales, asked.rounds)
    runs, _ = load.read_all([asked.folder])
    own = noise.floors(History(runs), runs[0])
    names = f"of the other runs (of all {own.timed.repeats}: {own.timed.share:.0%}, against the control "
    for name, floors in [(f"{names}{own.controlled.share:.0%})", None), ("assumed", noise.ASSUMED)]:
        print(f"noise floor {name}")
        print("\n".join(report(runs, floors)))


if __name__ == "__main__":
    program.run("busy_trial", main)
