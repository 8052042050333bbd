import math
import statistics

import numpy as np
import pytest

from crossover.benchmarks.report.analysis import stats


def quiet(generator, count):
    """Rounds around a median of 1, as a quiet machine gives them."""
    return np.exp(0.1 * generator.standard_normal(count))


def heavy(generator, count):
    """Rounds around a median of 1 with outliers, as a shared machine gives them."""
    return np.exp(0.1 * generator.standard_t(3, count))


def share_of_hits(truth, draws_of):
    """The share of 300 simulated 95% intervals that hold the truth."""
    found = [stats.interval(draws_of(seed)) for seed in range(300)]
    return sum(low <= truth <= high for low, high in found) / 300


@pytest.mark.parametrize("count", [4, 5, 10, 25])
@pytest.mark.parametrize("rounds", [quiet, heavy])
def test_an_interval_holds_the_true_median_as_often_as_it_says(rounds, count):
    generator = np.random.default_rng(7)

    assert 0.90 <= share_of_hits(1, lambda seed: stats.log_median_draws(rounds(generator, count), seed)) <= 0.99


@pytest.mark.parametrize("rounds", [quiet, heavy])
def test_an_interval_of_a_ratio_holds_the_true_ratio_as_often_as_it_says(rounds):
    generator = np.random.default_rng(7)

    def draws(seed):
        base_s, contender_s = 3 * rounds(generator, 10), rounds(generator, 10)
        return stats.log_median_draws(base_s, 2 * seed) - stats.log_median_draws(contender_s, 2 * seed + 1)

    assert 0.90 <= share_of_hits(3, draws) <= 0.99


@pytest.mark.parametrize("count", [5, 6, 8, 25])
def test_an_interval_lies_within_the_rounds(count):
    rounds_s = [0.58, *[9.1 + 0.01 * number for number in range(count - 2)], 9.48]
    low, high = stats.interval(stats.log_median_draws(rounds_s))

    assert 0.58 * (1 - 1e-9) <= low < high <= 9.48 * (1 + 1e-9)


@pytest.mark.parametrize(
    ("rounds_s", "low", "high"),
    [
        ([9.14, 0.58, 9.48], 0.58 * 9.14 / 9.48, 9.48 * 9.48 / 9.14),
        ([1.0, 1.1, 4.0], 1 / 1.1, 4 * 1.1),
        ([1.0, 1.0, 4.0], 1.0, 4.0),
    ],
)
def test_of_three_rounds_it_goes_no_further_beyond_them_than_the_median_is_from_the_nearer_end(rounds_s, low, high):
    found = stats.interval(stats.log_median_draws(rounds_s))

    assert low * (1 - 1e-9) <= found[0] < min(rounds_s) * (1 + 1e-9)
    assert max(rounds_s) * (1 - 1e-9) < found[1] <= high * (1 + 1e-9)


@pytest.mark.parametrize("count", [5, 6])
def test_the_draws_are_those_of_resampling(count):
    """The shortcut over ranks has the distribution of what it stands for: medians of rounds drawn with replacement."""
    rounds_s = np.array([1.0, 2.0, 4.0, 8.0, 16.0, 32.0][:count])
    resampled = np.random.default_rng(1).choice(rounds_s, size=(200_000, count))
    expected = np.log(np.median(resampled, axis=1))
    centre = math.log(statistics.median(rounds_s))
    draws = centre + (stats.log_median_draws(rounds_s) - centre) / stats.small_sample_factor(count)

    for quantile in (0.1, 0.25, 0.5, 0.75, 0.9):
        share = np.mean(expected <= np.quantile(expected, quantile))
        assert share == pytest.approx(np.mean(draws <= np.quantile(expected, quantile) + 1e-9), abs=0.04)


@pytest.mark.parametrize(("count", "expected"), [(4, 3.182), (5, 2.776), (10, 2.262), (30, 2.045)])
def test_the_small_sample_factor_is_student_s_t(count, expected):
    """Against a printed table of the 97.5% quantile."""
    assert expected / 1.95996 == pytest.approx(stats.small_sample_factor(count), rel=0.01)


def test_a_million_rounds_cost_no_more_than_five():
    """Nothing of rounds × draws is allocated: that would be 16 GB here."""
    low, high = stats.interval(stats.log_median_draws(np.linspace(1, 3, 10**6)))

    assert 1.99 < low < 2 < high < 2.01


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
