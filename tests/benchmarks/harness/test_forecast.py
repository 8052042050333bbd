import pytest

from crossover.benchmarks.harness.forecast import Forecast, Remaining
from crossover.benchmarks.harness.time_budget import Budget
from crossover.benchmarks.runs.cells import Cell


def forecast(*known, cell_seconds=100, predictions=()):
    """A forecast that knows rounds of cells, each with its number of parameters and its seconds."""
    result = Forecast(Budget(cell_seconds, rounds=5))
    for cell, parameters, round_s in known:
        result.learn_round(cell, parameters, round_s)
    for cell, parameters, prediction_s in predictions:
        result.learn_prediction(cell, parameters, prediction_s)
    return result


CPU_1, CPU_2, CPU_3, GPU_1, GPU_2 = (
    Cell("training", scale, device) for device, scales in {"cpu": (1, 2, 3), "cuda": (1, 2)}.items() for scale in scales
)


def test_a_larger_model_takes_longer_but_not_by_as_much_as_it_is_larger():
    """Half of a round of 400,000 parameters is its fixed part."""
    assert Remaining(5 * 3.0, is_known=True) == forecast((CPU_1, 400_000, 2.0)).remaining([(CPU_2, 800_000)])


def test_two_sizes_tell_the_fixed_part():
    """1 s and a second for each million."""
    known = forecast((CPU_1, 1_000_000, 2.0), (CPU_2, 2_000_000, 3.0))

    assert 5 * 5.0 == pytest.approx(known.remaining([(CPU_3, 4_000_000)]).seconds)


def test_where_no_size_takes_longer_the_next_one_does_not_either():
    known = forecast((GPU_1, 1_000_000, 2.0), (GPU_2, 2_000_000, 1.9))

    assert 5 * 1.9 == known.remaining([(Cell("training", 3, "cuda"), 4_000_000)]).seconds


def test_a_device_is_forecast_from_its_own_times():
    assert 5 * 2.0 == forecast((GPU_1, 100, 2.0), (CPU_1, 100, 1.0)).remaining([(GPU_2, 100)]).seconds


def test_a_case_is_forecast_from_the_one_most_like_it():
    cells = [Cell("loading", 1, "cpu", case=(("dataset", name), ("workers", 2))) for name in ("memory", "waiting")]
    other = Cell("loading", 1, "cpu", case=(("dataset", "waiting"), ("workers", 4)))

    assert 5 * 3.0 == forecast((cells[0], 100, 1.0), (cells[1], 100, 3.0)).remaining([(other, 100)]).seconds


def test_recipes_take_about_as_long_as_training_but_that_is_not_known_before_the_first():
    known = forecast((CPU_1, 100, 2.0))

    assert Remaining(5 * 2.0, is_known=False) == known.remaining([(Cell("recipes", 1, "cpu"), 100)])


def test_other_recipes_count_for_nothing_until_one_was_measured():
    known = forecast((CPU_1, 100, 2.0))

    assert Remaining(0.0, is_known=False) == known.remaining([(Cell("recipes", 1, "cpu", "fused"), 100)])


def test_recipes_grow_with_the_model_as_training_does():
    """Training takes 1 s and a second for each million; of the recipe one size is known."""
    known = forecast((CPU_1, 1_000_000, 2.0), (CPU_2, 2_000_000, 3.0))
    known.learn_round(Cell("recipes", 1, "cpu", "fused"), 1_000_000, 1.0)

    assert 5 * 1.5 == pytest.approx(known.remaining([(Cell("recipes", 2, "cpu", "fused"), 2_000_000)]).seconds)


def test_a_kind_like_no_other_counts_for_nothing_until_one_was_measured():
    cell = Cell("inference", 1, "cpu")

    assert Remaining(0.0, is_known=False) == forecast((CPU_1, 100, 2.0)).remaining([(cell, 100)])
    assert Remaining(5 * 1.0, is_known=True) == forecast((cell, 100, 1.0)).remaining([(cell, 100)])


def test_a_cell_that_will_be_left_out_is_only_predicted_three_times():
    known = forecast((CPU_1, 100, 500.0), predictions=[(CPU_1, 100, 7.0)])

    assert 3 * 7.0 == known.remaining([(CPU_2, 100)]).seconds


def test_one_that_is_larger_than_a_cell_left_out_takes_no_time():
    known = forecast((CPU_1, 100, 500.0), predictions=[(CPU_1, 100, 7.0)])
    known.without_rounds.add(CPU_1.series)

    assert 0.0 == known.remaining([(CPU_2, 100)]).seconds


def test_only_the_rounds_that_fit_count():
    assert 2 * 40.0 == forecast((CPU_1, 100, 40.0)).remaining([(CPU_2, 100)]).seconds


def test_predictions_are_off_by_as_much_as_those_before():
    known = forecast()
    assert 1.0 == known.bias

    known.ratios += [1.0, 2.0, 9.0]
    assert 2.0 == known.bias


def test_nothing_is_known_before_the_first_cell():
    assert Remaining(0.0, is_known=False) == forecast().remaining([(CPU_1, 100)])


def test_of_models_that_are_too_large_only_the_smallest_is_predicted():
    known = forecast((CPU_1, 100, 500.0), predictions=[(CPU_1, 100, 7.0)])

    assert 3 * 7.0 == known.remaining([(CPU_2, 100), (CPU_3, 100)]).seconds


def test_a_prediction_takes_a_set_time_but_for_large_models():
    """Where it takes 2 s for twenty million parameters, half of it is the set time; no round is known."""
    known = forecast(predictions=[(CPU_1, 20_000_000, 2.0)])

    assert 3.0 == known.remaining([(CPU_2, 40_000_000)]).seconds
    assert pytest.approx(1.0) == known.remaining([(CPU_2, 1)]).seconds


def test_a_batch_size_is_forecast_from_the_nearest_one_that_was_measured():
    ten, large, larger = (Cell("training", 1, "cpu", batch_size=size) for size in (10, 512, 1024))
    known = forecast((ten, 100, 1.0), (large, 100, 3.0))

    assert 5 * 3.0 == known.remaining([(larger, 100)]).seconds
    assert 5 * 1.0 == known.remaining([(ten, 100)]).seconds


def test_a_batch_size_that_is_too_slow_says_nothing_of_another():
    known = forecast((CPU_1, 100, 1.0))
    known.without_rounds.add(Cell("training", 1, "cpu", batch_size=10).series)

    assert 0 == known.remaining([(Cell("training", 2, "cpu", batch_size=10), 100)]).seconds
    assert 5 * 1.0 == known.remaining([(Cell("training", 2, "cpu", batch_size=64), 100)]).seconds
