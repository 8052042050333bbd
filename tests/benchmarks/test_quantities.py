import pytest

from benchmarks import quantities


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (575.2, "575.2 s"),
        (1234.56, "1,234.6 s"),
        (9.999, "10.0 s"),
        (9.99, "9.99 s"),
        (3.4, "3.40 s"),
        (0.9999, "1.00 s"),
        (0.9994, "999 ms"),
        (0.5, "500 ms"),
        (0.0042, "4.20 ms"),
        (0.00099951, "1.00 ms"),
        (4.2e-6, "4.20 µs"),
        (4.2e-9, "0.00 µs"),
    ],
)
def test_duration(seconds, expected):
    assert expected == quantities.duration(seconds)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (7200, "2.0 h"),
        (660, "11 min"),
        (120, "2 min"),
        (89, "89 s"),
        (9.6, "10 s"),
        (9.4, "9.4 s"),
        (0.36, "0.4 s"),
        (0.045, "0.045 s"),
    ],
)
def test_roughly(seconds, expected):
    assert expected == quantities.roughly(seconds)


@pytest.mark.parametrize(("size_bytes", "expected"), [(7.44e9, "7.4 GB"), (312e6, "312 MB"), (0, "0 MB")])
def test_memory(size_bytes, expected):
    assert expected == quantities.memory(size_bytes)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (2_591_759, "2.6 million"),
        (900_090_002, "900 million"),
        (99_400_000, "99 million"),
        (99_600_000, "100 million"),
        (1_000_000, "1 million"),
        (999_600, "1 million"),
        (85_432, "85,000"),
        (2.5e9, "2.5 billion"),
    ],
)
def test_count(number, expected):
    assert expected == quantities.count(number)


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0.1923, "0.19"), (9.994, "9.99"), (9.996, "10.0"), (57.7, "57.7"), (99.96, "100"), (147.9, "148")],
)
def test_significant(number, expected):
    assert expected == quantities.significant(number)
