"""What a comparison says."""

import math
import re

import pytest

from crossover.benchmarks.ab.paired_turns import CellResult, Limits
from crossover.benchmarks.ab.ratio_interval import Estimate
from crossover.benchmarks.ab.text import needed_text, ratio_text, text
from crossover.benchmarks.report.analysis.verdict import Verdict

UNSURE = Estimate(3, 1.2, math.nan, math.nan)
WIDE = Estimate(20, 1.0, 0.9, 1.2)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Estimate(20, 1.03, 1.01, 1.05), "1.03x slower [1.01, 1.05]"),
        (Estimate(20, 0.5, 0.4, 0.625), "2.00x faster [1.60, 2.50]"),
        (Estimate(20, 0.999, 0.98, 1.02), "1.00x [0.98, 1.02]"),
        (Estimate(3, 1.2, math.nan, math.nan), "1.20x slower"),
    ],
)
def test_a_ratio_says_its_direction_and_how_sure_it_is(found, expected):
    assert expected == ratio_text(found)


TOO_CLOSE = (
    "more pairs cannot settle it: the ratio is too close to what is allowed, "
    "as processes of the same code differ by up to 3%"
)


@pytest.mark.parametrize(
    ("found", "ended_by", "limits", "expected"),
    [
        (UNSURE, "--cell-seconds", {}, "too few for an interval, which takes 11: raise --cell-seconds"),
        (UNSURE, "--rounds", {"rounds": 3}, "too few for an interval, which takes 6: raise --rounds"),
        (
            UNSURE,
            "--rounds",
            {"rounds": 3, "cell_seconds": 10},
            "too few for an interval, which takes 6: raise --rounds and --cell-seconds",
        ),
        (WIDE, "--cell-seconds", {}, "about 28 more pairs needed: raise --cell-seconds"),
        (WIDE, "--rounds", {"rounds": 20}, "about 28 more pairs needed: raise --rounds"),
        (WIDE, "--rounds", {"rounds": 20, "cell_seconds": 0}, "about 28 more pairs needed: raise --rounds"),
        (WIDE, "--cell-seconds", {"rounds": 40}, "about 28 more pairs needed: raise --rounds and --cell-seconds"),
        (Estimate(20, 1.1, 1.0, 1.2), "--rounds", {"rounds": 20}, TOO_CLOSE),
        (WIDE, None, {}, TOO_CLOSE),
    ],
)
def test_undecided_says_what_would_settle_it_and_which_option_gives_it(found, ended_by, limits, expected):
    limits = Limits(**{"max_slowdown": 0.1, "cell_seconds": 1000} | limits)
    cell = CellResult(1, "cpu", "", 1000, 1.0, 1.0, found, Verdict.UNDECIDED, ended_by)

    assert expected == needed_text(cell, limits)


@pytest.fixture
def compared():
    return CellResult(10, "cpu", "settled", 9_009_002, 1.0, 1.0, Estimate(20, 1.0, 0.9, 1.2), Verdict.UNCHANGED)


@pytest.mark.parametrize("width", [40, 80])
def test_on_a_narrow_terminal_no_number_is_cut(compared, width):
    lines = text(("main~3", "this tree"), [compared], [], width, color=False).splitlines()

    assert width >= max(map(len, lines))
    assert {"1.00x", "[0.90, 1.20]", "unchanged"} <= {part for line in lines for part in re.split(r"\s{2,}", line)}


def test_in_a_file_nothing_wraps(compared):
    name = " ".join(["long"] * 100)
    heading, _, header, _, row, _, line = text((name, "this tree"), [compared], [name], None, color=False).splitlines()

    assert heading.endswith(name)
    assert name in header
    assert " ".join(row.split()) == "10 9,009,002 cpu 1.00 s 1.00 s 1.00x [0.90, 1.20] unchanged 20"
    assert name == line
