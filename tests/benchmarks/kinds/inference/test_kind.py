"""What the table of inference says of a few cells, made up in the test that reads them."""

import pytest

BATCH_SIZES = {"load": None, "sample": 1, "batch-10": 10}


@pytest.fixture
def table(answer, cell):
    """The table of tasks by device and scale: `{"cpu": {1: {"load": [2.0]}}}`; facts are those of a task."""

    def make(devices, **facts):
        return answer(
            [
                cell(
                    rounds, benchmark="inference", scale=scale, device=device, case={"task": task},
                    **{"batch_size": BATCH_SIZES[task]} | facts.get(task.partition("-")[0], {}),
                )
                for device, scales in devices.items()
                for scale, tasks in scales.items()
                for task, rounds in tasks.items()
            ]
        )  # fmt: skip

    return make


DEVICES = {
    "cpu": {1: {"load": [2.0], "sample": [0.2], "batch-10": [2.0]}, 4: {"load": [8.0]}},
    "mps": {1: {"load": [8.0], "sample": [2.0], "batch-10": "failed: RuntimeError: no"}, 4: {"load": [2.0]}},
}
CALLS = {"batch": {"calls": 20}, "sample": {"calls": 200, "call_times_s": [0.001] * 3}}


def test_a_line_has_what_matters_of_its_task_on_each_device(table):
    """Seconds to load, the median and the 99th percentile of a sample's calls, samples a second in batches."""
    tail = "1.00 ms (no interval: 3 calls)"
    sheet = table(DEVICES, **CALLS).sheet

    assert ["task", "scale", "parameters", "cpu", "cpu 99%", "mps", "mps 99%", "mps speedup"] == sheet.header
    assert [
        ["load", "1", "1,000", "2.00 s", "", "8.00 s", "", "0.25x slower"],
        ["", "", "2,000", "", "", "", "", "1.00x crossover"],
        ["load", "4", "4,000", "8.00 s", "", "2.00 s", "", "4.00x faster"],
        ["sample", "1", "1,000", "1.00 ms", tail, "1.00 ms", tail, "0.10x slower"],
        ["batch-10", "1", "1,000", "100/s", "", "failed", "", ""],
    ] == sheet.rows


def test_each_task_has_a_crossover_and_reasons_of_its_own(table):
    found = table(DEVICES, **CALLS)

    assert [
        ("load", "between two scales", pytest.approx(2000)),
        ("sample", "not reached up to the largest", None),
        ("batch-10", "not computable", None),
    ] == [(each["task"], each["outcome"], each["parameters"]) for each in found.content["crossovers"]]
    assert found.sentences[0].startswith("load: mps overtakes cpu at about 2,000 parameters, between 1,000 and 4,000")
    assert "mps (batch-10), scale 1: failed: RuntimeError: no" in found.sheet.notes
    assert any("median and 99th percentile of 3 calls" in line for line in found.sheet.notes)


def test_latency_is_that_of_single_calls_with_intervals(table):
    """A thousand calls, the slowest twenty of which take three times as long."""
    calls = {"calls": 1000, "call_times_s": [0.001] * 980 + [0.003] * 20}
    found = table({"cpu": {1: {"sample": [1.04]}}}, sample=calls)
    (cell,) = found.content["cells"]

    assert [0.001] * 3 == [cell[f"latency{end}_s"] for end in ("", "_low", "_high")]
    assert [0.003] * 3 == [cell[f"tail{end}_s"] for end in ("", "_low", "_high")]
    assert ["1.00 ms [1.00 ms, 1.00 ms]", "3.00 ms [3.00 ms, 3.00 ms]"] == found.sheet.rows[0][-2:]
    assert any("median and 99th percentile of 1,000 calls" in line for line in found.sheet.notes)


def test_throughput_counts_samples_and_turns_its_interval(table):
    """A hundred calls of ten samples in 1, 2 or 4 s.

    By hand: the logarithm deviates by log 2, the median's by 0.67 of that, and t is 4.2: a factor of 6.8.
    """
    found = table({"cpu": {1: {"batch-10": [1.0, 2.0, 4.0]}}}, batch={"calls": 100})
    (cell,) = found.content["cells"]

    assert (0.02 / 6.8, 0.02, 0.02 * 6.8) == pytest.approx((cell["low_s"], cell["median_s"], cell["high_s"]), rel=0.01)
    assert "500/s [73.5/s, 3,400/s]" == found.sheet.rows[0][-1]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(40.0, "0.25/s"), (0.1361, "73.5/s"), (0.1, "100/s"), (0.001, "10,000/s"), (0.000015, "667,000/s")],
)
def test_a_rate_has_three_digits_at_most(table, seconds, shown):
    assert shown == table({"cpu": {1: {"batch-10": [seconds]}}}).sheet.rows[0][-1]


def test_csv_and_json_have_every_cell_and_times_of_one_call(table):
    found = table({"cpu": {1: {"load": [2.0], "batch-10": [2.0]}, 4: {"load": "too big: x"}}}, **CALLS)
    expected = [("load", 2.0, 1), ("load", None, 1), ("batch-10", 0.1, 20)]

    for cells in (found.content["cells"], found.rows):
        assert expected == [(cell["task"], cell["median_s"], cell["calls"]) for cell in cells]
