"""How well `crossover check` judges on a machine: its verdicts on runs of the same code, as saved and made slower.

Run it as `python -m tools.check_calibration results/MACHINE`, on a folder with several runs of one clean commit. It
compares every ordered pair of runs cell by cell: first as saved, where each regression is a false alarm, then with the
second run's times multiplied.
"""

import sys
from collections import Counter
from dataclasses import replace
from itertools import permutations
from pathlib import Path

from crossover import program
from crossover.benchmarks.report.analysis import noise, regression
from crossover.benchmarks.report.analysis.noise import Floors, History
from crossover.benchmarks.report.analysis.run_results import results
from crossover.benchmarks.report.analysis.verdict import MAX_SLOWDOWN, Verdict
from crossover.benchmarks.runs import load
from crossover.benchmarks.runs.load import SavedRun

FACTORS = [1.0, 1.1, 1.2, 1.5, 2.0]


def verdicts(repeats: list[SavedRun], factor: float, floors: Floors | None) -> Counter[str]:
    """How often each verdict is given when the contender's times are multiplied by `factor`.

    Without `floors`, each comparison takes its noise floors from the runs that do not take part in it.
    """
    counts: Counter[str] = Counter()
    for before, now in permutations(repeats, 2):
        others = [run for run in repeats if run not in (before, now)]
        slowed = [
            replace(result, rounds_s=[factor * round_s for round_s in result.rounds_s]) for result in results([now])
        ]
        known = floors or noise.floors(History(others), before)
        found = regression.judgements([*results([before]), *slowed], before.label, known, MAX_SLOWDOWN)
        counts.update(each.verdict for each in found)
    return counts


def main(folder: Path) -> None:
    runs, _ = load.read_all([folder])
    repeats = [run for run in runs if noise.is_repeat(run, runs[-1])]
    own = noise.floors(History(repeats), runs[-1])
    for kind, floors in [
        (f"of the other runs, {own.timed.share:.1%} over all {own.timed.repeats}", None),
        ("assumed", noise.ASSUMED),
    ]:
        print(f"noise floor {kind}")
        for factor in FACTORS:
            counts = verdicts(repeats, factor, floors)
            shown = ", ".join(f"{verdict} {counts[verdict]}" for verdict in Verdict)
            print(f"  times x {factor}: {shown} of {counts.total()}")


if __name__ == "__main__":
    program.run("check_calibration", lambda: main(Path(sys.argv[1])))
