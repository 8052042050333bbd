"""What a comparison says."""

import math
import re

import pytest

from crossover.benchmarks.ab.paired_turns import CellResult
from crossover.benchmarks.ab.ratio_interval import RatioEstimate
from crossover.benchmarks.ab.text import needed_text, ratio_text, regression_at, sentence, text
from crossover.benchmarks.ab.turns import StoppingRule
from crossover.benchmarks.report.analysis.verdict import Verdict


def estimate(pairs, ratio, low, high, luck=0.0):
    return RatioEstimate(pairs, ratio, low, high, 10, 0.1, luck)


UNSURE = estimate(1, 1.2, math.nan, math.nan)
WIDE = estimate(20, 1.0, 0.9, 1.2)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (estimate(20, 1.03, 1.01, 1.05), "1.03x slower [1.01, 1.05]"),
        (estimate(20, 0.5, 0.4, 0.625), "2.00x faster [1.60, 2.50]"),
        (estimate(20, 0.999, 0.98, 1.02), "1.00x [0.98, 1.02]"),
        (estimate(3, 1.2, math.nan, math.nan), "1.20x slower"),
    ],
)
def test_a_ratio_says_its_direction_and_how_sure_it_is(found, expected):
    assert expected == ratio_text(found)


TOO_FEW = "too few for an interval, which takes 2: raise "
TOO_CLOSE = "more pairs cannot settle it: the ratio is too close to what is allowed"
LUCK = "more pairs alone may not settle it, as processes of the same code differ by 9.0%: raise --processes"


@pytest.mark.parametrize(
    ("found", "ended_by", "limits", "expected"),
    [
        (UNSURE, "--cell-seconds", {}, f"{TOO_FEW}--cell-seconds"),
        (UNSURE, "--rounds", {"rounds": 1}, f"{TOO_FEW}--rounds"),
        (UNSURE, "--rounds", {"rounds": 1, "cell_seconds": 3}, f"{TOO_FEW}--rounds and --cell-seconds"),
        (WIDE, "--cell-seconds", {}, "about 26 more pairs needed: raise --cell-seconds"),
        (WIDE, "--rounds", {"rounds": 20}, "about 26 more pairs needed: raise --rounds"),
        (WIDE, "--rounds", {"rounds": 20, "cell_seconds": 0}, "about 26 more pairs needed: raise --rounds"),
        (WIDE, "--cell-seconds", {"rounds": 40}, "about 26 more pairs needed: raise --rounds and --cell-seconds"),
        (estimate(20, 1.099, 1.0, 1.2), "--rounds", {"rounds": 20}, TOO_CLOSE),
        (estimate(20, 1.0, 0.9, 1.2, luck=0.09), "--rounds", {"rounds": 20}, LUCK),
    ],
)
def test_undecided_says_what_would_settle_it_and_which_option_gives_it(found, ended_by, limits, expected):
    limits = StoppingRule(**{"max_slowdown": 0.1, "cell_seconds": 1000} | limits)
    cell = CellResult(1, "cpu", "", 1000, 1.0, 1.0, found, Verdict.UNDECIDED, ended_by)

    assert expected == needed_text(cell, limits)


@pytest.mark.parametrize(
    ("low", "verdict", "expected"),
    [
        (1.034, Verdict.UNCHANGED, 0.03),
        (1.0456, Verdict.UNDECIDED, 0.04),
        (1.15, Verdict.UNDECIDED, 0.14),
        (1.0099, Verdict.UNCHANGED, 0.009),
        (1.004, Verdict.UNCHANGED, 0.003),
        (1.0009, Verdict.UNCHANGED, None),
        (0.999, Verdict.UNCHANGED, None),
        (math.nan, Verdict.UNDECIDED, None),
        (1.2, Verdict.REGRESSION, None),
    ],
)
def test_slower_for_sure_names_the_largest_slowdown_that_would_not_allow_it(low, verdict, expected):
    cell = CellResult(1, "cpu", "settled", 1000, 1.0, 1.0, estimate(20, 1.3, low, 1.4), verdict)
    words = f"slower for sure: --max-slowdown {100 * (expected or 0):g}% would call that a regression"

    assert expected == regression_at(cell)
    assert bool(expected) == sentence(cell, StoppingRule()).endswith(words)


@pytest.fixture
def compared():
    return CellResult(10, "cpu", "settled", 9_009_002, 1.0, 1.0, estimate(20, 1.0, 0.9, 1.2), Verdict.UNCHANGED)


@pytest.mark.parametrize("width", [40, 80])
def test_on_a_narrow_terminal_no_number_is_cut(compared, width):
    lines = text(("main~3", "this tree"), "mlp", [compared], [], width, color=False).splitlines()

    assert width >= max(map(len, lines))
    assert {"1.00x", "[0.90, 1.20]", "unchanged"} <= {part for line in lines for part in re.split(r"\s{2,}", line)}


def test_in_a_file_nothing_wraps(compared):
    name = " ".join(["long"] * 100)
    heading, _, header, _, row, _, line = text(
        (name, "this tree"), "mlp", [compared], [name], None, color=False
    ).splitlines()

    assert heading.endswith(name)
    assert name in header
    assert " ".join(row.split()) == "10 9,009,002 cpu 1.00 s 1.00 s 1.00x [0.90, 1.20] unchanged 20"
    assert name == line
