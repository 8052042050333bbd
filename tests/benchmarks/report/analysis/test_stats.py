import math

import numpy as np
import pytest

from crossover.benchmarks.report.analysis import stats


def quiet(generator, count):
    """Rounds around a median of 1, as a quiet machine gives them."""
    return np.exp(0.1 * generator.standard_normal(count))


def heavy(generator, count):
    """Rounds around a median of 1 with outliers, as a shared machine gives them."""
    return np.exp(0.1 * generator.standard_t(3, count))


def share_of_hits(truth, estimate):
    """The share of 300 simulated 95% intervals that hold the truth."""
    found = [estimate() for _ in range(300)]
    return sum(each.low <= truth <= each.high for each in found) / 300


@pytest.mark.parametrize("count", [4, 5, 10, 25])
@pytest.mark.parametrize("rounds", [quiet, heavy])
def test_an_interval_holds_the_true_median_as_often_as_it_says(rounds, count):
    generator = np.random.default_rng(7)

    assert 0.92 <= share_of_hits(1, lambda: stats.median(rounds(generator, count).tolist())) <= 0.99


@pytest.mark.parametrize("rounds", [quiet, heavy])
def test_an_interval_of_a_ratio_holds_the_true_ratio_as_often_as_it_says(rounds):
    generator = np.random.default_rng(7)

    def ratio():
        base, contender = (stats.median(rounds(generator, 10).tolist()) for _ in range(2))
        return stats.quotient(base, contender)

    assert 0.92 <= share_of_hits(1, ratio) <= 0.99


@pytest.mark.parametrize("rounds_s", [[2.0], [2.0, 4.0]])
def test_with_too_few_rounds_there_is_no_interval(rounds_s):
    found = stats.median(rounds_s)

    assert found.is_known
    assert not found.has_interval
    assert not stats.quotient(found, stats.median([1.0, 1.1, 1.2])).has_interval


def test_of_three_rounds_the_interval_is_that_of_the_median_of_normal_noise():
    """The logarithms are -0.1, 0 and 0.1: their deviation is 0.1, and the median of three has 0.67 of that."""
    found = stats.median([math.exp(-0.1), 1.0, math.exp(0.1)])

    assert (0.067, 2) == pytest.approx((found.error, found.free), rel=0.02)
    assert (1.0, 4.303 * 0.067) == pytest.approx((found.low * found.high, math.log(found.high)), rel=0.05)


def test_rounds_that_are_all_the_same_leave_no_doubt():
    found = stats.median([2.0] * 5)

    assert (2.0, 2.0, 2.0) == pytest.approx((found.low, found.value, found.high))


def test_one_wild_round_among_six_hardly_widens_the_interval():
    """It is drawn in to the next one, at either end."""
    rounds_s = [1.0, 1.01, 1.02, 1.03, 1.04]
    tame, wild = stats.median([*rounds_s, 1.05]), stats.median([*rounds_s, 50.0])

    assert tame.high == wild.high
    assert tame.free == 3


def test_an_interval_beyond_all_numbers_is_none():
    assert stats.LogEstimate.of(1.0, 150.0, 2).has_interval
    assert not stats.LogEstimate.of(1.0, 200.0, 2).has_interval


@pytest.mark.parametrize("count", [3, 4, 5, 10, 25])
def test_the_median_of_normal_values_varies_as_much_as_in_simulation(count):
    drawn = np.random.default_rng(1).standard_normal((100_000, count))

    assert np.median(drawn, axis=1).var() == pytest.approx(stats.median_variance(count), rel=0.03)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.2])
def test_winsorized_normal_values_vary_as_much_as_in_simulation(share):
    drawn = np.random.default_rng(1).standard_normal(1_000_000)
    drawn_in = np.clip(drawn, *np.quantile(drawn, [share, 1 - share]))

    assert drawn_in.var() == pytest.approx(stats.winsorized_variance(share), rel=0.01)


def test_errors_of_logarithms_add_up_as_squares():
    one, other = stats.LogEstimate.of(6.0, 0.03, 4), stats.LogEstimate.of(2.0, 0.04, 4)
    both, sure = stats.quotient(one, other), stats.widened(one, 0.04)

    assert (3.0, 0.05) == pytest.approx((both.value, both.error))
    assert 0.05**4 / (0.03**4 / 4 + 0.04**4 / 4) == pytest.approx(both.free)
    assert (6.0, 0.05, 0.05**4 / (0.03**4 / 4)) == pytest.approx((sure.value, sure.error, sure.free))


@pytest.mark.parametrize(("free", "expected"), [(3, 3.182), (4, 2.776), (9, 2.262), (29, 2.045), (math.inf, 1.960)])
def test_the_quantile_is_student_s_t(free, expected):
    """Against a printed table of the 97.5% quantile."""
    assert expected == pytest.approx(stats.t_quantile(free), rel=0.01)


def test_draws_are_spread_as_the_estimate_says():
    found = stats.LogEstimate.of(3.0, 0.1, 9)
    low, high = np.exp(np.quantile(found.log_draws(100_000, np.random.default_rng(1)), [0.025, 0.975]))

    assert (found.low, found.high) == pytest.approx((low, high), rel=0.01)


def test_the_median_of_a_million_rounds_is_sure():
    found = stats.median(np.linspace(1, 3, 10**6).tolist())

    assert 1.99 < found.low < 2 < found.high < 2.01


@pytest.mark.parametrize(
    ("rounds_s", "expected"),
    [
        ([1.0, 1.01, 0.99, 1.02, 1.0], []),
        ([1.0, 2.0, 1.0, 2.0, 1.9], ["rounds spread by 53% (interquartile range)"]),
        ([1.5, 1.0, 1.01, 0.99, 1.0], ["the first round was 1.5x slower than the others"]),
        ([1.00, 1.05, 1.10, 1.15, 1.20], ["rounds got 15% slower from first to last half"]),
        ([1.20, 1.15, 1.10, 1.05, 1.00], ["rounds got 13% faster from first to last half"]),
        ([1.00, 1.01, 1.02, 1.03, 1.04], []),
        ([1.00, 1.20, 1.10, 1.15, 1.05], []),
    ],
    ids=["quiet", "spread", "slow first", "slower", "faster", "too small a trend", "no order"],
)
def test_remarks_on_rounds(rounds_s, expected):
    assert expected == stats.remarks(rounds_s)


@pytest.mark.parametrize(("share", "count"), [(0.5, 20), (0.5, 1000), (0.99, 400), (0.99, 3000)])
def test_the_interval_of_a_percentile_holds_the_true_one_as_often_as_it_says(share, count):
    """Of 400 simulated cells, at least 93% of the 95% intervals hold it; they err on the safe side."""
    generator = np.random.default_rng(7)
    truth = -math.log(1 - share)
    found = [stats.percentile(generator.exponential(size=count), share) for _ in range(400)]
    hits = sum(each.low <= truth <= each.high for each in found)

    assert 0.93 * 400 <= hits


@pytest.mark.parametrize(("count", "has_interval"), [(367, False), (368, True)])
def test_the_99th_percentile_of_few_values_has_no_interval(count, has_interval):
    found = stats.percentile(range(1, count + 1), 0.99)

    assert has_interval == found.has_interval == (found.low < found.value < found.high)


def test_there_is_no_percentile_of_nothing():
    assert not stats.percentile([], 0.5).is_known
