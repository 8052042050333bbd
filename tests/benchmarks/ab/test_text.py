"""What a comparison says."""

import math

import pytest

from benchmarks.ab.pairs import Estimate
from benchmarks.ab.text import needed_text, ratio_text


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


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (Estimate(3, 1.2, math.nan, math.nan), "3 pairs are too few for an interval (--rounds)"),
        (Estimate(20, 1.0, 0.9, 1.2), "about 28 more pairs needed (--rounds, --cell-seconds)"),
        (
            Estimate(20, 1.1, 1.0, 1.2),
            "more pairs cannot settle it: the ratio is too close to what is allowed, "
            "as processes of the same code differ by up to 3%",
        ),
    ],
)
def test_undecided_says_what_would_settle_it(found, expected):
    assert expected == needed_text(found, 0.1)
