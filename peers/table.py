"""Show saved comparisons with other libraries again: `python -m peers.table FILE.json…`"""

import json
import math
import statistics
import sys
from pathlib import Path
from typing import Any

from crossover import program
from crossover.benchmarks.report.analysis import stats
from crossover.benchmarks.report.show.render import text as sheet_text
from crossover.benchmarks.report.show.sheet import Sheet
from crossover.benchmarks.report.show.wording import duration_text, speedup_text
from crossover.benchmarks.runs import units
from crossover.model.recipes import RECIPES
from crossover.model.workloads import MLP

COMPARABLE = 0.2
"""How far the last epoch's loss may lie from that of the first contender, as a share of ln 2, the loss of guessing.

It is this wide because scikit-learn takes neither initial weights nor an order of the samples.
"""

Measured = dict[str, dict[str, list[float]]]
"""`seconds` and `losses` of each round, by contender."""


def text(run: dict[str, Any]) -> str:
    """A table for each scale, and below them the machine and the date."""
    tables = [sheet_text(sheet(**scale)).rstrip() for scale in run["scales"]]
    versions = ", ".join(f"{package} {number}" for package, number in run["versions"].items())
    place = f"{run['cpu']}, {run['cores']} cores, {run['threads']} threads, {run['date']}"
    return "\n\n".join([*tables, f"{place}: {versions}"])


def sheet(scale: int, epochs: int, measured: Measured) -> Sheet:
    """A row for each contender, compared with the first one and with the fastest recipe."""
    first, reference = next(iter(measured.items()))
    best = min(
        (name for name in measured if name in RECIPES), key=lambda name: statistics.median(measured[name]["seconds"])
    )
    expected = statistics.median(reference["losses"])
    header = ["contender", "time", f"against {first}", f"{best} against it", "last loss"]
    rows = []
    for name, of in measured.items():
        loss = statistics.median(of["losses"])
        learnt = abs(loss - expected) < COMPARABLE * math.log(2)
        rows.append(
            [
                name,
                duration_text(stats.median(of["seconds"])),
                "" if name == first else ratio_text(reference["seconds"], of["seconds"]),
                "" if name == best else ratio_text(of["seconds"], measured[best]["seconds"]),
                f"{loss:.3f}" + ("" if learnt else " (learnt otherwise)"),
            ]
        )
    rounds = len(reference["seconds"])
    title = f"Scale {scale}, {units.count(MLP.size(scale).parameters)} parameters, {epochs} epoch{'s' * (epochs > 1)}"
    return Sheet(f"{title}, {rounds} rounds in turn", header, rows, [])


def ratio_text(slow_s: list[float], fast_s: list[float]) -> str:
    """The median of the ratios of rounds taken next to each other, with its 95% interval."""
    return speedup_text(stats.median([slow / fast for slow, fast in zip(slow_s, fast_s, strict=True)]))


def main() -> None:
    for name in sys.argv[1:]:
        print(text(json.loads(Path(name).read_text())))


if __name__ == "__main__":
    program.run("peers.table", main)
