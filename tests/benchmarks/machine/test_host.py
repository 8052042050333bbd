"""Which machine this is: its name, its facts, and whether its id lasts."""

import subprocess
import sys

import pytest

from crossover.benchmarks.machine import host
from crossover.benchmarks.machine.mounts import Mount


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


def test_a_name_is_made_of_what_is_known():
    assert "unknown" == host.default_name(None, None, None)
    assert "nvidia-h200-unknown-16-cores" == host.default_name(None, 16, "NVIDIA H200")


@pytest.mark.parametrize(("quota", "expected"), [(None, 8), (16.0, 8), (2.5, 2), (0.5, 1)])
def test_the_usable_cores_are_no_more_than_a_quota_gives(monkeypatch, quota, expected):
    monkeypatch.setattr(host, "hardware", lambda: {"cores": 8})
    monkeypatch.setattr(host.os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    monkeypatch.setattr(host.cgroup, "cpu_quota", lambda: quota)

    assert expected == host.usable_cores()


@pytest.mark.parametrize(
    ("quota", "threads", "processes", "expected"),
    [
        (None, 64, 1, []),
        (2.0, 2, 1, []),
        (4.0, 2, 2, []),
        (
            1.5,
            2,
            1,
            ["1.5 cores, and torch uses 2 threads: the kernel will stop it again and again; OMP_NUM_THREADS=1 fits"],
        ),
        (
            4.0,
            4,
            2,
            ["4 cores, and torch uses 8 threads: the kernel will stop it again and again; OMP_NUM_THREADS=2 fits"],
        ),
        (0.5, 1, 1, ["0.5 cores, and torch uses 1 thread: the kernel will stop it again and again"]),
    ],
)
def test_more_threads_than_a_quota_gives_are_told_of(quota, threads, processes, expected):
    assert [f"CPU quota: {line}" for line in expected] == host.beyond_quota(quota, threads, processes)


ID = "3d1219c7c4c5404aaa1f6d2a48adfda4"
DISK = Mount("/", "/", "ext4", ())


@pytest.fixture
def is_lasting(tmp_path, monkeypatch):
    """Asks whether an id lasts on a machine: what its files hold, what is mounted, and what a container has."""

    def ask(*contents, mounts=(DISK,), container=()):
        files = tuple(tmp_path / f"machine-id-{number}" for number in range(len(contents)))
        for file, content in zip(files, contents, strict=True):
            if content is not None:
                file.write_text(content)
        monkeypatch.setattr(host, "CONTAINER_MARKS", tuple(tmp_path / name for name in container))
        monkeypatch.setattr(host, "mounts", lambda: list(mounts))
        return host.is_lasting(files)

    return ask


@pytest.mark.parametrize("contents", [(f"{ID}\n",), (None, f"{ID}\n"), ("", ID), (ID, "uninitialized")])
def test_the_id_of_an_installation_lasts(is_lasting, contents):
    assert is_lasting(*contents)


@pytest.mark.parametrize("contents", [(None, None), ("", "\n"), (None, "uninitialized\n"), ("a laptop",), (ID[:-1],)])
def test_a_file_without_an_id_has_none(is_lasting, contents):
    """As in most images: made at the first boot, which a container has not."""
    assert not is_lasting(*contents)


def test_the_id_of_an_image_does_not_last(is_lasting, tmp_path):
    """It is another one once the image is built again, and the same on all its hosts."""
    (tmp_path / ".dockerenv").touch()

    assert is_lasting(ID, container=["no such file"])
    assert not is_lasting(ID, container=[".dockerenv"])
    assert not is_lasting(ID, mounts=[Mount("/", "/", "overlay", ()), DISK])


def test_an_id_that_is_mounted_was_made_for_this_boot(is_lasting, tmp_path):
    over = Mount("/machine-id", str(tmp_path.resolve() / "machine-id-0"), "tmpfs", ())

    assert not is_lasting(ID, mounts=[DISK, over])


@pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux's")
def test_an_id_that_is_really_mounted_is_none(tmp_path):
    (tmp_path / "machine-id").write_text(ID)
    read = f"""{sys.executable} -c '
from crossover.benchmarks.machine import host
host.CONTAINER_MARKS = ()
print(host.machine_id())'"""
    mounting = [f"[ ! -e {file} ] || mount --bind {tmp_path / 'machine-id'} {file}" for file in host.ID_FILES]
    made = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-ec", "\n".join([read, *mounting, read])]
    shown = subprocess.run(made, capture_output=True, text=True, check=False)
    if shown.returncode:
        pytest.skip(f"no namespace can be made here: {shown.stderr.strip()}")
    before, after = shown.stdout.split()
    if before == "None":
        pytest.skip("this machine has no id that lasts")

    assert "None" == after
