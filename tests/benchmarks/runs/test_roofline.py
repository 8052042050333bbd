import pytest

from crossover.benchmarks.runs.roofline import least_times_s, memory_rate

PROBE = {
    "flop_s": 1e9,
    "read_bytes_s": {"1000": 8e6, "10000": 4e6, "1000000": 2e6},
    "copy_bytes_s": {"1000": 9e6, "10000": 3e6, "1000000": 1e6},
    "launch_s": 1e-6,
}


def test_each_limit_has_a_time_of_its_own():
    work = {"flop": 2e9, "moved_bytes": 18e6, "operations": 3e6}

    assert {"arithmetic": 2.0, "memory": 2.0, "launch": 3.0} == least_times_s(work, PROBE, parameters=250)


@pytest.mark.parametrize(("size", "expected"), [(10, 9e6), (1000, 9e6), (9999, 9e6), (10_000, 4e6), (10**9, 2e6)])
def test_memory_is_as_fast_as_the_largest_block_that_is_no_larger(size, expected):
    """The better of reading and copying counts: a limit must not be too low."""
    assert expected == memory_rate(PROBE, size)
