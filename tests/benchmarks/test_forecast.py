from benchmarks.budget import Budget
from benchmarks.cells import Cell
from benchmarks.forecast import Forecast


def forecast(*known, cell_seconds=100):
    result = Forecast(Budget(cell_seconds, rounds=5))
    for cell, parameters, round_s in known:
        result.learn(cell, parameters, round_s)
    return result


CPU_1, CPU_2, GPU_1, GPU_2 = (Cell("training", scale, device) for device in ("cpu", "cuda") for scale in (1, 2))


def test_a_larger_model_takes_longer_by_as_much_as_it_is_larger():
    assert 5 * 3.0 == forecast((CPU_1, 100, 1.0)).remaining_s([(CPU_2, 300)])


def test_a_device_is_forecast_from_its_own_times():
    assert 5 * 6.0 == forecast((GPU_1, 100, 2.0), (CPU_1, 100, 1.0)).remaining_s([(GPU_2, 300)])


def test_a_case_is_forecast_from_the_one_most_like_it():
    cells = [Cell("loading", 1, "cpu", case=(("dataset", name), ("workers", 2))) for name in ("memory", "waiting")]
    other = Cell("loading", 1, "cpu", case=(("dataset", "waiting"), ("workers", 4)))

    assert 5 * 3.0 == forecast((cells[0], 100, 1.0), (cells[1], 100, 3.0)).remaining_s([(other, 100)])


def test_a_cell_that_will_be_left_out_takes_no_time():
    assert 0 == forecast((CPU_1, 100, 50.0)).remaining_s([(CPU_2, 300)])


def test_only_the_rounds_that_fit_count():
    assert 2 * 40.0 == forecast((CPU_1, 100, 40.0)).remaining_s([(CPU_2, 100)])


def test_nothing_is_known_before_the_first_cell():
    assert 0 == forecast().remaining_s([(CPU_1, 100)])
