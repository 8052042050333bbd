"""How good `crossover check` is on a machine: its verdicts on runs of the same code, and with times made longer.

Run it as `python -m benchmarks.report.calibration results/MACHINE`, on a folder with several runs of one clean commit.
Every ordered pair of runs is compared, cell by cell: as they are, where each regression is a false alarm, and with the
times of the second multiplied.
"""

import sys
from collections import Counter
from itertools import permutations
from pathlib import Path

import pandas as pd

from benchmarks.report import load, regression
from benchmarks.report.regression import NoiseFloor
from benchmarks.report.verdict import MAX_SLOWDOWN, Verdict

FACTORS = [1.0, 1.1, 1.2, 1.5, 2.0]


def verdicts(frames: list[pd.DataFrame], factor: float, floor: NoiseFloor) -> Counter[str]:
    """How often each verdict is given, with the times of the contender multiplied."""
    counts: Counter[str] = Counter()
    for before, now in permutations(frames, 2):
        slower = now.copy()
        slower["rounds_s"] = now["rounds_s"].map(lambda rounds_s: [factor * round_s for round_s in rounds_s])
        counts.update(each.verdict for each in regression.check(before, slower, floor, MAX_SLOWDOWN))
    return counts


def main(folder: Path) -> None:
    runs, _ = load.read_all([folder])
    measured = regression.noise_floor(runs, runs[-1])
    repeats = [run for run in runs if regression.is_repeat(run, runs[-1])]
    frames = [load.frame_of(run) for run in repeats]
    for floor in [measured, NoiseFloor(regression.ASSUMED_NOISE_FLOOR, 0)]:
        kind = f"of {floor.repeats} runs" if floor.repeats else "assumed"
        print(f"noise floor {floor.share:.1%} ({kind})")
        for factor in FACTORS:
            counts = verdicts(frames, factor, floor)
            shown = ", ".join(f"{verdict} {counts[verdict]}" for verdict in Verdict)
            print(f"  times x {factor}: {shown} of {counts.total()}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
