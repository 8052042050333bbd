"""Does the comparison cry wolf, and does it sleep? Run it on an otherwise quiet machine:

    python -m tools.ab_calibration --trials 10                                     identical code
    python -m tools.ab_calibration --trials 10 --extra-work --max-slowdown 2%      11 batches' work for 10

    python -m tools.ab_calibration --trials 10 --max-slowdown 0.1%                 the luck of processes

Every trial is a whole comparison of its own, with fresh processes.
"""

import argparse
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

from crossover import program
from crossover.benchmarks.ab import comparison, text
from crossover.benchmarks.ab.paired_turns import Limits
from crossover.benchmarks.ab.side_process import Side
from crossover.benchmarks.harness.option_types import parse_positive, parse_scales, parse_seconds
from crossover.benchmarks.report.analysis.verdict import parse_slowdown

EXTRA_WORK = "tools.extra_work"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=parse_positive, default=10)
    parser.add_argument("--extra-work", action="store_true", help="slip a tenth more work into the contender")
    parser.add_argument("--scales", type=parse_scales, default=[1, 3, 5])
    parser.add_argument("--rounds", type=parse_positive, default=Limits.rounds)
    parser.add_argument("--cell-seconds", type=parse_seconds, default=Limits.cell_seconds)
    parser.add_argument("--max-slowdown", type=parse_slowdown, default=Limits.max_slowdown)
    options = parser.parse_args()

    limits = Limits(options.max_slowdown, options.rounds, options.cell_seconds)
    request = comparison.Request(None, None, options.scales, ["cpu"], limits)
    tree = Path(__file__).parents[1]
    baseline = Side("unchanged", tree, sys.executable)
    contender = Side("contender", tree, sys.executable, EXTRA_WORK if options.extra_work else None)
    verdicts: dict[int, Counter[str]] = defaultdict(Counter)
    ratios: dict[int, list[float]] = defaultdict(list)
    for trial in range(1, options.trials + 1):
        start = time.perf_counter()
        cells, _ = comparison.compare(request, baseline, contender)
        print(f"trial {trial}, {time.perf_counter() - start:.0f} s")
        for cell in cells:
            ratio = text.ratio_text(cell.found) if cell.found else ""
            print(f"  {ratio:<28} {text.sentence(cell, limits)}", flush=True)
            ratios[cell.scale] += [cell.found.ratio] if cell.found else []
            verdicts[cell.scale][cell.verdict or "left out"] += 1
    for scale, counts in verdicts.items():
        found = ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common())
        print(f"scale {scale}: {found}; ratios " + " ".join(f"{ratio:.3f}" for ratio in sorted(ratios[scale])))


if __name__ == "__main__":
    program.run("ab_calibration", main)
