"""What a table of recipes says, in words."""

import numpy as np
import pandas as pd

from crossover.benchmarks.report.analysis.crossover import Crossover, Finding
from crossover.benchmarks.report.analysis.gains import BASELINE
from crossover.benchmarks.report.analysis.recipes import RecipeTable
from crossover.benchmarks.report.analysis.remarks import remarks, scale_list
from crossover.benchmarks.report.show.render import speedup_text
from crossover.benchmarks.report.show.sentences import crossover_sentence, limit_words
from crossover.benchmarks.runs.cells import Status

__all__ = ["best_recipes", "crossovers", "notes"]

ARTICLE, BEST = "with the article's loop", "with the best recipe of each"


def crossovers(table: RecipeTable) -> list[tuple[str, Crossover, str]]:
    """For each device that contends with the CPU: the recipe, its crossover, and a sentence about it.

    A sentence that is the same for several recipes, such as that nothing was measured on both sides, is given once.
    """
    found: list[tuple[str, Crossover, str]] = []
    tables = {ARTICLE: table.by_article, BEST: table.by_best}
    for words, speedups in [(words, each) for words, each in tables.items() if each]:
        for each in speedups.crossovers:
            sentence = crossover_sentence(each, speedups)
            if each.outcome is not Finding.NOT_COMPUTABLE:
                sentence = f"{words}, {sentence}"
            if sentence not in [other for _, _, other in found]:
                found.append((words, each, sentence))
    return found


def notes(table: RecipeTable) -> list[str]:
    """What a reader must know besides the numbers: how to read them, what was left out, what not to trust."""
    cells = table.cells
    lines = [sentence for _, _, sentence in crossovers(table)]
    lines += gain_notes(table)
    if cells["best"].any():
        lines.append("best: the fastest of its scale and device, in full precision")
    if cells["low_s"].notna().any():
        lines.append("times are medians over rounds; brackets hold the 95% interval")
    return [*lines, *limit_notes(table), *remarks(cells)]


def best_recipes(table: RecipeTable) -> list[str]:
    """A sentence for each device: which recipe is fastest at which scales, and the most it gains there."""
    sentences = []
    for device, cells in table.cells[table.cells["best"]].groupby("device", sort=False):
        groups = cells.sort_values("scale").groupby("recipe", sort=False)
        parts = [f"{recipe} at {scale_list(best['scale'].tolist())}{most_gained(best)}" for recipe, best in groups]
        sentences.append(f"on {device}, the fastest is {', '.join(parts)}")
    return sentences


def most_gained(cells: pd.DataFrame) -> str:
    """` (2.31x [2.20, 2.42] faster at scale 5)`, or nothing where there is no gain."""
    known = cells[cells["gain"].notna()].sort_values("gain")
    if known.empty:
        return ""
    most = known.iloc[-1]
    ratio = {"speedup": most["gain"], "low": most["gain_low"], "high": most["gain_high"]}
    one_of_several = len(known) > 1
    return f" ({'up to ' * one_of_several}{speedup_text(ratio)}{f', at scale {most.scale}' * one_of_several})"


def gain_notes(table: RecipeTable) -> list[str]:
    """How gains are computed, and how much taking rounds in turn changed their intervals."""
    cells = table.cells
    if not cells["gain"].notna().any():
        return [f"no gain: {no_gain_reason(cells)}"]
    lines = [f"gain = {BASELINE} time / recipe time on the same device: above 1 the recipe is faster"]
    narrowing = cells["narrowing"].dropna()
    if not narrowing.empty:
        middle = float(np.exp(np.log(narrowing).median()))
        factor = f"{max(middle, 1 / middle):.1f}x"
        change = "as wide as" if factor == "1.0x" else f"{factor} {'narrower' if middle > 1 else 'wider'} than"
        over = f"in the middle over {len(narrowing)} ratios" if len(narrowing) > 1 else "one ratio"
        lines.append(
            f"gains are medians of paired ratios: their 95% intervals are {change} those of unpaired medians ({over})"
        )
    return lines


def no_gain_reason(cells: pd.DataFrame) -> str:
    if BASELINE not in set(cells["recipe"]):
        return f"{BASELINE} was not asked for (--recipes {BASELINE},…)"
    measured = set(cells[cells["status"] == Status.MEASURED]["recipe"])
    return f"no recipe was measured beside {BASELINE}" if BASELINE in measured else f"{BASELINE} was not measured"


def limit_notes(table: RecipeTable) -> list[str]:
    """The limits of each device that bind any of its cells, with the figures of the probe."""
    lines = []
    for device, cells in table.cells[table.cells["bound"] != ""].groupby("device", sort=False):
        words = [f"{bound} {limit_words(str(bound), cells['probe'].iloc[0])}" for bound in cells["bound"].unique()]
        lines.append(f"limits of {device}: {', '.join(words)}")
    return lines
