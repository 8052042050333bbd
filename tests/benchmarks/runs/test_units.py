import math

import pytest

from crossover.benchmarks.runs import units


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
    assert expected == units.duration(seconds)


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
    assert expected == units.roughly(seconds)


@pytest.mark.parametrize(("size_bytes", "expected"), [(7.44e9, "7.4 GB"), (312e6, "312 MB"), (0, "0 MB")])
def test_memory(size_bytes, expected):
    assert expected == units.memory(size_bytes)


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
    assert expected == units.count(number)


@pytest.mark.parametrize(
    ("number", "digits", "expected"),
    [
        (4_824_000, 3, "4.82 MFLOP"),
        (4_824_000, 2, "4.8 MFLOP"),
        (1_368_391_680, 3, "1.37 GFLOP"),
        (999_499, 3, "999 kFLOP"),
        (999_500, 3, "1 MFLOP"),
        (994_900, 2, "990 kFLOP"),
        (995_100, 2, "1 MFLOP"),
        (820, 3, "820 FLOP"),
        (1e22, 3, "10,000 EFLOP"),
    ],
)
def test_flop(number, digits, expected):
    assert expected == units.flop(number, digits)


@pytest.mark.parametrize(
    ("number", "expected"),
    [(85_234, "85,200"), (1_984_000, "1.98 million"), (99_600_000, "100 million"), (999_800, "1 million")],
)
def test_numbers_of_parameters_to_a_third_digit(number, expected):
    assert expected == units.count(number, digits=3)


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0.1923, "0.19"), (9.994, "9.99"), (9.996, "10.0"), (57.7, "57.7"), (99.96, "100"), (147.9, "148")],
)
def test_significant(number, expected):
    assert expected == units.significant(number)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("459 ms [438 ms, 576 ms]", 0.459),
        ("1,234.6 s", 1234.6),
        ("4.20 µs", 4.2e-6),
        ("90,902", 90_902),
        ("2.6 million", 2.6e6),
        ("7.4 GB", 7.4e9),
        ("4.82 MFLOP", 4.82e6),
        ("820 FLOP", 820),
        ("38% of memory", 0.38),
        ("0.19x slower", 0.19),
        ("1.67x [1.58, 1.70] faster", 1.67),
        ("1.25x slower [1.10x slower to 1.31x slower]", 0.8),
    ],
)
def test_magnitude(text, expected):
    assert expected == pytest.approx(units.magnitude(text))


@pytest.mark.parametrize("text", ["", "too slow", "cpu", "2026-11-23 20:17", "2-cores", "12abc", "x 3"])
def test_other_text_has_no_magnitude(text):
    assert math.isnan(units.magnitude(text))


@pytest.mark.parametrize("seconds", [3e-6, 0.004, 0.5, 3.4, 575.2])
def test_magnitude_reads_what_duration_writes(seconds):
    assert seconds == pytest.approx(units.magnitude(units.duration(seconds)), rel=0.01)
