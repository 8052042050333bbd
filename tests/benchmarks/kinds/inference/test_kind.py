"""What the table of inference says of a few cells. What it looks like: golden/inference."""

import pytest

BATCH_SIZES = {"load": None, "sample": 1, "batch-10": 10}


@pytest.fixture
def table(answer):
    """The table of tasks on the cpu at scale 1, from the rounds of each; facts are those of a task."""

    def make(tasks, **facts):
        told = {
            task: {"rounds": rounds, "batch_size": BATCH_SIZES[task]} | facts.get(task.partition("-")[0], {})
            for task, rounds in tasks.items()
        }
        return answer(told, by="task", each={"benchmark": "inference"})

    return make


def test_latency_is_that_of_single_calls_with_intervals(table):
    """A thousand calls, the slowest twenty of which take three times as long."""
    calls = {"calls": 1000, "call_times_s": [0.001] * 980 + [0.003] * 20}
    found = table({"sample": [1.04]}, sample=calls)
    (cell,) = found.content["cells"]

    assert [0.001] * 3 == [cell[f"latency{end}_s"] for end in ("", "_low", "_high")]
    assert [0.003] * 3 == [cell[f"tail{end}_s"] for end in ("", "_low", "_high")]
    assert ["1.00 ms [1.00 ms, 1.00 ms]", "3.00 ms [3.00 ms, 3.00 ms]"] == found.sheet.rows[0][-2:]
    assert any("median and 99th percentile of 1,000 calls" in line for line in found.sheet.notes)


def test_throughput_counts_samples_and_turns_its_interval(table):
    """A hundred calls of ten samples in 1, 2 or 4 s.

    By hand: the logarithm deviates by log 2, the median's by 0.67 of that, and t is 4.2: a factor of 6.8.
    """
    found = table({"batch-10": [1.0, 2.0, 4.0]}, batch={"calls": 100})
    (cell,) = found.content["cells"]

    assert (0.02 / 6.8, 0.02, 0.02 * 6.8) == pytest.approx((cell["low_s"], cell["median_s"], cell["high_s"]), rel=0.01)
    assert "500/s [73.5/s, 3,400/s]" == found.sheet.rows[0][-1]


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(40.0, "0.25/s"), (0.1361, "73.5/s"), (0.1, "100/s"), (0.001, "10,000/s"), (0.000015, "667,000/s")],
)
def test_a_rate_has_three_digits_at_most(table, seconds, shown):
    assert shown == table({"batch-10": [seconds]}).sheet.rows[0][-1]
