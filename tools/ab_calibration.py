"""Does the comparison cry wolf, and does it sleep? Run it on an otherwise quiet machine:

    python -m tools.ab_calibration --trials 20                   identical code
    python -m tools.ab_calibration --trials 20 --extra-work      21 batches' work for 20, which is 5% slower

Every trial is a whole comparison of its own, with fresh processes: three minutes at most where two cores start its
processes in half a minute. The last figure of a trial is the luck of processes: the standard deviation between pairs of
them that their turns leave. `python -m tools.ab_coverage` simulates the same.
"""

import argparse
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

from crossover import program
from crossover.benchmarks.ab import comparison, text
from crossover.benchmarks.ab.paired_turns import CellResult
from crossover.benchmarks.ab.side_process import Side
from crossover.benchmarks.ab.turns import StoppingRule
from crossover.benchmarks.harness.option_types import parse_positive, parse_scales, parse_seconds
from crossover.benchmarks.report.analysis.verdict import parse_slowdown

EXTRA_WORK = "tools.extra_work"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=parse_positive, default=20)
    parser.add_argument("--extra-work", action="store_true", help="slip 5%% more work into the contender")
    parser.add_argument("--scales", type=parse_scales, default=[3])
    parser.add_argument("--processes", type=parse_positive, default=comparison.MANY)
    parser.add_argument("--rounds", type=parse_positive, default=StoppingRule.rounds)
    parser.add_argument("--cell-seconds", type=parse_seconds, default=140.0)
    parser.add_argument("--max-slowdown", type=parse_slowdown, default=0.01)
    options = parser.parse_args()

    limits = StoppingRule(options.max_slowdown, options.rounds, options.cell_seconds)
    request = comparison.ComparisonRequest(None, None, None, options.scales, ["cpu"], limits, options.processes)
    tree = Path(__file__).parents[1]
    baseline = Side("unchanged", tree, sys.executable)
    contender = Side("contender", tree, sys.executable, EXTRA_WORK if options.extra_work else None)
    verdicts: dict[int, Counter[str]] = defaultdict(Counter)
    ratios: dict[int, list[float]] = defaultdict(list)
    for trial in range(1, options.trials + 1):
        start = time.perf_counter()
        cells, _ = comparison.compare(request, baseline, contender)
        took = f"{time.perf_counter() - start:.0f} s"
        print(f"trial {trial}, {took}: " + "; ".join(line(cell) for cell in cells), flush=True)
        for cell in cells:
            ratios[cell.scale] += [cell.found.ratio] if cell.found else []
            verdicts[cell.scale][cell.verdict or "left out"] += 1
    for scale, counts in verdicts.items():
        found = ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common())
        print(f"scale {scale}: {found}; ratios " + " ".join(f"{ratio:.3f}" for ratio in sorted(ratios[scale])))


def line(cell: CellResult) -> str:
    if not cell.found:
        return f"scale {cell.scale}: {cell.stopped}"
    found = cell.found
    facts = f"{found.pairs} pairs, {found.processes} processes a side, luck {found.luck:.1%}"
    return f"scale {cell.scale}: {cell.verdict}, {text.ratio_text(found)}, {facts}"


if __name__ == "__main__":
    program.run("ab_calibration", main)
