import math

import pytest

from crossover.benchmarks.report.analysis.verdict import Verdict, judge, overall, parse_slowdown


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (1.11, 1.30, Verdict.REGRESSION),
        (1.09, 1.30, Verdict.UNDECIDED),
        (0.95, 1.05, Verdict.UNCHANGED),
        (0.85, 1.05, Verdict.UNDECIDED),
        (0.80, 0.90, Verdict.IMPROVEMENT),
        (0.80, 1.20, Verdict.UNDECIDED),
        (math.nan, math.nan, Verdict.UNDECIDED),
    ],
)
def test_the_verdict_follows_from_interval_and_allowance(low, high, expected):
    assert expected == judge(low, high, 0.1)


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([Verdict.UNCHANGED, Verdict.REGRESSION, Verdict.UNDECIDED], Verdict.REGRESSION),
        ([Verdict.UNCHANGED, Verdict.IMPROVEMENT, Verdict.UNDECIDED], Verdict.UNDECIDED),
        ([Verdict.UNCHANGED, Verdict.IMPROVEMENT], Verdict.IMPROVEMENT),
        ([Verdict.UNCHANGED], Verdict.UNCHANGED),
    ],
)
def test_the_overall_verdict(verdicts, expected):
    assert expected == overall(verdicts)


@pytest.mark.parametrize(("text", "expected"), [("10%", 0.1), ("2.5%", 0.025), ("150%", 1.5)])
def test_a_slowdown_is_a_percentage(text, expected):
    assert expected == pytest.approx(parse_slowdown(text))


@pytest.mark.parametrize("text", ["0%", "10", "-5%", "fast", "", "nan%", "1e3%"])
def test_anything_else_is_no_slowdown(text):
    with pytest.raises(ValueError, match="it takes a percentage above 0, such as 10%"):
        parse_slowdown(text)
