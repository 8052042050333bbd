import pytest

from crossover.benchmarks.machine import host


@pytest.mark.parametrize(
    ("cpu_model", "cores", "accelerator", "expected"),
    [
        ("Apple M2 Max", 12, "Apple M2 Max", "apple-m2-max"),
        ("AMD EPYC", 2, None, "amd-epyc-2-cores"),
        ("AMD EPYC 7B13 64-Core Processor", 8, None, "amd-epyc-7b13-8-cores"),
        ("Intel(R) Xeon(R) Processor", 2, None, "intel-xeon-2-cores"),
        ("Intel(R) Core(TM) i7-8700K CPU @ 3.70GHz", 6, None, "intel-core-i7-8700k-6-cores"),
        ("AMD Ryzen 7 5800H with Radeon Graphics", 8, None, "amd-ryzen-7-5800h-8-cores"),
        ("Intel(R) Xeon(R) Platinum", 16, "NVIDIA H200", "nvidia-h200-intel-xeon-platinum-16-cores"),
        ("Apple \u9f8d\u82af", 8, None, "apple"),
        ("\udcff" * 2000, 8, None, "8-cores"),
        ("x" * 2000, 8, None, "x" * 100),
    ],
)
def test_the_default_name_is_readable(cpu_model, cores, accelerator, expected):
    assert expected == host.default_name(cpu_model, cores, accelerator)


def test_hardware_is_the_same_at_every_call():
    first = host.hardware()
    host.hardware.cache_clear()

    assert first == host.hardware()
    assert first["cores"] >= 1
    assert first["memory_gib"] >= 1
