"""The limits of the control group of a process: of both versions, as the kernel shows them, and for real."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from crossover.benchmarks.machine import cgroup

NO_LIMIT_OF_VERSION_1 = 9223372036854771712


@pytest.fixture
def process(tmp_path):
    """Makes what a process sees: its groups, and where which of them are mounted."""

    def make(groups, *mounts):
        folder = tmp_path / "proc"
        folder.mkdir()
        (folder / "cgroup").write_text("".join(f"{line}\n" for line in groups))
        lines = [
            f"31 23 0:28 {root} {tmp_path / point} rw,relatime shared:9 - {kind} none rw,{options}\n"
            for point, root, kind, options in mounts
        ]
        (folder / "mountinfo").write_text("22 27 0:21 / /proc rw,relatime - proc proc rw\n" + "".join(lines))
        return folder

    return make


@pytest.fixture
def group(tmp_path):
    """Makes the folder of a group: `memory_max="1000"` is a file memory.max."""

    def make(name, **files):
        folder = tmp_path / name
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in files.items():
            (folder / file.replace("_", ".", 1)).write_text(f"{content}\n")

    return make


V2 = ("cgroup", "/", "cgroup2", "nsdelegate")
V1 = [("memory", "/", "cgroup", "memory"), ("cpu", "/", "cgroup", "cpu,cpuacct")]
GROUPS_1 = ["4:memory:/jobs/7", "2:cpu,cpuacct:/jobs/7", "1:name=systemd:/jobs/7", "0::/"]


def test_what_the_kernel_keeps_of_files_could_be_given_out(process, group):
    group("cgroup/jobs", memory_max=1000, memory_current=300, memory_stat="anon 100\ninactive_file 150")

    assert 850 == cgroup.memory_free_bytes(process(["0::/jobs"], V2))


@pytest.mark.parametrize(
    ("job", "jobs", "expected"),
    [
        ("1000", "5000", 900),
        ("5000", "1000", 700),
        ("max", "1000", 700),
        ("1000", "max", 900),
        ("max", "max", sys.maxsize),
        ("max", "200", 0),
    ],
)
def test_the_smallest_limit_counts_of_a_group_and_those_around_it(process, group, job, jobs, expected):
    group("cgroup/jobs", memory_max=jobs, memory_current=300, memory_stat="inactive_file 0")
    group("cgroup/jobs/7", memory_max=job, memory_current=100, memory_stat="inactive_file 0")

    assert expected == cgroup.memory_free_bytes(process(["0::/jobs/7"], V2))


def test_a_limit_above_which_a_group_is_slowed_down_counts_too(process, group):
    group("cgroup", memory_max=1000, memory_high=500, memory_current=100, memory_stat="inactive_file 0")

    assert 400 == cgroup.memory_free_bytes(process(["0::/"], V2))


@pytest.mark.parametrize(("job", "jobs", "expected"), [(1000, NO_LIMIT_OF_VERSION_1, 930), (5000, 1000, 720)])
def test_version_1_has_other_files_and_a_place_for_each_controller(process, group, job, jobs, expected):
    group("memory/jobs", memory_limit_in_bytes=jobs, memory_usage_in_bytes=300,
          memory_stat="inactive_file 0\ntotal_inactive_file 20")  # fmt: skip
    group("memory/jobs/7", memory_limit_in_bytes=job, memory_usage_in_bytes=100,
          memory_stat="inactive_file 5\ntotal_inactive_file 30")  # fmt: skip

    assert expected == cgroup.memory_free_bytes(process(GROUPS_1, *V1))


def test_version_1_tells_the_limit_of_groups_that_cannot_be_seen(process, group):
    """A container sees its own group alone, where the host's path leads nowhere."""
    group("memory", memory_limit_in_bytes=5000, memory_usage_in_bytes=100,
          memory_stat="hierarchical_memory_limit 1000\ntotal_inactive_file 0")  # fmt: skip
    container = process(["4:memory:/docker/ab"], ("memory", "/docker/ab", "cgroup", "memory"))

    assert 900 == cgroup.memory_free_bytes(container)


@pytest.mark.parametrize("path", ["/", "/../other", "/gone"])
def test_a_path_that_leads_nowhere_here_is_the_mounted_group_s(process, group, path):
    group("cgroup", memory_max=1000, memory_current=300, memory_stat="inactive_file 0")

    assert 700 == cgroup.memory_free_bytes(process([f"0::{path}"], V2))


@pytest.mark.parametrize(
    ("job", "jobs", "expected"),
    [
        ("150000 100000", "max 100000", 1.5),
        ("400000 100000", "50000 100000", 0.5),
        ("max 100000", "max 100000", None),
    ],
)
def test_a_quota_is_in_cores(process, group, job, jobs, expected):
    group("cgroup/jobs", cpu_max=jobs)
    group("cgroup/jobs/7", cpu_max=job)

    assert expected == cgroup.cpu_quota(process(["0::/jobs/7"], V2))


@pytest.mark.parametrize(("quota", "expected"), [(300000, 3.0), (-1, None)])
def test_a_quota_of_version_1_is_in_two_files(process, group, quota, expected):
    group("cpu/jobs/7", cpu_cfs_quota_us=quota, cpu_cfs_period_us=100000)

    assert expected == cgroup.cpu_quota(process(GROUPS_1, *V1))


def test_a_system_without_control_groups_has_no_limits(tmp_path):
    assert sys.maxsize == cgroup.memory_free_bytes(tmp_path)
    assert cgroup.cpu_quota(tmp_path) is None


LIMIT = 300 * 2**20


@pytest.fixture
def really_limited():
    """Runs an expression in a real control group of its own, made in that of this process, and limited by some files.

    Of the files that a limit may have, the one that the group has is written.
    """
    made = []

    def run(controller, expression, *limits):
        folder = new_group(controller)
        made.append(folder)
        for names, value in limits:
            file = next((folder / name for name in names if (folder / name).exists()), None)
            if not file:
                pytest.skip(f"the {controller} controller is not handed down to a new control group here")
            file.write_text(str(value))
        code = f"import sys; sys.stdin.readline()\nfrom crossover.benchmarks.machine import cgroup\n{expression}"
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        process = subprocess.Popen([sys.executable, "-c", code], text=True, **pipes)
        (folder / "cgroup.procs").write_text(str(process.pid))
        return process.communicate("go on\n")[0]

    yield run
    for folder in made:
        folder.rmdir()


def new_group(controller):
    groups = [folder for folder in cgroup.groups(controller, Path("/proc/self")) if folder.is_dir()]
    around = next((folder for folder in groups if (folder / f"{controller}.stat").exists()), None)
    if not around:
        pytest.skip("there are no control groups here")
    folder = around / f"crossover-test-{os.getpid()}"
    try:
        folder.mkdir()
    except OSError as error:
        pytest.skip(f"no control group can be made here: {error.strerror}")
    return folder


def test_a_limit_that_the_system_really_sets_is_seen(really_limited):
    free = really_limited("memory", "print(cgroup.memory_free_bytes())", (cgroup.LIMITS, LIMIT))

    assert 0.5 * LIMIT < int(free) < LIMIT


def test_a_quota_that_the_system_really_sets_is_seen(really_limited):
    limit = (("cpu.max", "cpu.cfs_quota_us"), 150_000)
    quota = really_limited("cpu", "print(cgroup.cpu_quota())", limit)

    assert "1.5" == quota.strip()
